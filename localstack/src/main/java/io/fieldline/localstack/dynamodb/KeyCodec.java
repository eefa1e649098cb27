// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Keys as text whose order is the order of DynamoDB: strings by their UTF-8 bytes, numbers by
/// value, binaries by unsigned bytes. Each char stands for one byte.
final class KeyCodec {
  static final String END = "\0\0";

  /// Greater than any char of a key.
  static final String MAX = "\uFFFF";

  private static final int EXPONENT_BIAS = 0x4000;

  private KeyCodec() {}

  /// Partition key, then sort key if the table has one, each with its end.
  static String of(TableRecord.KeyNames names, Map<String, AttributeValue> item) {
    String text = part(item.get(names.hash())) + END;
    String range = names.range();
    return range == null ? text : text + part(item.get(range)) + END;
  }

  /// One value of type S, N or B, without its end.
  static String part(@Nullable AttributeValue value) {
    if (value == null) {
      throw new IllegalArgumentException("a key without one of its attributes");
    }
    byte[] bytes =
        switch (value.type()) {
          case S -> value.s().getBytes(StandardCharsets.UTF_8);
          case B -> value.b().asByteArrayUnsafe();
          case N -> number(new BigDecimal(value.n()));
          default -> throw new IllegalArgumentException("a key of type " + value.type());
        };
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.indexOf(0) < 0 ? text : text.replace("\0", "\0\u00FF");
  }

  private static byte[] number(BigDecimal value) {
    if (value.signum() == 0) {
      return new byte[] {(byte) 0x80};
    }
    BigDecimal stripped = value.abs().stripTrailingZeros();
    byte[] digits = stripped.unscaledValue().toString().getBytes(StandardCharsets.US_ASCII);
    int exponent = stripped.precision() - stripped.scale() + EXPONENT_BIAS;
    boolean negative = value.signum() < 0;
    var bytes = new byte[digits.length + 4];
    bytes[1] = (byte) (exponent >> 8);
    bytes[2] = (byte) exponent;
    System.arraycopy(digits, 0, bytes, 3, digits.length);
    bytes[bytes.length - 1] = 1;
    if (negative) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ~bytes[i];
      }
    }
    bytes[0] = (byte) (negative ? 0x40 : 0xC0);
    return bytes;
  }
}
