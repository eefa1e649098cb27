// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.constructs.Construct;

/// A role that a service of AWS takes on for this account and no other, with what it may do.
///
/// Source: IAM User Guide, "The confused deputy problem".
final class ServiceRole {
  private ServiceRole() {}

  /// @param service such as `iot`
  static Role of(Construct scope, String id, String service, List<PolicyStatement> grants) {
    return of(scope, id, service, Map.of(), grants);
  }

  /// @param source the condition on what the service acts for, besides the account
  static Role of(
      Construct scope,
      String id,
      String service,
      Map<String, Object> source,
      List<PolicyStatement> grants) {
    var conditions = new TreeMap<>(source);
    conditions.put("StringEquals", Map.of("aws:SourceAccount", Stack.of(scope).getAccount()));
    return Role.Builder.create(scope, id)
        .assumedBy(
            new PrincipalWithConditions(
                ServicePrincipal.Builder.create(principal(service)).build(), conditions))
        .inlinePolicies(
            Map.of("grants", PolicyDocument.Builder.create().statements(grants).build()))
        .build();
  }

  /// The condition that the service acts for this, or for one of these.
  static Map<String, Object> onlyFor(Object sourceArn) {
    return Map.of("ArnEquals", Map.of("aws:SourceArn", sourceArn));
  }

  /// What whoever names the role to the service needs.
  static PolicyStatement passing(Role role, String service) {
    return PolicyStatement.Builder.create()
        .actions(List.of("iam:PassRole"))
        .resources(List.of(role.getRoleArn()))
        .conditions(Map.of("StringEquals", Map.of("iam:PassedToService", principal(service))))
        .build();
  }

  private static String principal(String service) {
    return service + ".amazonaws.com";
  }
}
