// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Where what takes longer than a request is told of: deletions of devices and of groups, and
/// devices that were provisioned.
///
/// @param url of the queue
record FleetQueue(SqsClient queues, String url) {
  /// A round of a device's deletion.
  void tell(String thing, int round, Duration delay) {
    tell(Map.of("thing", thing, "round", round), delay);
  }

  void tell(Map<String, Object> message) {
    tell(message, Duration.ZERO);
  }

  void tell(Map<String, Object> message, Duration delay) {
    var body = new String(JsonObject.write(message), StandardCharsets.UTF_8);
    queues.sendMessage(
        send -> send.queueUrl(url).messageBody(body).delaySeconds((int) delay.toSeconds()));
  }
}
