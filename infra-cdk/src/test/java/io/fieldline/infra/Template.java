// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A synthesized template as a tree, with the few questions that the tests ask it.
record Template(JsonNode root) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Template at(Path file) throws IOException {
    return new Template(JSON.readTree(Files.readString(file)));
  }

  /// Synthesizes a stage in this JVM.
  static Template of(String stage) {
    try {
      var folder = Files.createTempDirectory("fieldline-synth");
      var checkout = Checkout.in(folder);
      var app = PipelineApp.app(Map.of("stage", stage));
      PipelineApp.add(app, checkout.infra().resolve("config"), checkout.artifacts());
      var assembly = app.synth();
      return at(Path.of(assembly.getDirectory(), "Fieldline-" + stage + ".template.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Logical id to resource, for one resource type.
  Map<String, JsonNode> resources(String type) {
    var found = new TreeMap<String, JsonNode>();
    for (var entry : root.get("Resources").properties()) {
      if (entry.getValue().get("Type").asText().equals(type)) {
        found.put(entry.getKey(), entry.getValue());
      }
    }
    return found;
  }

  /// The properties of every resource of a type.
  List<JsonNode> properties(String type) {
    return resources(type).values().stream().map(resource -> resource.path("Properties")).toList();
  }

  /// Every statement of every role, with the role's logical id.
  Map<String, List<JsonNode>> grants() {
    return resources("AWS::IAM::Role").entrySet().stream()
        .collect(
            Collectors.toMap(
                Map.Entry::getKey,
                role -> statements(role.getValue().path("Properties")).toList()));
  }

  /// Every statement in a role's own policies.
  static Stream<JsonNode> statements(JsonNode roleProperties) {
    return roleProperties
        .path("Policies")
        .valueStream()
        .flatMap(policy -> policy.at("/PolicyDocument/Statement").valueStream());
  }

  /// What is at a pointer below the properties of a resource; missing where there is no such one.
  JsonNode property(String resource, String pointer) {
    return root.path("Resources").path(resource).path("Properties").at(pointer);
  }

  /// The logical identifier that a `Ref` or `Fn::GetAtt` names.
  static Optional<String> referred(JsonNode node) {
    var reference = node.has("Ref") ? node.get("Ref") : node.at("/Fn::GetAtt/0");
    return reference.isTextual() ? Optional.of(reference.asText()) : Optional.empty();
  }

  /// The elements of a list, or the one value that stands in its place.
  static List<JsonNode> list(JsonNode oneOrMany) {
    return oneOrMany.isArray()
        ? oneOrMany.valueStream().toList()
        : oneOrMany.isMissingNode() ? List.of() : List.of(oneOrMany);
  }

  /// A value's text as it is after deployment, in an account of twelve digits.
  static String resolved(JsonNode node) {
    if (node.isTextual()) {
      return node.asText();
    }
    if (node.has("Fn::Join")) {
      var text = new StringBuilder();
      node.get("Fn::Join").get(1).forEach(part -> text.append(resolved(part)));
      return text.toString();
    }
    if (node.has("Ref")) {
      return switch (node.get("Ref").asText()) {
        case "AWS::AccountId" -> "123456789012";
        case "AWS::Region" -> "ap-southeast-2";
        case "AWS::Partition" -> "aws";
        default -> node.get("Ref").asText();
      };
    }
    return node.toString();
  }

  /// A copy in which every value with pseudo parameters is its text after deployment.
  static JsonNode deployed(JsonNode node) {
    if (node.has("Fn::Join") || node.has("Ref")) {
      return JSON.getNodeFactory().textNode(resolved(node));
    }
    if (node.isObject()) {
      var copy = JSON.createObjectNode();
      node.properties().forEach(entry -> copy.set(entry.getKey(), deployed(entry.getValue())));
      return copy;
    }
    if (node.isArray()) {
      var copy = JSON.createArrayNode();
      node.forEach(element -> copy.add(deployed(element)));
      return copy;
    }
    return node;
  }
}
