// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Set;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;

/// The SDK's requests by the JDK's client, which knows PATCH; that of `url-connection-client` does
/// not.
final class JdkHttp implements SdkHttpClient {
  private static final Set<String> OWN = Set.of("host", "content-length", "expect", "connection");

  private final HttpClient client = HttpClient.newHttpClient();

  @Override
  public ExecutableHttpRequest prepareRequest(HttpExecuteRequest execute) {
    var given = execute.httpRequest();
    byte[] body =
        execute
            .contentStreamProvider()
            .map(content -> {
              try (var in = content.newStream()) {
                return in.readAllBytes();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
            .orElse(new byte[0]);
    var request =
        HttpRequest.newBuilder(given.getUri())
            .method(given.method().name(), HttpRequest.BodyPublishers.ofByteArray(body));
    given.forEachHeader((name, values) -> {
      if (!OWN.contains(name.toLowerCase(java.util.Locale.ROOT))) {
        values.forEach(value -> request.header(name, value));
      }
    });
    return new ExecutableHttpRequest() {
      @Override
      public HttpExecuteResponse call() throws IOException {
        return send(request.build());
      }

      @Override
      public void abort() {}
    };
  }

  private HttpExecuteResponse send(HttpRequest request) throws IOException {
    try {
      var response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      var head = SdkHttpResponse.builder().statusCode(response.statusCode());
      response.headers().map().forEach(head::putHeader);
      return HttpExecuteResponse.builder()
          .response(head.build())
          .responseBody(AbortableInputStream.create(response.body()))
          .build();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
