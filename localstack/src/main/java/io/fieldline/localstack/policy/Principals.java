// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Principal;
import java.util.ArrayList;
import java.util.List;

/// The Principal element of a resource's policy or a role's trust policy.
///
/// @param aws ARNs, account ids, or {@code *}
/// @param services such as {@code lambda.amazonaws.com}
record Principals(List<String> aws, List<String> services) {
  Principals {
    aws = List.copyOf(aws);
    services = List.copyOf(services);
  }

  static Principals parse(JsonNode node) {
    if (node.isTextual()) {
      return new Principals(List.of(node.asText()), List.of());
    }
    var aws = new ArrayList<String>();
    var services = new ArrayList<String>();
    for (var entry : node.properties()) {
      List<String> into =
          switch (entry.getKey()) {
            case "AWS", "Federated", "CanonicalUser" -> aws;
            case "Service" -> services;
            default ->
                throw new MalformedPolicyException(
                    "Invalid principal in policy: " + entry.getKey());
          };
      into.addAll(PolicyDocument.texts(entry.getValue()));
    }
    return new Principals(aws, services);
  }

  boolean include(Principal principal) {
    return switch (principal) {
      case Principal.Service(String name) -> services.contains(name) || aws.contains("*");
      case Principal.Device _, Principal.Anonymous _ -> aws.contains("*");
      case Principal.Root(String account) -> names(account, principal.arn());
      case Principal.User(String account, _) -> names(account, principal.arn());
      case Principal.RoleSession session ->
          names(session.accountId(), session.arn()) || aws.contains(session.roleArn());
    };
  }

  private boolean names(String account, String arn) {
    return aws.contains("*")
        || aws.contains(arn)
        || aws.contains(account)
        || aws.contains("arn:aws:iam::" + account + ":root");
  }
}
