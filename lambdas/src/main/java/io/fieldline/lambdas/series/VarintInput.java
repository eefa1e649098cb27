// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// Reads what {@link VarintOutput} wrote.
final class VarintInput {
  private final ByteBuffer bytes;

  VarintInput(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  int octet() {
    return bytes.get() & 0xff;
  }

  long unsigned() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte octet = bytes.get();
      value |= (octet & 0x7fL) << shift;
      if (octet >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("packed readings: expected a number of at most ten bytes");
  }

  long signed() {
    long value = unsigned();
    return value >>> 1 ^ -(value & 1);
  }

  double real() {
    return Double.longBitsToDouble(bytes.getLong());
  }

  String text() {
    var utf8 = new byte[Math.toIntExact(unsigned())];
    bytes.get(utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
