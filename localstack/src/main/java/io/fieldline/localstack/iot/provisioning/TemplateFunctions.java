// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The intrinsic functions of a template, over the parameters of one device.
///
/// Source: AWS IoT Core Developer Guide, "Provisioning templates", "Intrinsic functions". Assumed:
/// their arguments are CloudFormation's, and `${!x}` in `Fn::Sub` stands for `${x}`.
record TemplateFunctions(Map<String, String> parameters, JsonNode mappings) {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(!?)([^}]*)}");

  /// The node with every function replaced by its value.
  JsonNode resolve(JsonNode node) {
    if (node.isArray()) {
      ArrayNode resolved = NODES.arrayNode();
      node.forEach(element -> resolved.add(resolve(element)));
      return resolved;
    }
    if (!node.isObject()) {
      return node;
    }
    if (node.size() == 1) {
      String name = node.fieldNames().next();
      if (isFunction(name)) {
        return call(name, node.path(name));
      }
    }
    ObjectNode resolved = NODES.objectNode();
    node.properties().forEach(e -> resolved.set(e.getKey(), resolve(e.getValue())));
    return resolved;
  }

  static boolean isFunction(String name) {
    return name.equals("Ref") || name.startsWith("Fn::");
  }

  private JsonNode call(String name, JsonNode argument) {
    return switch (name) {
      case "Ref" -> TextNode.valueOf(parameter(argument.asText()));
      case "Fn::Sub" -> TextNode.valueOf(substitute(argument));
      case "Fn::Join" -> {
        List<JsonNode> two = arguments(name, argument, 2);
        yield TextNode.valueOf(String.join(text(name, two.get(0)), texts(name, two.get(1))));
      }
      case "Fn::Split" -> {
        List<JsonNode> two = arguments(name, argument, 2);
        ArrayNode parts = NODES.arrayNode();
        String delimiter = Pattern.quote(text(name, two.get(0)));
        for (String part : text(name, two.get(1)).split(delimiter, -1)) {
          parts.add(part);
        }
        yield parts;
      }
      case "Fn::Select" -> select(arguments(name, argument, 2));
      case "Fn::FindInMap" -> find(arguments(name, argument, 3));
      default ->
          throw new TemplateProblem(
              name + " is not one of Ref, Fn::Join, Fn::Select, Fn::FindInMap, Fn::Split, Fn::Sub");
    };
  }

  private String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new TemplateProblem("The parameter " + name + " has no value");
    }
    return value;
  }

  private List<JsonNode> arguments(String name, JsonNode argument, int count) {
    var resolved = new ArrayList<JsonNode>();
    argument.forEach(a -> resolved.add(resolve(a)));
    if (!argument.isArray() || resolved.size() != count) {
      throw new TemplateProblem(name + ": expected " + count + " arguments, got " + argument);
    }
    return resolved;
  }

  private static String text(String name, JsonNode value) {
    if (!value.isValueNode() || value.isNull()) {
      throw new TemplateProblem(name + ": expected text, got " + value);
    }
    return value.asText();
  }

  private static List<String> texts(String name, JsonNode list) {
    if (!list.isArray()) {
      throw new TemplateProblem(name + ": expected a list, got " + list);
    }
    var texts = new ArrayList<String>();
    list.forEach(e -> texts.add(text(name, e)));
    return texts;
  }

  private static JsonNode select(List<JsonNode> arguments) {
    String index = text("Fn::Select", arguments.get(0));
    JsonNode list = arguments.get(1);
    boolean within = index.matches("\\d{1,6}") && Integer.parseInt(index) < list.size();
    if (!list.isArray() || !within || list.get(Integer.parseInt(index)).isNull()) {
      throw new TemplateProblem("Fn::Select: there is no element " + index + " in " + list);
    }
    return list.get(Integer.parseInt(index));
  }

  private JsonNode find(List<JsonNode> keys) {
    JsonNode found = mappings;
    for (JsonNode key : keys) {
      found = found.path(text("Fn::FindInMap", key));
    }
    if (found.isMissingNode() || found.isNull()) {
      throw new TemplateProblem("Fn::FindInMap: nothing is mapped at " + keys);
    }
    return found;
  }

  private String substitute(JsonNode argument) {
    JsonNode given = argument.isTextual() ? argument : argument.path(0);
    JsonNode own = resolve(argument.path(1));
    if (!given.isTextual() || argument.size() > 2) {
      throw new TemplateProblem("Fn::Sub: expected text, or text and variables, got " + argument);
    }
    return VARIABLE.matcher(given.asText()).replaceAll(m -> Matcher.quoteReplacement(one(m, own)));
  }

  private String one(MatchResult match, JsonNode own) {
    String name = match.group(2);
    if (!match.group(1).isEmpty()) {
      return "${" + name + "}";
    }
    return own.has(name) ? text("Fn::Sub", own.get(name)) : parameter(name);
  }
}
