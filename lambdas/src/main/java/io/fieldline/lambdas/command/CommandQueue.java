// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What is told to the function itself: a command to many, or a part of it with the things that are
/// to get it. A message says all, so that it needs nothing that somebody had to write before.
final class CommandQueue {
  private final SqsClient queues;
  private final String url;

  CommandQueue(SqsClient queues, String url) {
    this.queues = queues;
    this.url = url;
  }

  void tell(FleetCommand command) {
    send(JsonObject.write(command.json()));
  }

  void tell(FleetCommand command, List<String> things) {
    var json = new LinkedHashMap<>(command.json());
    json.put("things", things);
    send(JsonObject.write(json));
  }

  private void send(byte[] body) {
    queues.sendMessage(
        send -> send.queueUrl(url).messageBody(new String(body, StandardCharsets.UTF_8)));
  }
}
