// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.series;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// The part of an item that is deflated, without zlib's frame.
final class Deflated {
  private static final int MAX_INFLATED = 8 * 1024 * 1024;

  private Deflated() {}

  static byte[] of(byte[] bytes) {
    try (var deflater = new Deflater(Deflater.BEST_COMPRESSION, true)) {
      deflater.setInput(bytes);
      deflater.finish();
      var out = new ByteArrayOutputStream(bytes.length);
      var buffer = new byte[4096];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }

  static byte[] inflated(ByteBuffer in, long size) {
    if (size > MAX_INFLATED) {
      throw new IllegalStateException(
          "deflated: expected at most " + MAX_INFLATED + " bytes, got " + size);
    }
    var out = new byte[(int) size];
    try (var inflater = new Inflater(true)) {
      inflater.setInput(in);
      int filled = 0;
      while (filled < out.length) {
        int count = inflater.inflate(out, filled, out.length - filled);
        if (count == 0) {
          throw new IllegalStateException("deflated: expected " + size + " bytes, got less");
        }
        filled += count;
      }
      return out;
    } catch (DataFormatException e) {
      throw new IllegalStateException("deflated: expected deflated bytes", e);
    }
  }
}
