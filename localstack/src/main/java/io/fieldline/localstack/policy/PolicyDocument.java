// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A parsed policy. {@link #decide} over several documents is {@link #decide(List, PolicyRequest)}.
public record PolicyDocument(List<Statement> statements) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> VERSIONS = Set.of("2012-10-17", "2008-10-17");
  private static final Set<String> ELEMENTS =
      Set.of(
          "Sid",
          "Effect",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Principal",
          "NotPrincipal",
          "Condition");

  public PolicyDocument {
    statements = List.copyOf(statements);
  }

  /// @throws MalformedPolicyException saying what is wrong and where
  public static PolicyDocument parse(String json) {
    return parse("", json);
  }

  /// @param name of the policy, for who explains a decision
  public static PolicyDocument parse(String name, String json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new MalformedPolicyException("Syntax errors in policy: " + e.getOriginalMessage());
    }
    if (root == null || !root.isObject()) {
      throw new MalformedPolicyException("Syntax errors in policy: an object was expected");
    }
    JsonNode version = root.path("Version");
    if (!version.isMissingNode() && !VERSIONS.contains(version.asText())) {
      throw new MalformedPolicyException("The policy must contain a valid version string");
    }
    JsonNode statements = root.path("Statement");
    if (statements.isMissingNode()) {
      throw new MalformedPolicyException("Syntax errors in policy: Statement is missing");
    }
    var parsed = new ArrayList<Statement>();
    for (JsonNode node : statements.isArray() ? statements : List.of(statements)) {
      parsed.add(statement(name, node));
    }
    return new PolicyDocument(parsed);
  }

  private static Statement statement(String policy, JsonNode node) {
    for (var entry : node.properties()) {
      if (!ELEMENTS.contains(entry.getKey())) {
        throw new MalformedPolicyException(
            "Syntax errors in policy: unknown element " + entry.getKey());
      }
    }
    String effect = node.path("Effect").asText();
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      throw new MalformedPolicyException("Syntax errors in policy: Effect must be Allow or Deny");
    }
    if (node.has("Action") == node.has("NotAction")) {
      throw new MalformedPolicyException("Policy statement must contain actions.");
    }
    JsonNode principal =
        node.has("NotPrincipal") ? node.get("NotPrincipal") : node.get("Principal");
    return new Statement(
        policy,
        node.toString(),
        node.path("Sid").asText(""),
        effect.equals("Allow"),
        texts(node.path("Action")),
        texts(node.path("NotAction")),
        texts(node.path("Resource")),
        texts(node.path("NotResource")),
        principal == null ? null : Principals.parse(principal),
        node.has("NotPrincipal"),
        conditions(node.path("Condition")));
  }

  private static List<Condition> conditions(JsonNode node) {
    var found = new ArrayList<Condition>();
    for (var operator : node.properties()) {
      for (var key : operator.getValue().properties()) {
        found.add(new Condition(operator.getKey(), key.getKey(), texts(key.getValue())));
      }
    }
    return found;
  }

  static List<String> texts(JsonNode node) {
    if (node.isMissingNode() || node.isNull()) {
      return List.of();
    }
    var found = new ArrayList<String>();
    for (JsonNode item : node.isArray() ? node : List.of(node)) {
      if (!item.isValueNode()) {
        throw new MalformedPolicyException("Syntax errors in policy: text expected, got " + item);
      }
      found.add(item.asText());
    }
    return found;
  }

  /// An explicit deny in any document wins; else one allow is enough.
  public static Decision decide(List<PolicyDocument> documents, PolicyRequest request) {
    @Nullable Statement allowing = null;
    for (PolicyDocument document : documents) {
      for (Statement statement : document.statements()) {
        if (!statement.appliesTo(request)) {
          continue;
        }
        if (!statement.allows()) {
          return new Decision.ExplicitDeny(statement);
        }
        allowing = allowing == null ? statement : allowing;
      }
    }
    return allowing == null ? new Decision.ImplicitDeny() : new Decision.Allow(allowing);
  }
}
