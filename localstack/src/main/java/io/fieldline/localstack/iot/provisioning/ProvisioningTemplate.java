// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A provisioning template as it is kept: up to five versions of its body, one of them in force.
///
/// @param created versions made so far, whose numbers are not used again
record ProvisioningTemplate(
    String name,
    @Nullable String description,
    boolean enabled,
    String roleArn,
    @Nullable Hook hook,
    int defaultVersion,
    List<Version> versions,
    int created,
    Instant createdAt,
    Instant modifiedAt) {

  /// The function that is asked about each device.
  record Hook(String targetArn, @Nullable String payloadVersion) {}

  record Version(int id, String body, Instant createdAt) {}

  Optional<Version> version(int id) {
    return versions.stream().filter(v -> v.id() == id).findFirst();
  }

  String body() {
    return version(defaultVersion).orElseThrow().body();
  }

  ProvisioningTemplate with(String body, boolean asDefault, Instant at) {
    int id = created + 1;
    var more = new ArrayList<>(versions);
    more.add(new Version(id, body, at));
    return new ProvisioningTemplate(
        name,
        description,
        enabled,
        roleArn,
        hook,
        asDefault ? id : defaultVersion,
        more,
        id,
        createdAt,
        at);
  }

  ProvisioningTemplate without(int id, Instant at) {
    var less = new ArrayList<>(versions);
    less.removeIf(v -> v.id() == id);
    return new ProvisioningTemplate(
        name, description, enabled, roleArn, hook, defaultVersion, less, created, createdAt, at);
  }
}
