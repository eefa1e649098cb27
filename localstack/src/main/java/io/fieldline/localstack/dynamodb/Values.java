// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Attribute values: checked, brought to one form (numbers without needless zeros, sets in order)
/// so that equal values are equal, measured and compared.
final class Values {
  private static final int DIGITS = 38;
  private static final int DEPTH = 32;
  private static final BigDecimal LARGEST =
      new BigDecimal("9.9999999999999999999999999999999999999E125");
  private static final BigDecimal SMALLEST = new BigDecimal("1E-130");
  private static final Comparator<String> BY_BYTES =
      (a, b) -> Arrays.compareUnsigned(utf8(a), utf8(b));
  private static final Comparator<SdkBytes> BINARY =
      (a, b) -> Arrays.compareUnsigned(a.asByteArrayUnsafe(), b.asByteArrayUnsafe());

  private Values() {}

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static Map<String, AttributeValue> checked(Map<String, AttributeValue> item) {
    return checked(item, 0);
  }

  private static Map<String, AttributeValue> checked(Map<String, AttributeValue> map, int depth) {
    var result = LinkedHashMap.<String, AttributeValue>newLinkedHashMap(map.size());
    map.forEach((name, value) -> result.put(name, checked(value, depth)));
    return result;
  }

  static AttributeValue checked(AttributeValue value) {
    return checked(value, 0);
  }

  private static AttributeValue checked(AttributeValue value, int depth) {
    if (depth > DEPTH) {
      throw invalid("Nesting Levels have exceeded supported limits");
    }
    return switch (value.type()) {
      case S, B, BOOL -> value;
      case N -> AttributeValue.fromN(number(value.n()));
      case NUL -> {
        if (!Boolean.TRUE.equals(value.nul())) {
          throw invalid("Null attribute value types must have the value of true");
        }
        yield value;
      }
      case SS -> AttributeValue.fromSs(set(value.ss(), BY_BYTES, "string"));
      case NS ->
          AttributeValue.fromNs(
              set(
                  value.ns().stream().map(Values::number).toList(),
                  Comparator.comparing(BigDecimal::new),
                  "number"));
      case BS -> AttributeValue.fromBs(set(value.bs(), BINARY, "binary"));
      case M -> AttributeValue.fromM(checked(value.m(), depth + 1));
      case L -> AttributeValue.fromL(value.l().stream().map(v -> checked(v, depth + 1)).toList());
      case UNKNOWN_TO_SDK_VERSION ->
          throw AwsFailure.validation(
              "Supplied AttributeValue is empty, must contain exactly one of the supported"
                  + " datatypes");
    };
  }

  private static <T> List<T> set(List<T> elements, Comparator<T> order, String kind) {
    if (elements.isEmpty()) {
      throw invalid("An " + kind + " set  may not be empty");
    }
    var sorted = new ArrayList<>(elements);
    sorted.sort(order);
    for (int i = 1; i < sorted.size(); i++) {
      if (order.compare(sorted.get(i - 1), sorted.get(i)) == 0) {
        throw invalid("Input collection " + elements + " contains duplicates.");
      }
    }
    return sorted;
  }

  private static AwsFailure invalid(String detail) {
    return AwsFailure.validation("One or more parameter values were invalid: " + detail);
  }

  private static String number(String text) {
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw AwsFailure.validation("The parameter cannot be converted to a numeric value: " + text);
    }
    return plain(number);
  }

  /// The form in which DynamoDB returns a number.
  static String plain(BigDecimal number) {
    if (number.signum() == 0) {
      return "0";
    }
    BigDecimal stripped = number.stripTrailingZeros();
    if (stripped.precision() > DIGITS) {
      throw AwsFailure.validation(
          "Attempting to store more than 38 significant digits in a Number");
    }
    if (stripped.abs().compareTo(LARGEST) > 0) {
      throw AwsFailure.validation(
          "Number overflow. Attempting to store a number with magnitude larger than supported"
              + " range");
    }
    if (stripped.abs().compareTo(SMALLEST) < 0) {
      throw AwsFailure.validation(
          "Number underflow. Attempting to store a number with magnitude smaller than supported"
              + " range");
    }
    return stripped.toPlainString();
  }

  /// Source: DynamoDB developer guide, "DynamoDB item sizes and formats".
  static int size(Map<String, AttributeValue> item) {
    int size = 0;
    for (var entry : item.entrySet()) {
      size += utf8(entry.getKey()).length + size(entry.getValue());
    }
    return size;
  }

  static int size(AttributeValue value) {
    return switch (value.type()) {
      case S -> utf8(value.s()).length;
      case N -> numberSize(value.n());
      case B -> value.b().asByteArrayUnsafe().length;
      case SS -> value.ss().stream().mapToInt(s -> utf8(s).length).sum();
      case NS -> value.ns().stream().mapToInt(Values::numberSize).sum();
      case BS -> value.bs().stream().mapToInt(b -> b.asByteArrayUnsafe().length).sum();
      case M -> 3 + size(value.m()) + value.m().size();
      case L -> 3 + value.l().stream().mapToInt(v -> size(v) + 1).sum();
      case BOOL, NUL -> 1;
      case UNKNOWN_TO_SDK_VERSION -> 0;
    };
  }

  private static int numberSize(String number) {
    return (new BigDecimal(number).stripTrailingZeros().precision() + 1) / 2 + 1;
  }

  /// How two values of one ordered type compare; empty for other pairs.
  static OptionalInt compare(AttributeValue a, AttributeValue b) {
    if (a.type() != b.type()) {
      return OptionalInt.empty();
    }
    return switch (a.type()) {
      case S -> OptionalInt.of(BY_BYTES.compare(a.s(), b.s()));
      case N -> OptionalInt.of(new BigDecimal(a.n()).compareTo(new BigDecimal(b.n())));
      case B -> OptionalInt.of(BINARY.compare(a.b(), b.b()));
      default -> OptionalInt.empty();
    };
  }

  /// A type as DynamoDB names it.
  static String typeName(AttributeValue value) {
    return value.type() == AttributeValue.Type.NUL ? "NULL" : value.type().name();
  }
}
