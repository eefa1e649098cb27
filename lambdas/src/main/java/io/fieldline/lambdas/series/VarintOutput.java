// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Numbers of any size in as few bytes as they need.
final class VarintOutput {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  void octet(int value) {
    bytes.write(value);
  }

  void octets(byte[] value) {
    bytes.writeBytes(value);
  }

  void unsigned(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes.write((int) (rest & 0x7f | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
  }

  void signed(long value) {
    unsigned(value << 1 ^ value >> 63);
  }

  void real(double value) {
    long bits = Double.doubleToRawLongBits(value);
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes.write((int) (bits >>> shift));
    }
  }

  void text(String value) {
    var utf8 = value.getBytes(StandardCharsets.UTF_8);
    unsigned(utf8.length);
    bytes.writeBytes(utf8);
  }

  int size() {
    return bytes.size();
  }

  byte[] toByteArray() {
    return bytes.toByteArray();
  }
}
