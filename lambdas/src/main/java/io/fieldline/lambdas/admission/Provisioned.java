// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.admission;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Tells the fleet function of a device that is let in, so that it is put into its groups once AWS
/// IoT has made the thing.
///
/// @param url of the queue
record Provisioned(SqsClient queues, String url) {
  /// The thing is made when the hook has answered. Where that takes longer, it is looked for again.
  private static final Duration LATER = Duration.ofSeconds(2);

  void tell(String thing) {
    var message = JsonObject.write(Map.of("provisioned", thing, "look", 1));
    var body = new String(message, StandardCharsets.UTF_8);
    queues.sendMessage(
        send -> send.queueUrl(url).messageBody(body).delaySeconds((int) LATER.toSeconds()));
  }
}
