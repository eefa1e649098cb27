// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.AwsFailure;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads a template in JSON or YAML, with YAML's short forms ({@code !Ref x}) written out long.
final class TemplateParser {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private TemplateParser() {}

  static Template parse(String text) {
    JsonNode root = text.stripLeading().startsWith("{") ? json(text) : yaml(text);
    if (!(root instanceof ObjectNode object)) {
      throw AwsFailure.validationError("Template format error: unsupported structure.");
    }
    return new Template(object);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      String where =
          e.getLocation() == null
              ? ""
              : " (line %d, column %d)"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      throw AwsFailure.validationError(
          "Template format error: JSON not well-formed." + where + " " + e.getOriginalMessage());
    }
  }

  private static JsonNode yaml(String text) {
    try {
      return new Compose(LoadSettings.builder().build())
          .composeString(text)
          .map(TemplateParser::convert)
          .orElse(NODES.nullNode());
    } catch (YamlEngineException e) {
      throw AwsFailure.validationError(
          "Template format error: YAML not well-formed. " + e.getMessage());
    }
  }

  private static JsonNode convert(Node node) {
    String tag = node.getTag().getValue();
    if (!tag.startsWith("!")) {
      return plain(node);
    }
    String name = tag.substring(1);
    JsonNode value = plain(node);
    if (name.equals("GetAtt") && value.isTextual()) {
      String[] parts = value.asText().split("\\.", 2);
      value = NODES.arrayNode().add(parts[0]).add(parts.length == 2 ? parts[1] : "");
    }
    String full = name.equals("Ref") || name.equals("Condition") ? name : "Fn::" + name;
    return NODES.objectNode().set(full, value);
  }

  private static JsonNode plain(Node node) {
    return switch (node) {
      case SequenceNode list -> {
        var array = NODES.arrayNode();
        list.getValue().forEach(item -> array.add(convert(item)));
        yield array;
      }
      case MappingNode map -> {
        var object = NODES.objectNode();
        map.getValue()
            .forEach(entry ->
                object.set(
                    ((ScalarNode) entry.getKeyNode()).getValue(), convert(entry.getValueNode())));
        yield object;
      }
      case ScalarNode scalar -> scalar(scalar);
      default ->
          throw AwsFailure.validationError(
              "Template format error: YAML aliases are not supported.");
    };
  }

  private static JsonNode scalar(ScalarNode node) {
    String text = node.getValue();
    return switch (node.getTag().getValue()) {
      case "tag:yaml.org,2002:null" -> NODES.nullNode();
      case "tag:yaml.org,2002:bool" -> NODES.booleanNode(Boolean.parseBoolean(text));
      case "tag:yaml.org,2002:int" -> NODES.numberNode(new java.math.BigInteger(text));
      case "tag:yaml.org,2002:float" -> NODES.numberNode(new java.math.BigDecimal(text));
      default -> NODES.textNode(text);
    };
  }
}
