// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What devices may do, and how a device becomes one.
final class DevicePolicyPack {
  private static final String POLICY = "AWS::IoT::Policy";
  private static final String THING = "${iot:Connection.Thing.ThingName}";
  private static final Pattern PROVISIONING =
      Pattern.compile(
          ":topic(?:filter)?/\\$aws/(?:certificates/create(?:-from-csr)?/json"
              + "|provisioning-templates/[A-Za-z0-9_-]+/provision/json)(?:/\\*)?$");

  private DevicePolicyPack() {}

  static List<PackRule> rules() {
    return List.of(
        PackRule.each(
            "IoT-PolicyAction",
            POLICY,
            "A wildcard grants what AWS adds tomorrow.",
            (_, policy) -> any(policy, "Action", action -> action.contains("*"))),
        PackRule.each(
            "IoT-PolicyResource",
            POLICY,
            "Where a resource does not name the thing, one stolen key speaks for every device.",
            (_, policy) ->
                !isClaim(policy)
                    && any(
                        policy,
                        "Resource",
                        resource ->
                            !resource.contains(THING) && !PROVISIONING.matcher(resource).find())),
        PackRule.each(
            "IoT-PolicyConnect",
            POLICY,
            "A certificate that is attached to no thing, or to another, could connect.",
            (_, policy) ->
                !isClaim(policy)
                    && statements(policy)
                        .filter(statement ->
                            values(statement, "Action").anyMatch("iot:Connect"::equals))
                        .anyMatch(statement -> !connectsAsItsThing(statement))),
        PackRule.each(
            "IoT-ProvisioningHook",
            "AWS::IoT::ProvisioningTemplate",
            "A claim that leaks makes as many devices as somebody likes.",
            (_, template) -> template.at("/PreProvisioningHook/TargetArn").isMissingNode()),
        PackRule.each(
            "IoT-ClaimScope",
            POLICY,
            "A claim is in every device of a batch: it may do nothing but become a device.",
            (_, policy) -> isClaim(policy) && any(policy, "Resource", one -> !ofClaim(one))),
        PackRule.each(
            "IoT-AuthorizerSigning",
            "AWS::IoT::Authorizer",
            "Anybody may have the function invoked, at this account's cost.",
            (_, authorizer) -> authorizer.path("SigningDisabled").asBoolean()));
  }

  /// Who may have a certificate made, but is no thing yet.
  private static boolean isClaim(JsonNode policy) {
    return any(policy, "Resource", one -> PROVISIONING.matcher(one).find())
        && !any(policy, "Resource", one -> one.contains(THING));
  }

  private static boolean ofClaim(String resource) {
    return PROVISIONING.matcher(resource).find() || resource.matches(".*:client/[^*]+\\*?$");
  }

  private static boolean connectsAsItsThing(JsonNode statement) {
    return values(statement, "Resource").allMatch(one -> one.endsWith(":client/" + THING))
        && statement.at("/Condition/Bool/iot:Connection.Thing.IsAttached/0").asBoolean();
  }

  private static boolean any(JsonNode policy, String key, Predicate<String> fits) {
    return statements(policy).flatMap(statement -> values(statement, key)).anyMatch(fits);
  }

  private static Stream<JsonNode> statements(JsonNode policy) {
    return Template.list(policy.at("/PolicyDocument/Statement")).stream();
  }

  private static Stream<String> values(JsonNode statement, String key) {
    return Template.list(statement.path(key)).stream().map(Template::resolved);
  }
}
