// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import io.fieldline.messages.Topics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;

/// A reading's way: from a sensor's own words to the API, through what `cdk deploy` put there.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SharesPipeline
class TelemetryJourneyTest {
  private static final Duration ARRIVES_WITHIN = Duration.ofSeconds(30);

  private final Pipeline pipeline;
  private final Gateway gateway;
  private final Agent agent;
  private final Person viewer;
  private final long startedMs = System.currentTimeMillis();

  TelemetryJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
    gateway = pipeline.gateway("telemetry-1");
    agent = gateway.agent("").connected();
    viewer = pipeline.person("viewer");
  }

  @AfterAll
  void close() {
    agent.close();
  }

  @Test
  void aLineSentByTcpIsReadThroughTheApi() throws Exception {
    agent.hears("by-tcp=21.5 Cel");
    arrives("telemetry-1", "by-tcp", 21.5);
  }

  /// The function counts in its log, and CloudWatch makes metrics of that.
  @Test
  void whatWasStoredIsAMetric() throws Exception {
    agent.hears("counted=1 Cel");
    var metrics = pipeline.aws().client(CloudWatchClient.builder());

    Await.until(
        "readings are counted",
        ARRIVES_WITHIN,
        () ->
            metrics
                .getMetricStatistics(get ->
                    get.namespace("Fieldline")
                        .metricName("ReadingsStored")
                        .dimensions(
                            Dimension.builder()
                                .name("FunctionName")
                                .value("fieldline-dev-telemetry")
                                .build())
                        .startTime(Instant.now().minusSeconds(300))
                        .endTime(Instant.now().plusSeconds(60))
                        .period(60)
                        .statistics(Statistic.SUM))
                .datapoints(),
        points -> points.stream().anyMatch(point -> point.sum() >= 1));
  }

  @Test
  void aRequestSentByHttpIsReadThroughTheApi() throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + agent.http().getPort() + "/readings"))
                  .POST(BodyPublishers.ofString("{\"by-http\": 3.25}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
    }
    arrives("telemetry-1", "by-http", 3.25);
  }

  /// What is large enough goes another way: deflated, by a rule of its own, to the same table.
  @Test
  void aLargeBatchGoesDeflatedAndIsReadThroughTheApi() throws Exception {
    List<Double> values = IntStream.range(0, 400).mapToObj(i -> 20 + i % 11 / 4.0).toList();
    var body = new StringBuilder();
    for (int i = 0; i < values.size(); i++) {
      body.append("packed=%s Cel @%d\n".formatted(values.get(i), startedMs + i));
    }
    String deflated;
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + agent.http().getPort() + "/readings"))
                  .header("Content-Type", "text/plain")
                  .POST(BodyPublishers.ofString(body.toString()))
                  .build(),
              BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
      var points =
          Await.until(
              "the batch in the API",
              ARRIVES_WITHIN,
              () -> viewer.readings("telemetry-1", "packed", startedMs, startedMs + 1000),
              found -> found.size() == values.size());
      assertThat(points).extracting(Person.Point::value).containsExactlyElementsOf(values);
      deflated =
          http.send(
                  HttpRequest.newBuilder(
                          URI.create("http://127.0.0.1:" + agent.metrics().getPort() + "/metrics"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
    }
    assertThat(deflated).containsPattern("fieldline_uplink_deflated_batches_total [1-9]");
  }

  @Test
  void aMessageSentByMosquittoIsReadThroughTheApi() {
    var sent =
        Program.run(
            gateway.folder(),
            Map.of(),
            Duration.ofSeconds(20),
            List.of(
                "mosquitto_pub",
                "-h",
                "127.0.0.1",
                "-p",
                String.valueOf(agent.mqtt().getPort()),
                "-q",
                "1",
                "-t",
                "shed/by-mqtt",
                "-m",
                "-7.125"));
    assertThat(sent.exitCode()).as(sent.output()).isZero();
    arrives("telemetry-1:shed", "by-mqtt", -7.125);
  }

  /// As AWS IoT tells it, also where the device was not heard before.
  @Test
  void aDeviceIsShownAsConnectedUntilItLeaves() {
    Await.until(
        "the agent's connection in the API",
        ARRIVES_WITHIN,
        () -> connection("telemetry-1").path("connected").asBoolean(),
        connected -> connected);
    String thing = "telemetry-2";
    Gateway left = pipeline.gateway(thing);
    var sent =
        left.mosquitto(
            "mosquitto_pub",
            thing,
            "-t",
            Topics.ingest("dev", thing),
            "-m",
            "{\"v\":1,\"device\":\"%s\",\"epoch\":1,\"firstSeq\":1,\"t0\":%d,\"sensors\":[{\"name\":\"t\",\"rows\":[[0,1]]}]}"
                .formatted(thing, startedMs));
    assertThat(sent.exitCode()).as(sent.output()).isZero();
    var gone =
        Await.until(
            "the end of its connection in the API",
            ARRIVES_WITHIN,
            () -> connection(thing),
            connection -> connection.path("reason").asText().equals("CLIENT_INITIATED_DISCONNECT"));
    assertThat(gone.path("connected").asBoolean()).isFalse();
    assertThat(gone.path("sinceMs").asLong()).isBetween(startedMs, System.currentTimeMillis());
  }

  private JsonNode connection(String device) {
    return viewer.get("/devices/" + device).body().path("connection");
  }

  private void arrives(String device, String sensor, double value) {
    var points =
        Await.until(
            sensor + " of " + device + " in the API",
            ARRIVES_WITHIN,
            () -> viewer.readings(device, sensor, startedMs, System.currentTimeMillis() + 1),
            found -> !found.isEmpty());
    assertThat(points).extracting(Person.Point::value).containsExactly(value);
    assertThat(points.getFirst().atMs()).isBetween(startedMs, System.currentTimeMillis());
    var latest = viewer.get("/devices/" + device).body().path("latest").path(sensor);
    assertThat(latest.path("value").asDouble()).isEqualTo(value);
  }
}
