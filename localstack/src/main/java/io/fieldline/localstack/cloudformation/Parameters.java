// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterResponse;

/// Values of a template's parameters: given, or by default; checked; SSM names looked up.
final class Parameters {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Parameters() {}

  /// Values as Ref gives them.
  static Map<String, JsonNode> resolve(Template template, Map<String, String> given, Api api) {
    JsonNode declared = template.section("Parameters");
    for (String name : given.keySet()) {
      if (!declared.has(name)) {
        throw AwsFailure.validationError("Parameters: [" + name + "] do not exist in the template");
      }
    }
    var values = new LinkedHashMap<String, JsonNode>();
    for (var entry : declared.properties()) {
      JsonNode declaration = entry.getValue();
      String value = given.get(entry.getKey());
      if (value == null && !declaration.has("Default")) {
        throw AwsFailure.validationError("Parameters: [" + entry.getKey() + "] must have values");
      }
      String text = value == null ? declaration.get("Default").asText() : value;
      check(entry.getKey(), declaration, text);
      values.put(entry.getKey(), typed(declaration.path("Type").asText(), text, api));
    }
    return values;
  }

  private static void check(String name, JsonNode declaration, String value) {
    JsonNode allowed = declaration.path("AllowedValues");
    if (allowed.isArray()
        && java.util.stream.StreamSupport.stream(allowed.spliterator(), false)
            .noneMatch(v -> v.asText().equals(value))) {
      throw AwsFailure.validationError("Parameter '" + name + "' must be one of AllowedValues");
    }
    JsonNode pattern = declaration.path("AllowedPattern");
    if (pattern.isTextual() && !value.matches(pattern.asText())) {
      throw AwsFailure.validationError(
          "Parameter '" + name + "' must match pattern " + pattern.asText());
    }
  }

  private static JsonNode typed(String type, String value, Api api) {
    if (type.startsWith("AWS::SSM::Parameter::Value<")) {
      String found =
          api.call(GetParameterRequest.builder().name(value).build(), GetParameterResponse.class)
              .parameter()
              .value();
      return typed(type.substring(type.indexOf('<') + 1, type.length() - 1), found, api);
    }
    if (type.equals("CommaDelimitedList") || type.startsWith("List<")) {
      var list = NODES.arrayNode();
      if (!value.isEmpty()) {
        for (String item : value.split(",")) {
          list.add(item.strip());
        }
      }
      return list;
    }
    return NODES.textNode(value);
  }
}
