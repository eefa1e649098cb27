// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Names for resources that were not given one: stack, logical id, and something random.
final class PhysicalNames {
  private static final SecureRandom RANDOM = new SecureRandom();

  private PhysicalNames() {}

  /// At most 63 characters, so that it suits every service; each call gives another name.
  static String unique(String stackId, String logicalId) {
    String stack = stackId.split("/")[1];
    byte[] random = new byte[6];
    RANDOM.nextBytes(random);
    String tail = "-" + HexFormat.of().formatHex(random).toUpperCase(java.util.Locale.ROOT);
    String head = cut(stack, 24) + "-" + cut(logicalId, 24);
    return head + tail;
  }

  private static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return text.substring(0, length - 4) + HexFormat.of().formatHex(digest, 0, 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
