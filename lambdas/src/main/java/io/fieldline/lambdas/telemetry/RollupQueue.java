// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedSet;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Where the rollup function hears of hours whose readings have changed since they were closed.
final class RollupQueue {
  private final SqsClient queues;
  private final String queueUrl;

  RollupQueue(SqsClient queues, String queueUrl) {
    this.queues = queues;
    this.queueUrl = queueUrl;
  }

  /// These hours of a device are to be merged anew.
  ///
  /// @param hoursMs when they begin, epoch milliseconds
  void tell(String device, SortedSet<Long> hoursMs) {
    for (long hourMs : hoursMs) {
      var message = JsonObject.write(Map.of("device", device, "hourMs", hourMs));
      queues.sendMessage(request ->
          request.queueUrl(queueUrl).messageBody(new String(message, StandardCharsets.UTF_8)));
    }
  }
}
