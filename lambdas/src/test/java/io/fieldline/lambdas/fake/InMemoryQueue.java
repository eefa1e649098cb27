// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fake;

import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/// Remembers what is sent.
public final class InMemoryQueue implements SqsClient {
  private final List<String> messages = new ArrayList<>();

  /// The bodies.
  public List<String> messages() {
    return messages;
  }

  @Override
  public SendMessageResponse sendMessage(SendMessageRequest request) {
    messages.add(request.messageBody());
    return SendMessageResponse.builder().build();
  }

  @Override
  public String serviceName() {
    return "sqs";
  }

  @Override
  public void close() {}
}
