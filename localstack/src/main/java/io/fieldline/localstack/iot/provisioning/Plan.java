// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a template makes of one device's parameters.
record Plan(
    Optional<ThingPart> thing,
    Optional<CertificatePart> certificate,
    List<PolicyPart> policies,
    ObjectNode deviceConfiguration) {

  /// What becomes of what is there already and differs.
  enum Override {
    DO_NOTHING,
    REPLACE,
    MERGE,
    FAIL
  }

  /// @param logicalName its name in the template
  record ThingPart(
      String logicalName,
      String name,
      Map<String, String> attributes,
      @Nullable String type,
      List<String> groups,
      Override onAttributes,
      Override onType,
      Override onGroups) {}

  /// @param id of a certificate that exists, or null where one is made by the request
  record CertificatePart(
      String logicalName,
      @Nullable String id,
      @Nullable String signingRequest,
      String status,
      @Nullable String thingPrincipalType,
      Override onStatus) {}

  /// By one of the two.
  record PolicyPart(String logicalName, @Nullable String name, @Nullable String document) {}
}
