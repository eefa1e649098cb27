// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.Deflater;

/// Whether a payload is better sent deflated (zlib): if that, with the longer topic, saves a
/// quarter. Batches of ten readings do; a reading alone does not. What it saves is the radio's
/// bytes, and, where batches are full, AWS IoT's messages, which are metered in 5 KB: four times
/// the readings fit into one (docs/decisions/0013-compression.md has the figures).
final class Deflation {
  /// How much longer the topic of deflated batches is: `_deflate` in the rule's name, `/deflate` at
  /// the end.
  static final int LONGER_TOPIC = 16;

  /// A payload beyond this is cut smaller rather than deflated, so that it may go plain, too.
  static final int LARGEST = 60_000;

  /// With zlib's own frame, no less is worth trying.
  private static final int SMALLEST = 100;

  private Deflation() {}

  /// The payload deflated, if that pays.
  static Optional<byte[]> ifItPays(byte[] payload) {
    if (payload.length < SMALLEST || payload.length > LARGEST) {
      return Optional.empty();
    }
    byte[] deflated = deflated(payload);
    return 4L * (deflated.length + LONGER_TOPIC) <= 3L * payload.length
        ? Optional.of(deflated)
        : Optional.empty();
  }

  private static byte[] deflated(byte[] payload) {
    try (var deflater = new Deflater()) {
      deflater.setInput(payload);
      deflater.finish();
      var out = new ByteArrayOutputStream(payload.length / 2);
      byte[] buffer = new byte[4096];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    }
  }
}
