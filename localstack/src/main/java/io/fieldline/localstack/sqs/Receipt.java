// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// What a receiver shows to delete a message or to change its visibility.
///
/// @param number of the message in its queue
/// @param id of the receive
record Receipt(long number, String id) {
  static Receipt of(MessageRecord message) {
    return new Receipt(message.number(), String.valueOf(message.receipt()));
  }

  String text() {
    return Base64.getEncoder().encodeToString((number + " " + id).getBytes(StandardCharsets.UTF_8));
  }

  static Receipt parse(@Nullable String text) {
    if (text == null) {
      throw SqsFailures.missing("ReceiptHandle");
    }
    try {
      String[] parts =
          new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).split(" ", 2);
      if (parts.length == 2) {
        return new Receipt(Long.parseLong(parts[0]), parts[1]);
      }
    } catch (IllegalArgumentException e) {
      // Not ours: refused below.
    }
    throw SqsFailures.invalidReceipt(text);
  }
}
