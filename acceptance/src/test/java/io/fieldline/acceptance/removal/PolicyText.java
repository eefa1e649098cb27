// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// A policy document, seen as lines of one action on one resource.
record PolicyText(JsonNode document) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// One action on one resource, in one statement.
  record Line(int statement, String action, String resource) {}

  static PolicyText of(String json) {
    try {
      return new PolicyText(JSON.readTree(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  List<Line> lines() {
    var lines = new ArrayList<Line>();
    JsonNode statements = document.path("Statement");
    for (int i = 0; i < statements.size(); i++) {
      for (String action : texts(statements.path(i).path("Action"))) {
        for (String resource : texts(statements.path(i).path("Resource"))) {
          lines.add(new Line(i, action, resource));
        }
      }
    }
    return lines;
  }

  /// Whether a line gives something: one that denies does not.
  boolean allows(Line line) {
    return document
        .path("Statement")
        .path(line.statement())
        .path("Effect")
        .asText()
        .equals("Allow");
  }

  /// The document without those lines; every other is still there.
  PolicyText without(List<Line> gone) {
    ObjectNode copy = document.deepCopy();
    ArrayNode statements = copy.putArray("Statement");
    for (Line line : lines()) {
      if (!gone.contains(line)) {
        ObjectNode statement = document.path("Statement").path(line.statement()).deepCopy();
        statement.remove("Sid");
        statement.put("Action", line.action());
        statement.put("Resource", line.resource());
        statements.add(statement);
      }
    }
    return new PolicyText(copy);
  }

  boolean isEmpty() {
    return document.path("Statement").isEmpty();
  }

  @Override
  public String toString() {
    return document.toString();
  }

  private static List<String> texts(JsonNode oneOrMore) {
    if (!oneOrMore.isArray()) {
      return List.of(oneOrMore.asText());
    }
    var texts = new ArrayList<String>();
    oneOrMore.forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
