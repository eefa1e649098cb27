// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.iot.IotBench.Identity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.InvalidRequestException;

/// Devices that have HTTPS and their certificate, and no MQTT.
final class HttpsDevicesTest {
  private static final String POLICY =
      """
      {"Effect":"Allow","Action":"iot:Publish","Resource":
        "arn:aws:iot:us-east-1:000000000000:topic/fleet/*"},
      {"Effect":"Allow","Action":["iot:GetThingShadow","iot:UpdateThingShadow","iotjobsdata:*"],
       "Resource":["arn:aws:iot:us-east-1:000000000000:thing/https-pump",
        "arn:aws:iot:us-east-1:000000000000:thing/https-pump/*"]}
      """;

  private static IotBench bench;
  private static Identity device;
  private static Identity watcher;
  private static HttpClient http;

  @BeforeAll
  static void start() throws Exception {
    bench = new IotBench();
    device = bench.identityOf("https-pump", POLICY);
    watcher =
        bench.identity(
            IotBench.allow("iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"));
    http = HttpClient.newBuilder().sslContext(bench.tls(device)).build();
  }

  @AfterAll
  static void stop() {
    http.close();
    bench.close();
  }

  private static int port() {
    return bench.stack.endpoint().getPort();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port() + path))
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> publish(String path) throws Exception {
    return send("POST", "/topics/" + path, "21.5");
  }

  @Test
  void aPublishReachesSubscribersAndRulesAsTheCertificates() throws Exception {
    String role =
        bench.role("rule", "iot.amazonaws.com", IotBench.allow("iot:Publish", "iot:RetainPublish"));
    bench.iot.createTopicRule(r ->
        r.ruleName("https_seen")
            .topicRulePayload(p ->
                p.sql("SELECT principal() AS who, clientid() AS client FROM 'fleet/ruled'")
                    .awsIotSqlVersion("2016-03-23")
                    .actions(
                        Action.builder()
                            .republish(x -> x.topic("seen/by/rule").qos(1).roleArn(role))
                            .build())));
    try (MqttSocket mqtt = bench.connect(watcher, "watcher")) {
      mqtt.subscribe("fleet/#", 1);
      mqtt.subscribe("seen/#", 1);

      assertThat(publish("fleet/pump/temperature?qos=1").statusCode()).isEqualTo(200);
      assertThat(mqtt.receive()).isEqualTo("fleet/pump/temperature=21.5");
      assertThat(publish("fleet%2Fpump%2Fpressure?qos=0").statusCode()).isEqualTo(200);
      assertThat(mqtt.receive()).isEqualTo("fleet/pump/pressure=21.5");
      assertThat(send("POST", "/topics/fleet/ruled?qos=1", "{}").statusCode()).isEqualTo(200);

      JsonNode seen = IotBench.JSON.readTree(until(mqtt, "seen/by/rule"));
      assertThat(seen.path("who").asText()).isEqualTo(device.id());
      assertThat(seen.path("client").asText()).isEqualTo("n/a");
    }
  }

  private static String until(MqttSocket mqtt, String topic) throws IOException {
    String message = mqtt.receive();
    while (!message.startsWith(topic + "=")) {
      message = mqtt.receive();
    }
    return message.substring(topic.length() + 1);
  }

  @Test
  void thePolicyAndTheLimitsHold() throws Exception {
    HttpResponse<String> denied = publish("other/pump?qos=1");
    assertThat(denied.statusCode()).isEqualTo(403);
    assertThat(denied.headers().firstValue("x-amzn-ErrorType")).hasValue("ForbiddenException");
    assertThat(publish("fleet/retained?qos=1&retain=true").statusCode()).isEqualTo(403);
    assertThat(publish("fleet/pump?qos=2").statusCode()).isEqualTo(400);
    assertThat(publish("fleet/%23?qos=1").statusCode()).isEqualTo(400);
    assertThat(publish("fleet/1/2/3/4/5/6/7/8?qos=1").statusCode()).isEqualTo(400);
    assertThat(send("POST", "/topics/fleet/large?qos=1", "x".repeat(128 * 1024 + 1)).statusCode())
        .isEqualTo(413);
    assertThat(send("GET", "/things/other/shadow", "").statusCode()).isEqualTo(403);
  }

  @Test
  void shadowsAndJobsAnswerTheDeviceToo() throws Exception {
    assertThat(
            send("POST", "/things/https-pump/shadow?name=config", "{\"state\":{\"reported\":{}}}")
                .statusCode())
        .isEqualTo(200);
    bench.iot.createJob(j ->
        j.jobId("over-https")
            .targets("arn:aws:iot:us-east-1:000000000000:thing/https-pump")
            .document("{}"));

    HttpResponse<String> next = send("PUT", "/things/https-pump/jobs/$next", "{}");

    assertThat(IotBench.JSON.readTree(next.body()).at("/execution/jobId").asText())
        .isEqualTo("over-https");
    assertThat(send("GET", "/things/other/jobs", "").statusCode()).isEqualTo(403);
  }

  @Test
  void bothProtocolsAreSpokenOnOnePortByTheNameThatTlsAgreesOn() throws Exception {
    bench.connect(watcher, "alpn", port(), "x-amzn-mqtt-ca").close();
    try (var socket =
        (SSLSocket) bench.tls(device).getSocketFactory().createSocket("127.0.0.1", port())) {
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"x-amzn-http-ca"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(20_000);
      socket.startHandshake();
      assertThat(socket.getApplicationProtocol()).isEqualTo("x-amzn-http-ca");
      socket
          .getOutputStream()
          .write(
              "POST /topics/fleet/alpn?qos=1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\n1"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] status = socket.getInputStream().readNBytes(12);
      assertThat(new String(status, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void whoShowsNoCertificateIsNoDevice() throws Exception {
    try (var anonymous = HttpClient.newHttpClient()) {
      var answer =
          anonymous.send(
              HttpRequest.newBuilder(bench.stack.endpoint().resolve("/topics/fleet/x?qos=1"))
                  .POST(BodyPublishers.ofString("1"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).isBetween(400, 499);
    }
    Identity revoked = bench.identity(POLICY);
    bench.iot.updateCertificate(c -> c.certificateId(revoked.id()).newStatus("REVOKED"));
    try (var client = HttpClient.newBuilder().sslContext(bench.tls(revoked)).build()) {
      var request =
          HttpRequest.newBuilder(
                  URI.create("https://127.0.0.1:" + port() + "/topics/fleet/x?qos=1"))
              .POST(BodyPublishers.ofString("1"))
              .build();
      assertThatThrownBy(() -> client.send(request, BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void endpointsAreNamedAndWhatIsNotServedToo() {
    for (String type : new String[] {"iot:Data-ATS", "iot:Jobs"}) {
      assertThat(bench.iot.describeEndpoint(d -> d.endpointType(type)).endpointAddress())
          .isEqualTo("127.0.0.1:" + port());
    }
    assertThatThrownBy(
            () -> bench.iot.describeEndpoint(d -> d.endpointType("iot:CredentialProvider")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("does not support iot:CredentialProvider");
  }
}
