// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Makes TypeScript types of the JSON Schemas, as far as the schemas go.
final class TypeScript {
  private static final List<String> SCHEMAS =
      List.of("telemetry-batch", "commands", "command-outcomes", "live-request", "alarm-rule");

  private final Map<String, String> declarations = new LinkedHashMap<>();

  private TypeScript() {}

  static String ofAllSchemas() throws IOException {
    var types = new TypeScript();
    for (var name : SCHEMAS) {
      types.typeOf(
          new ObjectMapper().readTree(SchemaTest.resource("/schema/" + name + ".schema.json")));
    }
    return "// SPDX-License-Identifier: Apache-2.0\n"
        + "// Generated from the JSON Schemas of module messages by ContractTypesTest; do not edit.\n"
        + String.join("", types.declarations.values());
  }

  private String typeOf(JsonNode schema) {
    if (schema.has("const")) {
      return schema.get("const").toString();
    }
    if (schema.has("enum")) {
      var options = new ArrayList<String>();
      schema.get("enum").forEach(option -> options.add("'" + option.asText() + "'"));
      return String.join(" | ", options);
    }
    if (schema.get("type").isArray()) {
      var options = new ArrayList<String>();
      schema.get("type").forEach(option -> options.add(option.asText()));
      return String.join(" | ", options);
    }
    return switch (schema.get("type").asText()) {
      case "string", "boolean", "number" -> schema.get("type").asText();
      case "integer" -> "number";
      case "array" -> array(schema);
      case "object" -> object(schema);
      default -> throw new IllegalArgumentException("no TypeScript known for " + schema);
    };
  }

  private String array(JsonNode schema) {
    if (schema.has("prefixItems")) {
      var items = new ArrayList<String>();
      schema.get("prefixItems").forEach(item -> items.add(typeOf(item)));
      return "readonly [" + String.join(", ", items) + "]";
    }
    var item = typeOf(schema.get("items"));
    return "readonly " + (item.contains(" ") ? "(" + item + ")" : item) + "[]";
  }

  private String object(JsonNode schema) {
    var name = schema.get("title").asText();
    var text = new StringBuilder("\n");
    if (schema.has("description")) {
      text.append("/** ").append(schema.get("description").asText()).append(" */\n");
    }
    if (schema.has("additionalProperties")) {
      var value = typeOf(schema.get("additionalProperties"));
      text.append("export type %s = Readonly<Record<string, %s>>;\n".formatted(name, value));
    } else {
      text.append("export interface ").append(name).append(" {\n");
      schema.get("properties").properties().forEach(member -> member(schema, member, text));
      text.append("}\n");
    }
    declarations.put(name, text.toString());
    return name;
  }

  private void member(JsonNode schema, Map.Entry<String, JsonNode> member, StringBuilder text) {
    var required = false;
    for (var one : schema.path("required")) {
      required |= one.asText().equals(member.getKey());
    }
    if (member.getValue().has("description")) {
      text.append("  /** ").append(member.getValue().get("description").asText()).append(" */\n");
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  readonly %s%s: %s;\n",
            member.getKey(),
            required ? "" : "?",
            typeOf(member.getValue())));
  }
}
