// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;

/// POSTs to the web servers of HTTP actions. Thread-safe.
final class WebPosts implements AutoCloseable {
  /// A response that is larger is not waited for.
  private static final int MAX_RESPONSE_BYTES = 16_384;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private volatile boolean closed;

  /// Whether the stack is stopping, so that what fails now tells nothing about a server.
  boolean isClosed() {
    return closed;
  }

  /// @param isLast whether the server wants no further request: it closes the connection, or sends
  ///   more than it may
  record Answer(int status, boolean isLast) {
    boolean isGood() {
      return status >= 200 && status < 300;
    }
  }

  /// Whether a header of this name is valid, and none that belongs to the connection.
  static boolean mayBeSet(String header) {
    try {
      HttpRequest.newBuilder().setHeader(header, "");
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// @throws ActionFailure where no answer came within the time
  Answer post(String url, Map<String, String> headers, byte[] body, Duration time) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(url))
              .timeout(time)
              .POST(BodyPublishers.ofByteArray(body));
      headers.forEach(request::setHeader);
      return answer(client.send(request.build(), BodyHandlers.ofInputStream()));
    } catch (IOException e) {
      throw new ActionFailure(url + " did not answer: " + e);
    } catch (IllegalArgumentException e) {
      throw new ActionFailure("no valid HTTP request: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ActionFailure("interrupted while " + url + " was asked");
    }
  }

  private static Answer answer(HttpResponse<InputStream> response) throws IOException {
    try (var body = response.body()) {
      boolean tooLarge = body.readNBytes(MAX_RESPONSE_BYTES + 1).length > MAX_RESPONSE_BYTES;
      boolean closes =
          response.headers().firstValue("connection").filter("close"::equalsIgnoreCase).isPresent();
      return new Answer(response.statusCode(), tooLarge || closes);
    }
  }

  @Override
  public void close() {
    closed = true;
    client.shutdownNow();
  }
}
