// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;

/// Which messages a subscription gets: every key must be met, by one of its conditions. Immutable.
///
/// Source: Amazon SNS Developer Guide, "Amazon SNS subscription filter policies".
///
/// @param keys by their path; all must be met
/// @param alternatives of each list ($or), one policy must be met
record FilterPolicy(Scope scope, List<Key> keys, List<List<FilterPolicy>> alternatives) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final int MOST_KEYS = 5;
  private static final int MOST_COMBINATIONS = 150;

  /// What is looked at.
  enum Scope {
    ATTRIBUTES,
    BODY;

    static Scope of(@Nullable String name) {
      return "MessageBody".equals(name) ? BODY : ATTRIBUTES;
    }
  }

  /// One key: its path, and the conditions of which one must hold.
  record Key(List<String> path, List<FilterCondition> anyOf) {}

  /// @throws io.fieldline.localstack.api.AwsFailure that says what is wrong
  static FilterPolicy parse(String json, Scope scope) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw wrong("failed to parse JSON. " + e.getOriginalMessage());
    }
    if (root == null || !root.isObject()) {
      throw wrong("failed to parse JSON. Filter policy must be an object");
    }
    FilterPolicy policy = object(root, scope, List.of());
    if (policy.keyCount() > MOST_KEYS) {
      throw wrong("Filter policy can not have more than " + MOST_KEYS + " keys");
    }
    if (policy.combinations() > MOST_COMBINATIONS) {
      throw wrong("Filter policy is too complex");
    }
    return policy;
  }

  static io.fieldline.localstack.api.AwsFailure wrong(String what) {
    return SnsFailures.invalid("FilterPolicy: " + what);
  }

  private static FilterPolicy object(JsonNode node, Scope scope, List<String> at) {
    var keys = new ArrayList<Key>();
    var alternatives = new ArrayList<List<FilterPolicy>>();
    for (var entry : node.properties()) {
      JsonNode value = entry.getValue();
      var path = new ArrayList<>(at);
      path.add(entry.getKey());
      if (entry.getKey().equals("$or") && isAlternatives(value)) {
        var each = new ArrayList<FilterPolicy>();
        value.forEach(one -> each.add(object(one, scope, at)));
        alternatives.add(each);
      } else if (value.isArray()) {
        keys.add(new Key(List.copyOf(path), FilterCondition.parse(value)));
      } else if (value.isObject() && scope == Scope.ATTRIBUTES) {
        throw wrong("Filter policy scope MessageAttributes does not support nested filter policy");
      } else if (value.isObject()) {
        FilterPolicy inner = object(value, scope, path);
        keys.addAll(inner.keys());
        alternatives.addAll(inner.alternatives());
      } else {
        throw wrong("\"" + entry.getKey() + "\" must be an object or an array");
      }
    }
    return new FilterPolicy(scope, List.copyOf(keys), List.copyOf(alternatives));
  }

  private static boolean isAlternatives(JsonNode value) {
    boolean objects = value.isArray() && value.size() > 1;
    for (JsonNode one : value) {
      objects &= one.isObject();
    }
    return objects;
  }

  private int keyCount() {
    return keys.size()
        + alternatives.stream().flatMap(List::stream).mapToInt(FilterPolicy::keyCount).sum();
  }

  private long combinations() {
    long product = 1;
    for (Key key : keys) {
      product *= key.anyOf().size();
    }
    for (List<FilterPolicy> one : alternatives) {
      product *= one.stream().mapToLong(FilterPolicy::combinations).sum();
    }
    return product;
  }

  /// Whether a message with these attributes, or this body, is wanted.
  boolean wants(Map<String, MessageAttributeValue> attributes, String body) {
    return switch (scope) {
      case ATTRIBUTES -> isMet(path -> ofAttribute(attributes.get(path.getFirst())));
      case BODY -> {
        JsonNode root = json(body);
        yield root != null && root.isObject() && isMet(path -> leaves(root, path));
      }
    };
  }

  @FunctionalInterface
  private interface Values {
    List<JsonNode> at(List<String> path);
  }

  private boolean isMet(Values values) {
    return keys.stream()
            .allMatch(key -> {
              List<JsonNode> found = values.at(key.path());
              return key.anyOf().stream().anyMatch(condition -> condition.holds(found));
            })
        && alternatives.stream().allMatch(each -> each.stream().anyMatch(p -> p.isMet(values)));
  }

  /// Binary attributes are passed over.
  private static List<JsonNode> ofAttribute(@Nullable MessageAttributeValue value) {
    if (value == null || value.stringValue() == null) {
      return List.of();
    }
    String type = value.dataType();
    if (type.equals("String.Array")) {
      JsonNode array = json(value.stringValue());
      var items = new ArrayList<JsonNode>();
      if (array != null && array.isArray()) {
        array.forEach(items::add);
      }
      return items;
    }
    return List.of(
        type.startsWith("Number")
            ? DecimalNode.valueOf(new BigDecimal(value.stringValue().strip()))
            : TextNode.valueOf(value.stringValue()));
  }

  /// What is at a path; each element of an array on the way counts.
  private static List<JsonNode> leaves(JsonNode root, List<String> path) {
    List<JsonNode> at = List.of(root);
    for (String name : path) {
      var next = new ArrayList<JsonNode>();
      for (JsonNode node : at) {
        if (node.isObject() && node.has(name)) {
          spread(node.get(name), next);
        }
      }
      at = next;
    }
    return at.stream().filter(JsonNode::isValueNode).toList();
  }

  private static void spread(JsonNode node, List<JsonNode> into) {
    if (node.isArray()) {
      node.forEach(item -> spread(item, into));
    } else {
      into.add(node);
    }
  }

  private static @Nullable JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
