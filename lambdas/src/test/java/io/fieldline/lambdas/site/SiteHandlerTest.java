// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.lambdas.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

final class SiteHandlerTest {
  private final MemoryBuckets buckets = new MemoryBuckets();
  private final List<String> invalidated = new ArrayList<>();
  private final List<JsonObject> answered = new ArrayList<>();
  private final SiteHandler handler =
      new SiteHandler(
          buckets,
          new Surroundings() {
            @Override
            public String iotEndpoint() {
              return "iot.example";
            }

            @Override
            public void invalidate(String distributionId, String reference) {
              invalidated.add(distributionId + " " + reference);
            }
          },
          (url, answer) -> answered.add(JsonObject.parse(answer)));

  @Test
  void createPutsTheAppAndItsConfigurationIntoTheBucket() throws IOException {
    buckets.zip("assets", "app.zip", "index.html", "assets/app-1.js", "icon.svg");

    request("Create", "site");

    assertThat(buckets.keys("site"))
        .containsExactly("assets/app-1.js", "config.json", "icon.svg", "index.html");
    assertThat(buckets.text("site", "assets/app-1.js")).isEqualTo("content of assets/app-1.js");
    assertThat(buckets.text("site", "config.json"))
        .isEqualTo("{\"apiUrl\":\"https://api.example\",\"iotEndpoint\":\"iot.example\"}");
    assertThat(buckets.written).endsWith("index.html");
    assertThat(invalidated).containsExactly("dist-1 request-1");
    assertThat(answered.getFirst().members())
        .containsEntry("Status", "SUCCESS")
        .containsEntry("PhysicalResourceId", "site-site")
        .containsEntry("StackId", "stack-1")
        .containsEntry("RequestId", "request-1")
        .containsEntry("LogicalResourceId", "Publication");
  }

  @Test
  void updateDeletesWhatTheNewAppDoesNotHave() throws IOException {
    buckets.zip("assets", "app.zip", "index.html", "assets/app-1.js");
    request("Create", "site");
    buckets.zip("assets", "app.zip", "index.html", "assets/app-2.js");

    request("Update", "site");

    assertThat(buckets.keys("site"))
        .containsExactly("assets/app-2.js", "config.json", "index.html");
  }

  @Test
  void deleteEmptiesTheBucket() throws IOException {
    buckets.zip("assets", "app.zip", "index.html");
    request("Create", "site");

    request("Delete", "site");

    assertThat(buckets.keys("site")).isEmpty();
    assertThat(answered.getLast().members())
        .containsEntry("Status", "SUCCESS")
        .containsEntry("PhysicalResourceId", "earlier");
  }

  @Test
  void aZipWithoutPageIsAnsweredAsFailure() throws IOException {
    buckets.zip("assets", "app.zip", "readme.txt");

    request("Create", "site");

    assertThat(answered.getFirst().text("Status")).isEqualTo("FAILED");
    assertThat(answered.getFirst().text("Reason")).contains("expected a zip with index.html");
    assertThat(buckets.keys("site")).isEmpty();
  }

  @Test
  void aMissingAssetIsAnsweredAsFailure() throws IOException {
    request("Create", "site");

    assertThat(answered.getFirst().text("Reason")).contains("assets/app.zip");
  }

  @Test
  void answersGoByPutWithoutContentType() throws Exception {
    var received = new LinkedBlockingQueue<String>();
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          received.add(
              exchange.getRequestMethod()
                  + " "
                  + exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().get("Content-Type")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    try {
      var url =
          URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/answer?signed=a%2Fb");

      new HttpAnswers().send(url, "{}".getBytes(StandardCharsets.UTF_8));

      assertThat(received.take()).isEqualTo("PUT /answer?signed=a%2Fb null {}");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void filesCarryTheirTypeAndHowLongTheyMayBeKept() {
    var hashed = new SiteFile("assets/app-1.js", new byte[0]);
    var page = new SiteFile("index.html", new byte[0]);

    assertThat(hashed.contentType()).isEqualTo("text/javascript; charset=utf-8");
    assertThat(hashed.cacheControl()).contains("immutable");
    assertThat(page.contentType()).isEqualTo("text/html; charset=utf-8");
    assertThat(page.cacheControl()).isEqualTo("no-cache");
  }

  private void request(String type, String bucket) throws IOException {
    var event =
        """
        {"RequestType": "%s", "ResponseURL": "http://127.0.0.1/answer", "StackId": "stack-1",
         "RequestId": "request-1", "ResourceType": "Custom::FieldlineSite",
         "LogicalResourceId": "Publication", "PhysicalResourceId": "earlier",
         "ResourceProperties": {"ServiceToken": "arn", "SourceBucket": "assets",
           "SourceKey": "app.zip", "TargetBucket": "%s", "DistributionId": "dist-1",
           "Config": {"apiUrl": "https://api.example"}}}
        """
            .formatted(type, bucket);
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
        OutputStream.nullOutputStream(),
        new FunctionContext());
  }
}
