// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;

/// The queue of messages that no retry can heal, each with the reason.
final class Quarantine {
  // A queue message is at most 1 MiB with its reason and its escapes.
  // Source: Amazon SQS Developer Guide, message quotas.
  private static final int MAX_KEPT = 400_000;

  private final SqsClient queues;
  private final String queueUrl;

  Quarantine(SqsClient queues, String queueUrl) {
    this.queues = queues;
    this.queueUrl = queueUrl;
  }

  void put(String messageId, String body, String reason) {
    var kept = body.length() <= MAX_KEPT ? body : body.substring(0, MAX_KEPT);
    var entry =
        JsonObject.write(
            Map.of(
                "reason", reason,
                "source", "telemetry",
                "messageId", messageId,
                "message", kept,
                "messageLength", body.length()));
    queues.sendMessage(request ->
        request.queueUrl(queueUrl).messageBody(new String(entry, StandardCharsets.UTF_8)));
  }
}
