// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import io.fieldline.messages.ActuatorValue;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Attribute values to and from Java's.
public final class Attributes {
  private Attributes() {}

  /// A text.
  public static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  /// A whole number.
  public static AttributeValue number(long value) {
    return AttributeValue.fromN(Long.toString(value));
  }

  /// A number. DynamoDB keeps 38 digits from 1E-130 to 9.9E+125; what lies outside is a text.
  public static AttributeValue number(double value) {
    var magnitude = Math.abs(value);
    return magnitude != 0 && (magnitude < 1e-129 || magnitude > 1e125)
        ? AttributeValue.fromS(Double.toString(value))
        : AttributeValue.fromN(new BigDecimal(Double.toString(value)).toString());
  }

  /// Bytes.
  public static AttributeValue bytes(byte[] value) {
    return AttributeValue.fromB(SdkBytes.fromByteArray(value));
  }

  /// An actuator's value in its own type.
  public static AttributeValue of(ActuatorValue value) {
    return switch (value) {
      case ActuatorValue.Flag(boolean on) -> AttributeValue.fromBool(on);
      case ActuatorValue.Amount(var number) -> AttributeValue.fromN(number.toString());
      case ActuatorValue.Text(var text) -> AttributeValue.fromS(text);
    };
  }

  /// The text of an attribute, if it is there.
  public static Optional<String> text(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
  }

  /// The whole number of an attribute, 0 if it is not there.
  public static long whole(Map<String, AttributeValue> item, String name) {
    var value = item.get(name);
    return value == null || value.n() == null ? 0 : new BigDecimal(value.n()).longValue();
  }

  /// The number of an attribute, 0 if it is not there.
  public static double number(Map<String, AttributeValue> item, String name) {
    var value = item.get(name);
    if (value == null) {
      return 0;
    }
    return Double.parseDouble(value.n() != null ? value.n() : value.s());
  }

  /// The texts of a list, none if it is not there.
  public static List<String> texts(Map<String, AttributeValue> item, String name) {
    var value = item.get(name);
    return value == null ? List.of() : value.l().stream().map(AttributeValue::s).toList();
  }

  /// A list of texts.
  public static AttributeValue texts(List<String> texts) {
    return AttributeValue.fromL(texts.stream().map(Attributes::text).toList());
  }

  /// The members of a map, none if it is not there.
  public static Map<String, AttributeValue> map(Map<String, AttributeValue> item, String name) {
    var value = item.get(name);
    return value == null ? Map.of() : value.m();
  }

  /// A text, number or truth value as it is written in JSON; nothing for any other.
  public static Optional<Object> json(AttributeValue value) {
    return switch (value.type()) {
      case S -> Optional.of(value.s());
      case N -> Optional.of(new BigDecimal(value.n()));
      case BOOL -> Optional.of(value.bool());
      default -> Optional.empty();
    };
  }
}
