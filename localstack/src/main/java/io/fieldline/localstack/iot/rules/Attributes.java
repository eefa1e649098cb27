// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Numbers;
import io.fieldline.iotsql.value.Value;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Values of the SQL language to DynamoDB's attribute values and back.
final class Attributes {
  private Attributes() {}

  static Map<String, AttributeValue> item(Map<String, Value> members) {
    Map<String, AttributeValue> item = new LinkedHashMap<>();
    members.forEach((name, value) -> {
      if (!value.isUndefined()) {
        item.put(name, attribute(value));
      }
    });
    return item;
  }

  static AttributeValue attribute(Value value) {
    return switch (value) {
      case Value.Int(var whole) -> AttributeValue.fromN(whole.toString());
      case Value.Decimal(var decimal) -> AttributeValue.fromN(decimal.toString());
      case Value.Bool(var bool) -> AttributeValue.fromBool(bool);
      case Value.Text(var text) -> AttributeValue.fromS(text);
      case Value.Array(var elements) ->
          AttributeValue.fromL(elements.stream().map(Attributes::attribute).toList());
      case Value.Obj(var members) -> AttributeValue.fromM(item(members));
      case Value.Raw(var bytes) -> AttributeValue.fromB(SdkBytes.fromByteArray(bytes));
      case Value.Null _, Value.Undefined _ -> AttributeValue.fromNul(true);
    };
  }

  static Value value(Map<String, AttributeValue> item) {
    Map<String, Value> members = new LinkedHashMap<>();
    item.forEach((name, attribute) -> members.put(name, value(attribute)));
    return new Value.Obj(members);
  }

  private static Value value(AttributeValue attribute) {
    return switch (attribute.type()) {
      case S -> new Value.Text(attribute.s());
      case N -> number(attribute.n());
      case BOOL -> Value.Bool.of(attribute.bool());
      case M -> value(attribute.m());
      case L -> new Value.Array(attribute.l().stream().map(Attributes::value).toList());
      case SS -> new Value.Array(attribute.ss().stream().<Value>map(Value.Text::new).toList());
      case NS -> new Value.Array(attribute.ns().stream().map(Attributes::number).toList());
      case B -> new Value.Raw(attribute.b().asByteArray());
      case BS ->
          new Value.Array(
              attribute.bs().stream().<Value>map(b -> new Value.Raw(b.asByteArray())).toList());
      case NUL, UNKNOWN_TO_SDK_VERSION -> Value.NULL;
    };
  }

  private static Value number(String text) {
    return Conversions.toNumber(new Value.Text(text)) instanceof Value.Undefined
        ? Numbers.decimal(new BigDecimal(text))
        : Conversions.toNumber(new Value.Text(text));
  }
}
