// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fieldline.localstack.api.AwsFailure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Replaces intrinsic functions by their values. A value that is {@code AWS::NoValue} leaves no
/// trace.
///
/// Source: CloudFormation Template Reference, "Intrinsic function reference".
final class Intrinsics {
  /// What names mean here: parameters, resources, pseudo parameters.
  interface Scope {
    JsonNode ref(String name);

    JsonNode attribute(String logicalId, String name);

    boolean condition(String name);

    JsonNode mapping(String map, String top, String second);

    JsonNode importValue(String exportName);
  }

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern SUB = Pattern.compile("\\$\\{(!?)([^}]+)}");

  private final Scope scope;

  Intrinsics(Scope scope) {
    this.scope = scope;
  }

  /// The names between <code>${</code> and <code>}</code>, literals (<code>${!x}</code>) left out.
  static List<String> subNames(String text) {
    var names = new ArrayList<String>();
    Matcher matcher = SUB.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).isEmpty()) {
        names.add(matcher.group(2).strip());
      }
    }
    return names;
  }

  JsonNode resolve(JsonNode node) {
    if (node.isObject()) {
      return object(node);
    }
    if (!node.isArray()) {
      return node;
    }
    ArrayNode array = NODES.arrayNode();
    for (JsonNode item : node) {
      JsonNode value = resolve(item);
      if (!value.isMissingNode()) {
        array.add(value);
      }
    }
    return array;
  }

  private JsonNode object(JsonNode node) {
    if (node.size() == 1) {
      String key = node.fieldNames().next();
      if (key.equals("Ref") || key.startsWith("Fn::")) {
        return function(key, node.get(key));
      }
    }
    var object = NODES.objectNode();
    for (var entry : node.properties()) {
      JsonNode value = resolve(entry.getValue());
      if (!value.isMissingNode()) {
        object.set(entry.getKey(), value);
      }
    }
    return object;
  }

  private JsonNode function(String name, JsonNode argument) {
    return switch (name) {
      case "Ref" ->
          argument.asText().equals("AWS::NoValue")
              ? MissingNode.getInstance()
              : scope.ref(argument.asText());
      case "Fn::GetAtt" -> getAtt(argument);
      case "Fn::Join" -> join(argument);
      case "Fn::Sub" -> sub(argument);
      case "Fn::Select" -> select(argument);
      case "Fn::Split" -> split(argument);
      case "Fn::If" ->
          resolve(scope.condition(argument.path(0).asText()) ? argument.path(1) : argument.path(2));
      case "Fn::Base64" ->
          NODES.textNode(
              Base64.getEncoder()
                  .encodeToString(text(resolve(argument)).getBytes(StandardCharsets.UTF_8)));
      case "Fn::FindInMap" ->
          scope.mapping(
              text(resolve(argument.path(0))),
              text(resolve(argument.path(1))),
              text(resolve(argument.path(2))));
      case "Fn::ImportValue" -> scope.importValue(text(resolve(argument)));
      case "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::Contains" ->
          NODES.booleanNode(test(name, argument));
      default ->
          throw AwsFailure.validationError(
              "Template error: the function " + name + " is not supported by this local stack");
    };
  }

  /// The value of a condition function, as in Conditions and Rules.
  boolean test(JsonNode node) {
    if (node.isObject() && node.size() == 1) {
      String key = node.fieldNames().next();
      return key.equals("Condition")
          ? scope.condition(node.get(key).asText())
          : test(key, node.get(key));
    }
    return Boolean.parseBoolean(text(resolve(node)));
  }

  private boolean test(String name, JsonNode argument) {
    return switch (name) {
      case "Fn::Not" -> !test(argument.path(0));
      case "Fn::And" -> stream(argument).allMatch(this::test);
      case "Fn::Or" -> stream(argument).anyMatch(this::test);
      case "Fn::Equals" -> text(resolve(argument.path(0))).equals(text(resolve(argument.path(1))));
      case "Fn::Contains" -> {
        String wanted = text(resolve(argument.path(1)));
        yield stream(resolve(argument.path(0))).anyMatch(v -> text(v).equals(wanted));
      }
      default ->
          throw AwsFailure.validationError(
              "Template error: " + name + " is not a condition function");
    };
  }

  private JsonNode getAtt(JsonNode argument) {
    if (argument.isTextual()) {
      String[] parts = argument.asText().split("\\.", 2);
      return scope.attribute(parts[0], parts.length == 2 ? parts[1] : "");
    }
    return scope.attribute(argument.path(0).asText(), text(resolve(argument.path(1))));
  }

  private JsonNode join(JsonNode argument) {
    JsonNode items = resolve(argument.path(1));
    return NODES.textNode(
        String.join(argument.path(0).asText(), stream(items).map(Intrinsics::text).toList()));
  }

  private JsonNode sub(JsonNode argument) {
    String text = argument.isArray() ? argument.path(0).asText() : argument.asText();
    JsonNode local = argument.isArray() ? argument.path(1) : MissingNode.getInstance();
    Matcher matcher = SUB.matcher(text);
    return NODES.textNode(
        matcher.replaceAll(found -> {
          String name = found.group(2).strip();
          if (!found.group(1).isEmpty()) {
            return Matcher.quoteReplacement("${" + name + "}");
          }
          JsonNode value = local.has(name) ? resolve(local.get(name)) : named(name);
          return Matcher.quoteReplacement(text(value));
        }));
  }

  private JsonNode named(String name) {
    int dot = name.indexOf('.');
    return dot < 0
        ? scope.ref(name)
        : scope.attribute(name.substring(0, dot), name.substring(dot + 1));
  }

  private JsonNode select(JsonNode argument) {
    JsonNode items = resolve(argument.path(1));
    int index = Integer.parseInt(text(resolve(argument.path(0))));
    if (index < 0 || index >= items.size()) {
      throw AwsFailure.validationError(
          "Template error: Fn::Select cannot select nonexistent value at index " + index);
    }
    return items.get(index);
  }

  private JsonNode split(JsonNode argument) {
    ArrayNode parts = NODES.arrayNode();
    String text = text(resolve(argument.path(1)));
    for (String part : text.split(Pattern.quote(argument.path(0).asText()), -1)) {
      parts.add(part);
    }
    return parts;
  }

  private static java.util.stream.Stream<JsonNode> stream(JsonNode array) {
    return java.util.stream.StreamSupport.stream(array.spliterator(), false);
  }

  static String text(JsonNode node) {
    if (node.isContainerNode()) {
      throw AwsFailure.validationError("Template error: text expected, got " + node);
    }
    return node.asText();
  }
}
