// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// A message of the ingest queue, or a record of the ingest stream.
///
/// @param id the same at each delivery: of a queue's message, or a record's sequence number
/// @param sentMs when it was sent, epoch milliseconds; the same at each delivery
/// @param body an envelope, if it is as it should be
/// @param carrier what brought it
record IngestMessage(String id, long sentMs, String body, Carrier carrier) {
  enum Carrier {
    QUEUE,
    STREAM
  }

  /// Source: AWS Lambda Developer Guide, example Amazon SQS message event and example Kinesis
  /// event: `SentTimestamp` is a text of digits, `approximateArrivalTimestamp` a number of seconds.
  static IngestMessage of(JsonObject record) throws MessageException {
    if (!record.has("kinesis")) {
      return new IngestMessage(
          record.text("messageId"),
          Long.parseLong(record.object("attributes").text("SentTimestamp")),
          record.text("body"),
          Carrier.QUEUE);
    }
    var put = record.object("kinesis");
    return new IngestMessage(
        put.text("sequenceNumber"),
        new BigDecimal(String.valueOf(put.members().get("approximateArrivalTimestamp")))
            .movePointRight(3)
            .longValue(),
        new String(Base64.getDecoder().decode(put.text("data")), StandardCharsets.UTF_8),
        Carrier.STREAM);
  }
}
