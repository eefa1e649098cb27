// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fake;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Condition and key expressions of DynamoDB, as far as the functions write them; anything else is
/// an error.
final class Expression {
  private static final Pattern TOKEN =
      Pattern.compile("\\s*(<>|<=|>=|[=<>(),.]|[#:]?[A-Za-z_][A-Za-z0-9_]*)");

  private final List<String> tokens = new ArrayList<>();
  private final Map<String, String> names;
  private final Map<String, AttributeValue> values;
  private int at;

  Expression(String text, Map<String, String> names, Map<String, AttributeValue> values) {
    this.names = names;
    this.values = values;
    var matcher = TOKEN.matcher(text);
    int end = 0;
    while (matcher.lookingAt()) {
      tokens.add(matcher.group(1));
      end = matcher.end();
      matcher.region(end, text.length());
    }
    if (!text.substring(end).isBlank()) {
      throw new IllegalArgumentException("not understood: " + text.substring(end));
    }
  }

  interface Operand {
    @Nullable AttributeValue of(Map<String, AttributeValue> item);
  }

  boolean test(@Nullable Map<String, AttributeValue> item) {
    at = 0;
    var condition = any();
    if (at != tokens.size()) {
      throw new IllegalArgumentException(
          "not understood from " + tokens.subList(at, tokens.size()));
    }
    return condition.test(item == null ? Map.of() : item);
  }

  private Predicate<Map<String, AttributeValue>> any() {
    var condition = all();
    while (took("OR")) {
      condition = condition.or(all());
    }
    return condition;
  }

  private Predicate<Map<String, AttributeValue>> all() {
    var condition = one();
    while (took("AND")) {
      condition = condition.and(one());
    }
    return condition;
  }

  private Predicate<Map<String, AttributeValue>> one() {
    if (took("(")) {
      var inner = any();
      expect(")");
      return inner;
    }
    for (var function : List.of("attribute_not_exists", "attribute_exists", "begins_with")) {
      if (took(function)) {
        expect("(");
        var path = operand();
        Predicate<Map<String, AttributeValue>> condition =
            switch (function) {
              case "attribute_exists" -> item -> path.of(item) != null;
              case "attribute_not_exists" -> item -> path.of(item) == null;
              default -> {
                expect(",");
                var prefix = operand();
                yield item -> {
                  var value = path.of(item);
                  return value != null && value.s().startsWith(prefix.of(item).s());
                };
              }
            };
        expect(")");
        return condition;
      }
    }
    return comparison(operand());
  }

  private Predicate<Map<String, AttributeValue>> comparison(Operand left) {
    var operator = tokens.get(at++);
    if (operator.equals("IN")) {
      expect("(");
      var options = new ArrayList<Operand>();
      do {
        options.add(operand());
      } while (took(","));
      expect(")");
      return item -> options.stream().anyMatch(one -> same(left.of(item), one.of(item)));
    }
    var right = operand();
    if (operator.equals("BETWEEN")) {
      expect("AND");
      var high = operand();
      return item ->
          compare(left.of(item), right.of(item)) >= 0 && compare(left.of(item), high.of(item)) <= 0;
    }
    return item -> {
      var one = left.of(item);
      var other = right.of(item);
      return switch (operator) {
        case "=" -> same(one, other);
        case "<>" -> !same(one, other);
        case "<" -> one != null && compare(one, other) < 0;
        case "<=" -> one != null && compare(one, other) <= 0;
        case ">" -> one != null && compare(one, other) > 0;
        case ">=" -> one != null && compare(one, other) >= 0;
        default -> throw new IllegalArgumentException("no operator " + operator);
      };
    };
  }

  private static boolean same(@Nullable AttributeValue one, @Nullable AttributeValue other) {
    return one != null && other != null && one.type() == other.type() && compare(one, other) == 0;
  }

  private static int compare(@Nullable AttributeValue one, @Nullable AttributeValue other) {
    if (one == null || other == null) {
      throw new IllegalArgumentException("a value lacks: " + one + ", " + other);
    }
    return one.n() != null
        ? new BigDecimal(one.n()).compareTo(new BigDecimal(other.n()))
        : one.s().compareTo(other.s());
  }

  private Operand operand() {
    var token = tokens.get(at++);
    if (token.startsWith(":")) {
      var value = values.get(token);
      if (value == null) {
        throw new IllegalArgumentException("no value " + token);
      }
      return item -> value;
    }
    var path = new ArrayList<>(List.of(name(token)));
    while (took(".")) {
      path.add(name(tokens.get(at++)));
    }
    return item -> {
      AttributeValue value = item.get(path.getFirst());
      for (var member : path.subList(1, path.size())) {
        value = value == null ? null : value.m().get(member);
      }
      return value;
    };
  }

  String name(String token) {
    if (!token.startsWith("#")) {
      return token;
    }
    var name = names.get(token);
    if (name == null) {
      throw new IllegalArgumentException("no name " + token);
    }
    return name;
  }

  private boolean took(String token) {
    if (at < tokens.size() && tokens.get(at).equals(token)) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(String token) {
    if (!took(token)) {
      throw new IllegalArgumentException("expected " + token + " in " + tokens + " at " + at);
    }
  }
}
