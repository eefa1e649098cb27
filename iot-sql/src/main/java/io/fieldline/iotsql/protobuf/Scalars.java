// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.protobuf.MessageType.Field;
import io.fieldline.iotsql.protobuf.MessageType.Type;
import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Numbers;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Text;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Single values: 64-bit integers and what is no JSON number as text, bytes as base64, enums by
/// name. Source: Protocol Buffers documentation, "ProtoJSON Format".
final class Scalars {
  private Scalars() {}

  static Value read(Field field, WireReader reader, DescriptorSet set, SqlVersion version) {
    return switch (field.type()) {
      case DOUBLE -> number(Double.longBitsToDouble(reader.fixed(8)), version);
      case FLOAT -> number(Float.intBitsToFloat((int) reader.fixed(4)), version);
      case INT64 -> new Text(Long.toString(reader.varint()));
      case UINT64 -> new Text(Long.toUnsignedString(reader.varint()));
      case SINT64 -> new Text(Long.toString(zigZag(reader.varint())));
      case FIXED64 -> new Text(Long.toUnsignedString(reader.fixed(8)));
      case SFIXED64 -> new Text(Long.toString(reader.fixed(8)));
      case INT32 -> Int.of((int) reader.varint());
      case UINT32 -> Int.of(reader.varint() & 0xffff_ffffL);
      case SINT32 -> Int.of((int) zigZag(reader.varint() & 0xffff_ffffL));
      case FIXED32 -> Int.of(reader.fixed(4));
      case SFIXED32 -> Int.of((int) reader.fixed(4));
      case BOOL -> Bool.of(reader.varint() != 0);
      case STRING -> new Text(utf8(field, reader.bytes()));
      case BYTES -> new Text(Base64.getEncoder().encodeToString(reader.bytes()));
      case ENUM -> enumerated(field, (int) reader.varint(), set);
      case MESSAGE, GROUP, NONE -> throw new MalformedProtobuf(field.jsonName() + " is no scalar");
    };
  }

  /// The value of a field that was not sent.
  static Value defaultOf(Field field, DescriptorSet set) {
    return switch (field.type()) {
      case INT64, UINT64, SINT64, FIXED64, SFIXED64 -> new Text("0");
      case STRING, BYTES -> new Text("");
      case BOOL -> Value.FALSE;
      case ENUM -> enumerated(field, 0, set);
      default -> Int.of(0);
    };
  }

  /// Whether a value is the one that counts as not sent.
  static boolean isDefault(Field field, Value value, DescriptorSet set) {
    return field.type() == Type.DOUBLE || field.type() == Type.FLOAT
        ? Conversions.number(value).filter(n -> n.signum() == 0).isPresent()
        : value.equals(defaultOf(field, set));
  }

  /// How a key of a map reads.
  static String text(Value key) {
    return Conversions.text(key).orElse("");
  }

  private static Value enumerated(Field field, int number, DescriptorSet set) {
    if (field.typeName().equals(".google.protobuf.NullValue")) {
      return Value.NULL;
    }
    var name = set.enumeration(field.typeName()).names().get(number);
    return name == null ? Int.of(number) : new Text(name);
  }

  private static Value number(double value, SqlVersion version) {
    return Double.isFinite(value)
        ? version.number(Numbers.ofDouble(value))
        : new Text(Double.toString(value));
  }

  private static Value number(float value, SqlVersion version) {
    return Float.isFinite(value)
        ? version.number(Numbers.decimal(new BigDecimal(Float.toString(value))))
        : new Text(Float.toString(value));
  }

  private static long zigZag(long value) {
    return (value >>> 1) ^ -(value & 1);
  }

  private static String utf8(Field field, byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedProtobuf("field " + field.jsonName() + " is no UTF-8 text");
    }
  }
}
