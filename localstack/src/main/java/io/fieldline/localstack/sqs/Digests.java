// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import io.fieldline.localstack.sqs.MessageRecord.AttributeRecord;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The MD5 sums by which a client checks what SQS received.
///
/// Source: Amazon SQS developer guide, "Calculating the MD5 message digest for message attributes".
final class Digests {
  private static final int STRING = 1;
  private static final int BINARY = 2;

  private Digests() {}

  static String ofBody(String body) {
    return md5(body.getBytes(StandardCharsets.UTF_8));
  }

  /// Null where there is none, as in SQS's answers.
  static @Nullable String ofAttributes(Map<String, AttributeRecord> attributes) {
    if (attributes.isEmpty()) {
      return null;
    }
    var bytes = new ByteArrayOutputStream();
    new TreeMap<>(attributes)
        .forEach((name, value) -> {
          part(bytes, name.getBytes(StandardCharsets.UTF_8));
          part(bytes, value.type().getBytes(StandardCharsets.UTF_8));
          byte[] binary = value.bytes();
          bytes.write(binary == null ? STRING : BINARY);
          part(
              bytes,
              binary == null
                  ? String.valueOf(value.text()).getBytes(StandardCharsets.UTF_8)
                  : binary);
        });
    return md5(bytes.toByteArray());
  }

  private static void part(ByteArrayOutputStream to, byte[] bytes) {
    to.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
    to.writeBytes(bytes);
  }

  private static String md5(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JDK has no MD5", e);
    }
  }
}
