// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fieldline.localstack.api.AwsFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// What the names of one template mean during one deployment.
final class TemplateScope implements Intrinsics.Scope {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Template template;
  private final Map<String, JsonNode> parameters;
  private final Map<String, String> pseudo;
  private final Supplier<StackRecord> stack;
  private final Function<String, String> exports;
  private final Map<String, Boolean> conditions = new HashMap<>();

  TemplateScope(
      Template template,
      Map<String, JsonNode> parameters,
      Map<String, String> pseudo,
      Supplier<StackRecord> stack,
      Function<String, String> exports) {
    this.template = template;
    this.parameters = parameters;
    this.pseudo = pseudo;
    this.stack = stack;
    this.exports = exports;
  }

  @Override
  public JsonNode ref(String name) {
    JsonNode parameter = parameters.get(name);
    if (parameter != null) {
      return parameter;
    }
    if (pseudo.containsKey(name)) {
      return NODES.textNode(String.valueOf(pseudo.get(name)));
    }
    return NODES.textNode(resource(name).physicalId());
  }

  @Override
  public JsonNode attribute(String logicalId, String name) {
    StackRecord.Resource resource = resource(logicalId);
    String value = resource.attributes().get(name);
    if (value == null) {
      throw AwsFailure.validationError(
          "Template error: resource "
              + logicalId
              + " does not support attribute type "
              + name
              + " in Fn::GetAtt");
    }
    return NODES.textNode(value);
  }

  private StackRecord.Resource resource(String logicalId) {
    StackRecord.Resource resource = stack.get().resources().get(logicalId);
    if (resource == null) {
      throw AwsFailure.validationError(
          "Template format error: Unresolved resource dependencies [" + logicalId + "]");
    }
    return resource;
  }

  @Override
  public boolean condition(String name) {
    Boolean known = conditions.get(name);
    if (known != null) {
      return known;
    }
    JsonNode declared = template.section("Conditions").path(name);
    if (declared.isMissingNode()) {
      throw AwsFailure.validationError(
          "Template format error: Unresolved condition dependency " + name);
    }
    boolean value = new Intrinsics(this).test(declared);
    conditions.put(name, value);
    return value;
  }

  @Override
  public JsonNode mapping(String map, String top, String second) {
    JsonNode value = template.section("Mappings").path(map).path(top).path(second);
    if (value.isMissingNode()) {
      throw AwsFailure.validationError(
          "Template error: Unable to get mapping for %s::%s::%s".formatted(map, top, second));
    }
    return value;
  }

  @Override
  public JsonNode importValue(String exportName) {
    return NODES.textNode(exports.apply(exportName));
  }

  /// Whether the resource's Condition, if it has one, holds.
  boolean includes(JsonNode resource) {
    JsonNode condition = resource.path("Condition");
    return condition.isMissingNode() || condition(condition.asText());
  }

  /// Fails with the description of the first assertion that does not hold.
  void checkRules() {
    var intrinsics = new Intrinsics(this);
    for (var rule : template.section("Rules").properties()) {
      JsonNode when = rule.getValue().path("RuleCondition");
      if (!when.isMissingNode() && !intrinsics.test(when)) {
        continue;
      }
      for (JsonNode assertion : rule.getValue().path("Assertions")) {
        if (!intrinsics.test(assertion.path("Assert"))) {
          throw AwsFailure.validationError(
              "Template error: rule %s failed: %s"
                  .formatted(rule.getKey(), assertion.path("AssertDescription").asText()));
        }
      }
    }
  }
}
