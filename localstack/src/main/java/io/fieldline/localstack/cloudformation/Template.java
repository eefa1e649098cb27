// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A parsed template and what can be said of it without any value.
record Template(ObjectNode root) {
  private static final Set<String> SECTIONS =
      Set.of(
          "AWSTemplateFormatVersion",
          "Description",
          "Metadata",
          "Parameters",
          "Rules",
          "Mappings",
          "Conditions",
          "Transform",
          "Resources",
          "Outputs",
          "Hooks");

  private static final String ALIAS_UPDATE = "CodeDeployLambdaAliasUpdate";

  Template {
    for (var entry : root.properties()) {
      if (!SECTIONS.contains(entry.getKey())) {
        throw AwsFailure.validationError(
            "Invalid template property or properties [" + entry.getKey() + "]");
      }
    }
    if (root.has("Transform")) {
      throw AwsFailure.validationError(
          "Transforms are not supported by this local stack: " + root.get("Transform"));
    }
    root.path("Resources").properties().forEach(e -> checkAttributes(e.getKey(), e.getValue()));
    if (root.path("Resources").isEmpty()) {
      throw AwsFailure.validationError("At least one Resources member must be defined.");
    }
  }

  /// Source: CloudFormation Template Reference, "UpdatePolicy attribute": what it means depends on
  /// the type, and only an alias's way to CodeDeploy is followed here.
  private static void checkAttributes(String logicalId, JsonNode resource) {
    boolean unsupported = resource.has("CreationPolicy");
    for (var policy : resource.path("UpdatePolicy").properties()) {
      unsupported |=
          !policy.getKey().equals(ALIAS_UPDATE) || !type(resource).equals("AWS::Lambda::Alias");
    }
    if (unsupported) {
      throw AwsFailure.validationError(
          "Resource %s: CreationPolicy, and UpdatePolicy other than %s of an alias, are not supported by this local stack"
              .formatted(logicalId, ALIAS_UPDATE));
    }
  }

  JsonNode section(String name) {
    return root.path(name);
  }

  Map<String, JsonNode> resources() {
    var found = new LinkedHashMap<String, JsonNode>();
    section("Resources").properties().forEach(e -> found.put(e.getKey(), e.getValue()));
    return found;
  }

  JsonNode resource(String logicalId) {
    return section("Resources").path(logicalId);
  }

  static String type(JsonNode resource) {
    return resource.path("Type").asText();
  }

  /// Every logical id in an order in which what is referred to comes first.
  ///
  /// @throws AwsFailure naming the ids of a circle, or a reference to nothing
  List<String> creationOrder() {
    var order = new LinkedHashSet<String>();
    for (String id : resources().keySet()) {
      visit(id, order, new LinkedHashSet<>());
    }
    return List.copyOf(order);
  }

  private void visit(String id, Set<String> order, LinkedHashSet<String> path) {
    if (order.contains(id)) {
      return;
    }
    if (!path.add(id)) {
      throw AwsFailure.validationError(
          "Circular dependency between resources: " + List.copyOf(path));
    }
    for (String needed : dependencies(resource(id))) {
      if (section("Resources").has(needed)) {
        visit(needed, order, path);
      }
    }
    path.remove(id);
    order.add(id);
  }

  /// Names in Ref, Fn::GetAtt, Fn::Sub and DependsOn, of properties and update policy: resources,
  /// parameters and pseudo parameters.
  static Set<String> dependencies(JsonNode resource) {
    var found = new LinkedHashSet<String>();
    JsonNode dependsOn = resource.path("DependsOn");
    if (dependsOn.isTextual()) {
      found.add(dependsOn.asText());
    }
    dependsOn.forEach(id -> found.add(id.asText()));
    collect(resource.path("Properties"), found);
    collect(resource.path("UpdatePolicy"), found);
    return found;
  }

  private static void collect(JsonNode node, Set<String> found) {
    if (node.isObject() && node.size() == 1) {
      String key = node.fieldNames().next();
      JsonNode value = node.get(key);
      switch (key) {
        case "Ref" -> found.add(value.asText());
        case "Fn::GetAtt" ->
            found.add(value.isArray() ? value.path(0).asText() : value.asText().split("\\.")[0]);
        case "Fn::Sub" -> collectSub(value, found);
        default -> {}
      }
    }
    for (Iterator<JsonNode> children = node.elements(); children.hasNext(); ) {
      collect(children.next(), found);
    }
  }

  private static void collectSub(JsonNode value, Set<String> found) {
    String text = value.isArray() ? value.path(0).asText() : value.asText();
    JsonNode local = value.isArray() ? value.path(1) : MissingNode.getInstance();
    for (String name : Intrinsics.subNames(text)) {
      if (!local.has(name)) {
        found.add(name.split("\\.")[0]);
      }
    }
  }

  /// Fails on the first name that nothing in the template explains.
  void checkReferences() {
    var unknown = new ArrayList<String>();
    for (var entry : resources().entrySet()) {
      for (String name : dependencies(entry.getValue())) {
        if (!name.startsWith("AWS::")
            && !section("Resources").has(name)
            && !section("Parameters").has(name)) {
          unknown.add(name);
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw AwsFailure.validationError(
          "Template format error: Unresolved resource dependencies "
              + unknown
              + " in the Resources block of the template");
    }
  }
}
