// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// One condition on the values of a key.
@FunctionalInterface
interface FilterCondition {
  /// @param values of the key in the message: none, one, or the elements of an array
  boolean holds(List<JsonNode> values);

  /// The conditions of one key.
  static List<FilterCondition> parse(JsonNode array) {
    if (array.isEmpty()) {
      throw FilterPolicy.wrong("Empty arrays are not allowed");
    }
    var conditions = new ArrayList<FilterCondition>();
    for (JsonNode node : array) {
      conditions.add(one(node));
    }
    return List.copyOf(conditions);
  }

  private static FilterCondition one(JsonNode node) {
    if (node.isValueNode()) {
      return any(value -> same(node, value));
    }
    if (!node.isObject() || node.size() != 1) {
      throw FilterPolicy.wrong(
          "Match value must be String, number, true, false, null, or an object of one operator");
    }
    var operator = node.properties().iterator().next();
    JsonNode operand = operator.getValue();
    return switch (operator.getKey()) {
      case "exists" -> exists(operand);
      case "anything-but" -> anythingBut(operand);
      case "numeric" -> any(numeric(operand));
      default -> any(text(operator.getKey(), operand));
    };
  }

  private static FilterCondition any(Predicate<JsonNode> test) {
    return values -> values.stream().anyMatch(test);
  }

  private static FilterCondition exists(JsonNode operand) {
    if (!operand.isBoolean()) {
      throw FilterPolicy.wrong("exists match pattern must be either true or false.");
    }
    boolean wanted = operand.booleanValue();
    return values -> values.isEmpty() != wanted;
  }

  private static FilterCondition anythingBut(JsonNode operand) {
    if (operand.isObject() && operand.size() == 1) {
      var operator = operand.properties().iterator().next();
      return any(text(operator.getKey(), operator.getValue()).negate());
    }
    var not = new ArrayList<JsonNode>();
    for (JsonNode item : operand.isArray() ? operand : List.of(operand)) {
      if (!item.isTextual() && !item.isNumber()) {
        throw FilterPolicy.wrong(
            "Inside anything but list, start|null|boolean is not supported: " + item);
      }
      not.add(item);
    }
    if (not.isEmpty()) {
      throw FilterPolicy.wrong("Empty arrays are not allowed");
    }
    return any(value -> not.stream().noneMatch(n -> same(n, value)));
  }

  private static Predicate<JsonNode> text(String operator, JsonNode operand) {
    Predicate<String> test =
        switch (operator) {
          case "prefix" -> value -> value.startsWith(operand.asText());
          case "suffix" -> value -> value.endsWith(operand.asText());
          case "equals-ignore-case" -> value -> value.equalsIgnoreCase(operand.asText());
          case "wildcard", "cidr" ->
              throw FilterPolicy.wrong(
                  "the operator " + operator + " is not supported by this local stack");
          default -> throw FilterPolicy.wrong("Unrecognized match type " + operator);
        };
    if (!operand.isTextual()) {
      throw FilterPolicy.wrong(operator + " match pattern must be a string");
    }
    return value -> value.isTextual() && test.test(value.textValue());
  }

  private static Predicate<JsonNode> numeric(JsonNode operand) {
    if (!operand.isArray() || operand.isEmpty() || operand.size() % 2 != 0 || operand.size() > 4) {
      throw FilterPolicy.wrong(
          "Value of numeric must be an array of one or two pairs of operator and number, got "
              + operand);
    }
    Predicate<BigDecimal> all = _ -> true;
    for (int i = 0; i < operand.size(); i += 2) {
      all = all.and(comparison(operand.get(i).asText(), operand.get(i + 1)));
    }
    Predicate<BigDecimal> test = all;
    return value -> value.isNumber() && test.test(value.decimalValue());
  }

  private static Predicate<BigDecimal> comparison(String operator, JsonNode number) {
    if (!number.isNumber()) {
      throw FilterPolicy.wrong("Value of " + operator + " must be numeric, got " + number);
    }
    BigDecimal bound = number.decimalValue();
    return switch (operator) {
      case "=" -> value -> value.compareTo(bound) == 0;
      case "<" -> value -> value.compareTo(bound) < 0;
      case "<=" -> value -> value.compareTo(bound) <= 0;
      case ">" -> value -> value.compareTo(bound) > 0;
      case ">=" -> value -> value.compareTo(bound) >= 0;
      default -> throw FilterPolicy.wrong("Unrecognized numeric range operator: " + operator);
    };
  }

  private static boolean same(JsonNode wanted, JsonNode value) {
    return wanted.isNumber() && value.isNumber()
        ? wanted.decimalValue().compareTo(value.decimalValue()) == 0
        : wanted.equals(value);
  }
}
