// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;

/// A message of the ingest queue.
///
/// @param messageId the same at each delivery
/// @param sentMs when it was sent, epoch milliseconds; the same at each delivery
/// @param body an envelope, if it is as it should be
record IngestMessage(String messageId, long sentMs, String body) {
  /// Source: AWS Lambda Developer Guide, example Amazon SQS message event: `SentTimestamp` is a
  /// text of digits.
  static IngestMessage of(JsonObject record) throws MessageException {
    return new IngestMessage(
        record.text("messageId"),
        Long.parseLong(record.object("attributes").text("SentTimestamp")),
        record.text("body"));
  }
}
