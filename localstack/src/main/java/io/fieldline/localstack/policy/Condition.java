// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import java.math.BigDecimal;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/// One line of a statement's Condition: operator, key, and the values of which one must fit.
///
/// Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
public record Condition(String operator, String key, List<String> values) {
  public Condition {
    values = List.copyOf(values);
    if (!isKnown(operator)) {
      throw new MalformedPolicyException("Invalid Condition type : " + operator + ".");
    }
  }

  boolean holds(PolicyRequest request) {
    List<String> actual = request.values(key);
    String name = operator;
    if (name.startsWith("ForAllValues:")) {
      String single = name.substring("ForAllValues:".length());
      return actual.stream().allMatch(v -> holdsFor(single, v, request));
    }
    if (name.startsWith("ForAnyValue:")) {
      String single = name.substring("ForAnyValue:".length());
      return actual.stream().anyMatch(v -> holdsFor(single, v, request));
    }
    if (name.equals("Null")) {
      return values.stream().anyMatch(v -> Boolean.parseBoolean(v) == actual.isEmpty());
    }
    boolean ifExists = name.endsWith("IfExists");
    String base = ifExists ? name.substring(0, name.length() - "IfExists".length()) : name;
    if (actual.isEmpty()) {
      return ifExists || isNegated(base);
    }
    return actual.stream().anyMatch(v -> holdsFor(base, v, request));
  }

  private boolean holdsFor(String base, String actual, PolicyRequest request) {
    boolean negated = isNegated(base);
    String positive = negated ? base.replace("Not", "") : base;
    Predicate<String> fits = wanted -> test(positive, actual, wanted, request);
    return negated ? values.stream().noneMatch(fits) : values.stream().anyMatch(fits);
  }

  private static boolean isNegated(String operator) {
    return operator.startsWith("StringNot")
        || operator.startsWith("NumericNot")
        || operator.startsWith("DateNot")
        || operator.startsWith("ArnNot")
        || operator.startsWith("NotIp");
  }

  private static boolean test(
      String operator, String actual, String wanted, PolicyRequest request) {
    return switch (operator) {
      case "StringEquals", "BinaryEquals" -> equalsExpanded(wanted, actual, request);
      case "StringEqualsIgnoreCase" -> actual.equalsIgnoreCase(wanted);
      case "StringLike", "ArnLike", "ArnEquals" -> Glob.matches(wanted, actual, request);
      case "Bool" -> actual.equalsIgnoreCase(wanted);
      case "IpAddress" -> inNetwork(actual, wanted);
      default -> ordered(operator, actual, wanted);
    };
  }

  private static boolean equalsExpanded(String wanted, String actual, PolicyRequest request) {
    if (!wanted.contains("${")) {
      return wanted.equals(actual);
    }
    return Glob.matches(wanted.replace("*", "${*}").replace("?", "${?}"), actual, request);
  }

  private static boolean ordered(String operator, String actual, String wanted) {
    try {
      int order =
          operator.startsWith("Numeric")
              ? new BigDecimal(actual).compareTo(new BigDecimal(wanted))
              : instant(actual).compareTo(instant(wanted));
      return comparison(operator.replace("Numeric", "").replace("Date", "")).test(order, 0);
    } catch (NumberFormatException | java.time.DateTimeException notComparable) {
      return false;
    }
  }

  private static BiPredicate<Integer, Integer> comparison(String name) {
    return switch (name) {
      case "Equals" -> (a, b) -> a.intValue() == b.intValue();
      case "LessThan" -> (a, b) -> a < b;
      case "LessThanEquals" -> (a, b) -> a <= b;
      case "GreaterThan" -> (a, b) -> a > b;
      case "GreaterThanEquals" -> (a, b) -> a >= b;
      default -> (_, _) -> false;
    };
  }

  private static Instant instant(String text) {
    return text.matches("\\d+") ? Instant.ofEpochSecond(Long.parseLong(text)) : Instant.parse(text);
  }

  private static boolean inNetwork(String address, String network) {
    String[] parts = network.split("/", 2);
    byte[] ip = InetAddress.ofLiteral(address).getAddress();
    byte[] base = InetAddress.ofLiteral(parts[0]).getAddress();
    int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : base.length * 8;
    if (ip.length != base.length) {
      return false;
    }
    for (int i = 0; i < bits; i++) {
      int mask = 0x80 >> (i % 8);
      if ((ip[i / 8] & mask) != (base[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isKnown(String operator) {
    String name = operator.replaceFirst("^For(All|Any)Values?:", "").replaceFirst("IfExists$", "");
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.matches(
        "string(not)?(equals|equalsignorecase|like)|numeric(not)?equals|date(not)?equals"
            + "|(numeric|date)(lessthan|greaterthan)(equals)?|bool|binaryequals"
            + "|(not)?ipaddress|arn(not)?(equals|like)|null");
  }
}
