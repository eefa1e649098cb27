// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import io.fieldline.localstack.api.AwsFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// POSTs to HTTP endpoints. Thread-safe.
///
/// Source: Amazon SNS Developer Guide, "Make sure your endpoint is ready to process Amazon SNS
/// messages" and "HTTP/HTTPS headers": an endpoint has 15 seconds.
final class HttpPosts implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  record Post(String url, String body, Map<String, String> headers) {}

  static LinkedHashMap<String, String> headers(String type, String id, SubscriptionRecord to) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("x-amz-sns-message-type", type);
    headers.put("x-amz-sns-message-id", id);
    headers.put("x-amz-sns-topic-arn", to.topicArn());
    headers.put("Content-Type", "text/plain; charset=UTF-8");
    headers.put("User-Agent", "Amazon Simple Notification Service Agent");
    return headers;
  }

  static Post post(Notification message, SubscriptionRecord to, Envelopes envelopes) {
    var headers = headers("Notification", message.id(), to);
    headers.put("x-amz-sns-subscription-arn", to.arn());
    if (!to.isRaw()) {
      return new Post(to.endpoint(), envelopes.notification(message, to), headers);
    }
    headers.put("x-amz-sns-rawdelivery", "true");
    return new Post(to.endpoint(), message.text(to.protocol()), headers);
  }

  /// @throws AwsFailure where the endpoint did not take it, with its status; 503 where none
  ///   answered
  void send(Post post) {
    var request =
        HttpRequest.newBuilder(URI.create(post.url()))
            .timeout(PATIENCE)
            .POST(BodyPublishers.ofString(post.body()));
    post.headers().forEach(request::setHeader);
    try {
      int status = client.send(request.build(), BodyHandlers.discarding()).statusCode();
      if (status < 200 || status > 299) {
        throw new AwsFailure("EndpointFailure", status, post.url() + " answered " + status);
      }
    } catch (IOException e) {
      throw new AwsFailure("EndpointFailure", 503, post.url() + " did not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsFailure("EndpointFailure", 400, post.url() + ": the stack is stopping");
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
