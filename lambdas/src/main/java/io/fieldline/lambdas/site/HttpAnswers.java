// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/// Sends answers by PUT to the address that CloudFormation signed: no content type, because none
/// was signed.
///
/// Source: AWS CloudFormation User Guide, Custom resource response objects.
final class HttpAnswers implements Answers {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Override
  public void send(URI responseUrl, byte[] answer) throws IOException {
    var request =
        HttpRequest.newBuilder(responseUrl)
            .timeout(TIMEOUT)
            .PUT(HttpRequest.BodyPublishers.ofByteArray(answer))
            .build();
    try (var client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .build()) {
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new IOException(
            "answer to CloudFormation: expected 2xx, got " + response.statusCode());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while answering CloudFormation");
    }
  }
}
