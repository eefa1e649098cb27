// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.tables.Quarantined;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;

/// The queue of messages that no retry can heal, each whole and with the reason.
final class Quarantine {
  // Source: Amazon SQS Developer Guide, message quotas: 1 MiB.
  private static final int MOST_BYTES = 1_048_576;

  private final SqsClient queues;
  private final String queueUrl;

  Quarantine(SqsClient queues, String queueUrl) {
    this.queues = queues;
    this.queueUrl = queueUrl;
  }

  /// Puts a message of the ingest queue aside: delivered twice, it is the same entry twice. One
  /// that has no room beside its reason is an error: it stays whole where it is, and ends in that
  /// queue's dead letters.
  void put(IngestMessage message, QuarantineException why) {
    var entry =
        new Quarantined(
                message.sentMs(),
                message.id(),
                why.kind(),
                String.valueOf(why.getMessage()),
                "function:telemetry",
                "",
                Quarantined.INGEST,
                SdkBytes.fromUtf8String(message.body()))
            .toJson();
    int bytes = entry.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MOST_BYTES) {
      throw new IllegalStateException(
          "quarantine: expected an entry of at most %d bytes, got %d; left to the dead letters: %s"
              .formatted(MOST_BYTES, bytes, why.getMessage()));
    }
    queues.sendMessage(request -> request.queueUrl(queueUrl).messageBody(entry));
  }
}
