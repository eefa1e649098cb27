// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.CreateInvalidationRequest;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

@ExtendWith(SharedStack.class)
final class SiteHandlerTest {
  private final Cloud cloud;
  private final S3Client s3;
  private final S3Buckets buckets;
  private final IotClient iot;
  private final CloudFrontClient distributions;
  private final SiteHandler handler;
  private final List<String> answered = new CopyOnWriteArrayList<>();
  private final String assets;
  private final String site;
  private HttpServer stackService;

  SiteHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    assets = cloud.named("assets");
    site = cloud.named("site");
    s3 = cloud.buckets();
    buckets = new S3Buckets(s3);
    iot = cloud.iot();
    distributions = cloud.distributions();
    handler = new SiteHandler(buckets, new AwsSurroundings(iot, distributions), new HttpAnswers());
    s3.createBucket(b -> b.bucket(assets));
    s3.createBucket(b -> b.bucket(site));
  }

  /// CloudFormation's end: takes answers as S3 takes them at a presigned address.
  @BeforeEach
  void takeAnswers() throws IOException {
    stackService = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    stackService.createContext(
        "/",
        exchange -> {
          answered.add(
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
    stackService.start();
  }

  @AfterEach
  void stop() {
    stackService.stop(0);
  }

  private JsonObject lastAnswer() throws IOException {
    String answer = answered.getLast();
    return JsonObject.parse(answer.substring(answer.indexOf('{')));
  }

  private void zip(String... names) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(("content of " + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    buckets.write(assets, new SiteFile("app.zip", bytes.toByteArray()));
  }

  private String text(String key) throws IOException {
    return new String(buckets.read(site, key), StandardCharsets.UTF_8);
  }

  @Test
  void createPutsTheAppAndItsConfigurationIntoTheBucket() throws IOException {
    zip("index.html", "assets/app-1.js", "icon.svg");

    String distribution = request("Create");

    assertThat(buckets.keys(site))
        .containsExactly("assets/app-1.js", "config.json", "icon.svg", "index.html");
    assertThat(text("assets/app-1.js")).isEqualTo("content of assets/app-1.js");
    assertThat(text("config.json"))
        .isEqualTo(
            "{\"apiUrl\":\"https://api.example\",\"iotEndpoint\":\"%s\"}"
                .formatted(
                    iot.describeEndpoint(e -> e.endpointType("iot:Data-ATS")).endpointAddress()));
    assertThat(cloud.answered(PutObjectRequest.class).stream().map(PutObjectRequest::key))
        .endsWith("index.html");
    var invalidation = cloud.answered(CreateInvalidationRequest.class).getFirst();
    assertThat(invalidation.distributionId()).isEqualTo(distribution);
    assertThat(invalidation.invalidationBatch().callerReference()).isEqualTo("request-1");
    assertThat(lastAnswer().members())
        .containsEntry("Status", "SUCCESS")
        .containsEntry("PhysicalResourceId", "site-" + site)
        .containsEntry("StackId", "stack-1")
        .containsEntry("RequestId", "request-1")
        .containsEntry("LogicalResourceId", "Publication");
  }

  @Test
  void updateDeletesWhatTheNewAppDoesNotHave() throws IOException {
    zip("index.html", "assets/app-1.js");
    request("Create");
    zip("index.html", "assets/app-2.js");

    request("Update");

    assertThat(buckets.keys(site)).containsExactly("assets/app-2.js", "config.json", "index.html");
  }

  @Test
  void deleteEmptiesTheBucket() throws IOException {
    zip("index.html");
    request("Create");

    request("Delete");

    assertThat(buckets.keys(site)).isEmpty();
    assertThat(lastAnswer().members())
        .containsEntry("Status", "SUCCESS")
        .containsEntry("PhysicalResourceId", "earlier");
  }

  @Test
  void aZipWithoutPageIsAnsweredAsFailure() throws IOException {
    zip("readme.txt");

    request("Create");

    assertThat(lastAnswer().text("Status")).isEqualTo("FAILED");
    assertThat(lastAnswer().text("Reason")).contains("expected a zip with index.html");
    assertThat(buckets.keys(site)).isEmpty();
  }

  @Test
  void aMissingAssetIsAnsweredAsFailure() throws IOException {
    request("Create");

    assertThat(lastAnswer().text("Reason")).contains(assets + "/app.zip");
  }

  @Test
  void answersGoByPutWithoutContentType() throws Exception {
    new HttpAnswers().send(URI.create(address()), "{}".getBytes(StandardCharsets.UTF_8));

    assertThat(answered).containsExactly("PUT /answer?signed=a%2Fb null {}");
  }

  private String address() {
    return "http://127.0.0.1:" + stackService.getAddress().getPort() + "/answer?signed=a%2Fb";
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

  private String request(String type) throws IOException {
    String distribution =
        distributions
            .createDistribution(d ->
                d.distributionConfig(c ->
                    c.callerReference(site + type)
                        .comment("")
                        .enabled(true)
                        .origins(o -> o.quantity(1).items(origin()))
                        .defaultCacheBehavior(b ->
                            b.targetOriginId("site")
                                .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS))))
            .distribution()
            .id();
    var event =
        """
        {"RequestType": "%s", "ResponseURL": "%s", "StackId": "stack-1",
         "RequestId": "request-1", "ResourceType": "Custom::FieldlineSite",
         "LogicalResourceId": "Publication", "PhysicalResourceId": "earlier",
         "ResourceProperties": {"ServiceToken": "arn", "SourceBucket": "%s",
           "SourceKey": "app.zip", "TargetBucket": "%s", "DistributionId": "%s",
           "Config": {"apiUrl": "https://api.example"}}}
        """
            .formatted(type, address(), assets, site, distribution);
    Invocation.of(handler, JsonObject.parse(event));
    return distribution;
  }

  private Origin origin() {
    return Origin.builder()
        .id("site")
        .domainName(site + ".s3.us-east-1.amazonaws.com")
        .s3OriginConfig(o -> o.originAccessIdentity(""))
        .build();
  }
}
