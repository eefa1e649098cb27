// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.SnsClient;

/// A sensor above 30 °C switches another device's fan, with nobody at a browser.
@SharesPipeline
class AlarmJourneyTest {
  private static final String FAN = "actuators: {fan: {type: switch}}\n";
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aSensorAboveThirtyDegreesSwitchesTheFanOfAnotherDevice(Pipeline pipeline) throws Exception {
    Person admin = pipeline.person("admin");
    var told = new CopyOnWriteArrayList<String>();
    // Of other tests on this pipeline there may be some, also in the minute that goes on.
    Instant from = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    double raisedBefore = raised(pipeline, from);
    HttpServer webhook = webhook(told);
    subscribe(pipeline, webhook, told);
    try (Agent sensor = pipeline.gateway("alarm-sensor").agent("").connected();
        Agent fan = pipeline.gateway("alarm-fan").agent(FAN).connected()) {
      sensor.hears("temperature=29 Cel");
      fan.hears("speed=0");
      known(admin, "alarm-sensor");
      known(admin, "alarm-fan");
      var rule =
          admin.put(
              "/rules/too-hot",
              """
              {"device": "alarm-sensor", "sensor": "temperature", "side": "ABOVE", "threshold": 30,
               "hysteresis": 1, "command": {"thing": "alarm-fan", "actuator": "fan", "value": true,
               "validForMs": 60000}}
              """);
      assertThat(rule.status()).as(rule.body().toString()).isEqualTo(200);

      // Rules are kept for a while by a function that runs: the alarm may need a second reading.
      var switched =
          Await.until(
              "the fan switched on",
              Duration.ofSeconds(90),
              () -> {
                sensor.hears("temperature=30.5 Cel");
                return admin.get("/devices/alarm-fan").body().path("actuators").path("fan");
              },
              actuator -> actuator.path("reported").asBoolean());
      assertThat(switched.path("reported").asBoolean()).isTrue();

      Await.until(
          "the rule's command done",
          SOON,
          () -> admin.get("/devices/alarm-fan/commands").body().path("commands").path(0),
          command -> command.path("status").asText().equals("SUCCEEDED"));
      var alarm = admin.get("/devices/alarm-sensor/alarms").body().path("alarms").path(0);
      assertThat(alarm.path("rule").asText()).isEqualTo("too-hot");
      assertThat(alarm.path("state").asText()).isEqualTo("ALARM");

      Await.until(
          "the alarm counted", SOON, () -> raised(pipeline, from), raised -> raised > raisedBefore);

      sensor.hears("temperature=28 Cel");
      Await.until(
          "the alarm cleared",
          SOON,
          () -> admin.get("/devices/alarm-sensor/alarms").body().path("alarms").path(0),
          found -> !found.path("state").asText().equals("ALARM"));
      // It is told of what other tests raise, too.
      var ours =
          Await.until(
              "the webhook told of both",
              SOON,
              () -> told.stream().filter(post -> post.contains("too-hot")).toList(),
              posts -> posts.size() >= 2);
      assertThat(ours).hasSize(2);
      assertThat(ours.getFirst()).contains("RAISED");
      assertThat(ours.getLast()).contains("CLEARED");
    } finally {
      webhook.stop(0);
      admin.delete("/rules/too-hot");
    }
  }

  /// The agent knows the rule, and sends what turns it past its window of minutes.
  @Test
  void aCrossingIsAnAlarmWithinSecondsThoughReadingsWaitForMinutes(Pipeline pipeline)
      throws Exception {
    Person admin = pipeline.person("admin");
    Gateway gateway = pipeline.gateway("alarm-edge");
    try (Agent agent = gateway.agent("").connected()) {
      agent.hears("temperature=29 Cel");
      known(admin, "alarm-edge");
    }
    try (Agent agent = gateway.agent("", Duration.ofMinutes(5)).connected()) {
      agent.hears("quiet/temperature=20 Cel");
      admin.put("/groups/alarm-edge", "{}");
      var rule =
          admin.put(
              "/rules/edge-hot",
              """
              {"group": "alarm-edge", "sensor": "temperature", "side": "ABOVE", "threshold": 30}
              """);
      assertThat(rule.status()).as(rule.body().toString()).isEqualTo(200);
      assertThat(admin.put("/groups/alarm-edge/devices/alarm-edge", "").status()).isEqualTo(200);
      Await.until(
          "the agent knows the rule",
          SOON,
          () -> told(pipeline, "alarm-edge"),
          shadow -> shadow.path("reported").path("rules").asInt() == 1);

      // The backend knows a group's devices half a minute late at the most.
      var raised =
          Await.until(
              "the alarm raised",
              Duration.ofSeconds(50),
              () -> {
                agent.hears("temperature=29 Cel");
                agent.hears("temperature=31 Cel");
                return admin.get("/devices/alarm-edge/alarms").body().path("alarms").path(0);
              },
              alarm -> alarm.path("state").asText().equals("ALARM"));
      long lateMs = System.currentTimeMillis() - raised.path("sinceMs").asLong();

      assertThat(lateMs).isLessThan(10_000);
      assertThat(admin.get("/devices/alarm-edge:quiet").status())
          .as("what turns nothing waits")
          .isEqualTo(404);

      assertThat(admin.delete("/rules/edge-hot").status()).isEqualTo(200);
      Await.until(
          "the agent knows it no more",
          SOON,
          () -> told(pipeline, "alarm-edge"),
          shadow -> shadow.path("reported").path("rules").asInt(-1) == 0);
    } finally {
      admin.delete("/rules/edge-hot");
    }
  }

  private static JsonNode told(Pipeline pipeline, String thing) throws IOException {
    try {
      var shadow =
          pipeline.aws().iotData().getThingShadow(get -> get.thingName(thing).shadowName("alarms"));
      return new ObjectMapper().readTree(shadow.payload().asByteArray()).path("state");
    } catch (ResourceNotFoundException notYet) {
      return MissingNode.getInstance();
    }
  }

  /// How many the telemetry function has written into its log since a minute began.
  private static double raised(Pipeline pipeline, Instant from) {
    return pipeline
        .aws()
        .client(CloudWatchClient.builder())
        .getMetricStatistics(get ->
            get.namespace("Fieldline")
                .metricName("AlarmsRaised")
                .dimensions(
                    Dimension.builder()
                        .name("FunctionName")
                        .value("fieldline-dev-telemetry")
                        .build())
                .startTime(from)
                .endTime(Instant.now().plusSeconds(60))
                .period(60)
                .statistics(Statistic.SUM))
        .datapoints()
        .stream()
        .mapToDouble(Datapoint::sum)
        .sum();
  }

  private static HttpServer webhook(List<String> told) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            told.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    return server;
  }

  private static void subscribe(Pipeline pipeline, HttpServer webhook, List<String> told)
      throws Exception {
    String address = "http://127.0.0.1:" + webhook.getAddress().getPort() + "/";
    pipeline
        .aws()
        .client(SnsClient.builder())
        .subscribe(subscribe ->
            subscribe
                .topicArn(pipeline.output("AlarmTopicArn"))
                .protocol("http")
                .endpoint(address));
    Await.until("the confirmation asked for", SOON, () -> told, posts -> !posts.isEmpty());
    String confirm = new ObjectMapper().readTree(told.getFirst()).path("SubscribeURL").asText();
    try (var http = HttpClient.newHttpClient()) {
      http.send(HttpRequest.newBuilder(URI.create(confirm)).build(), BodyHandlers.discarding());
    }
  }

  private static void known(Person admin, String device) {
    Await.until(
        device + " in the API",
        SOON,
        () -> admin.get("/devices/" + device).status(),
        status -> status == 200);
  }
}
