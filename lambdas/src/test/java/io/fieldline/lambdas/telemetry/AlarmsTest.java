// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.log.LoggedLines;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sns.model.PublishRequest;

/// What readings make of alarms, and what is kept of that.
@ExtendWith(SharedStack.class)
final class AlarmsTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final long DAY_MS = 86_400_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path CASES = Path.of("../messages/src/test/resources/alarm-cases.json");

  private static final String HOT =
      """
      {"name": "hot", "device": "gw", "sensor": "t", "side": "ABOVE", "threshold": 30, "command":
       {"thing": "gw2", "actuator": "fan", "value": true, "validForMs": 60000}}
      """;

  private final Cloud cloud;
  private TelemetryHandler function;
  private int sent;

  AlarmsTest(Cloud cloud) {
    this.cloud = cloud;
    function = function();
  }

  /// Alarm rules are kept for two seconds of a clock that stands still.
  private TelemetryHandler function() {
    return Functions.telemetry(cloud, NOW);
  }

  private void rule(String json) throws IOException {
    var name = JSON.readTree(json).path("name").asText();
    var item = FleetKeys.rule(name).with(Map.of("json", Attributes.text(json)));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  private void deliver(Reading... readings) throws IOException {
    var identity = new TelemetryBatch.Identity(7, 0, 100L * sent++);
    var batch = MessageCodec.encode(TelemetryBatch.of(identity, List.of(readings)));
    var body =
        "{\"batch\":%s,\"thing\":\"%s\",\"receivedMs\":%d}"
            .formatted(new String(batch, UTF_8), readings[0].device(), NOW);
    var event = Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body)));
    assertThat(Invocation.of(function, event)).isEqualTo("{\"batchItemFailures\":[]}");
  }

  private static Reading t(long atMs, double value) {
    return new Reading("gw", "t", "", atMs, value);
  }

  private List<Map<String, AttributeValue>> fleet(String pk, String prefix) {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("pk").s().equals(pk))
        .filter(item -> item.get("sk").s().startsWith(prefix))
        .toList();
  }

  private List<String> raised(String thing) {
    return fleet(FleetKeys.thing(thing), FleetKeys.ALARM_PREFIX).stream()
        .filter(item -> item.get("raised").bool())
        .map(item -> item.get("sk").s().replaceFirst(".*#", ""))
        .toList();
  }

  private List<String> history() {
    return fleet(FleetKeys.thing("gw"), FleetKeys.ALARM_LOG_PREFIX).stream()
        .map(item ->
            "%s %s at %d%s"
                .formatted(
                    item.get("rule").s(),
                    item.get("kind").s(),
                    Attributes.whole(item, "atMs") - NOW,
                    item.get("told").bool() ? "" : ", untold"))
        .toList();
  }

  private List<String> standing() {
    return fleet(FleetKeys.ALARMS, "").stream().map(item -> item.get("sk").s()).toList();
  }

  /// Each step a batch of its own: what an alarm needs to know of earlier ones is in its state.
  @Test
  void isAsTheTableOfCasesSays() throws IOException {
    int number = 0;
    for (JsonNode one : JSON.readTree(CASES.toFile())) {
      var thing = "gw" + number++;
      for (JsonNode rule : one.path("rules")) {
        rule(rule.toString().replace("\"gw\"", "\"" + thing + "\""));
      }
      function = function();
      for (JsonNode step : one.path("steps")) {
        long atMs = NOW + step.path("at").asLong() * 1000;
        for (var sensor : List.of("t", "u")) {
          if (step.has(sensor)) {
            deliver(new Reading(thing, sensor, "", atMs, step.path(sensor).asDouble()));
          }
        }
        var expected = new ArrayList<String>();
        step.path("raised").forEach(name -> expected.add(name.asText()));
        assertThat(raised(thing))
            .as("%s, at %s", one.path("case").asText(), step)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void whatBecomesOfAnAlarmIsInItsHistoryAndWhatStandsInTheList() throws IOException {
    rule(HOT);

    deliver(t(NOW, 31));
    assertThat(standing()).containsExactly("gw#hot");
    deliver(t(NOW + 1, 32));
    deliver(t(NOW + 2, 30));

    assertThat(standing()).isEmpty();
    assertThat(history()).containsExactly("hot RAISED at 0", "hot CLEARED at 2");
  }

  /// What was raised untold and is told later was raised once.
  @Test
  void countsWhatItRaises() throws IOException {
    rule(HOT);
    try (var logged = new LoggedLines(TelemetryHandler.class)) {
      deliver(t(NOW - DAY_MS, 31));
      deliver(t(NOW - 60_000, 32));
      assertThat(logged.sum("AlarmsRaised")).isEqualTo(1);
      deliver(t(NOW - 50_000, 20), t(NOW - 40_000, 31), t(NOW - 30_000, 20), t(NOW - 20_000, 31));

      assertThat(logged.sum("AlarmsRaised")).isEqualTo(3);
    }
  }

  /// A backlog of days, the oldest first: it is kept what was, and nothing is done because of it.
  @Test
  void whatWasOverWhenItCameIsKeptAndNobodyIsToldOrCommanded() throws IOException {
    rule(HOT);

    for (int days = 3; days >= 1; days--) {
      deliver(t(NOW - days * DAY_MS, 31), t(NOW - days * DAY_MS + 1000, 20));
    }
    deliver(t(NOW - 1000, 20));

    assertThat(history())
        .hasSize(6)
        .allMatch(entry -> entry.endsWith(", untold"))
        .startsWith("hot RAISED at " + -3 * DAY_MS + ", untold");
    assertThat(standing()).isEmpty();
    assertThat(cloud.updates()).isEmpty();
    assertThat(cloud.answered(PublishRequest.class)).isEmpty();
  }

  /// What has begun long ago and still is, is no thing of the past.
  @Test
  void whatStillStandsWhenTheBacklogIsAtItsEndIsToldThenOnce() throws IOException {
    rule(HOT);

    deliver(t(NOW - DAY_MS, 31));
    deliver(t(NOW - DAY_MS / 2, 32));
    assertThat(standing()).containsExactly("gw#hot");
    assertThat(cloud.updates()).isEmpty();
    deliver(t(NOW - 60_000, 33));
    deliver(t(NOW - 30_000, 34));

    assertThat(cloud.updates()).hasSize(1);
    assertThat(cloud.answered(PublishRequest.class)).hasSize(1);
    assertThat(history()).containsExactly("hot RAISED at " + -DAY_MS);
  }

  /// A stack that was deployed over an earlier one.
  @Test
  void aStateOfAnEarlierVersionGoesOn() throws IOException {
    rule(HOT);
    var before =
        Map.of(
            "device", Attributes.text("gw"),
            "sensor", Attributes.text("t"),
            "raised", AttributeValue.fromBool(true),
            "sinceMs", Attributes.number(NOW - 5),
            "lastMs", Attributes.number(NOW - 5),
            "value", Attributes.number(31.0));
    cloud
        .tables()
        .putItem(put ->
            put.tableName(cloud.fleetTable())
                .item(FleetKeys.alarm("gw", "gw", "hot").with(before)));

    deliver(t(NOW, 32));
    assertThat(raised("gw")).containsExactly("hot");
    assertThat(cloud.updates()).isEmpty();
    deliver(t(NOW + 1, 20));

    assertThat(raised("gw")).isEmpty();
    assertThat(history()).containsExactly("hot CLEARED at 1");
  }

  @Test
  void nothingIsWrittenWhereNothingChanges() throws IOException {
    rule(HOT);
    deliver(t(NOW, 31));
    var fleet = cloud.items(cloud.fleetTable());

    deliver(t(NOW + 1, 32), t(NOW + 2, 33));

    assertThat(cloud.items(cloud.fleetTable())).isEqualTo(fleet);
  }

  /// A web server that answers what it is asked to confirm, and hands on what it is told.
  private HttpServer webhook(BlockingQueue<JsonNode> told) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/hook",
        exchange -> {
          try (exchange) {
            told.add(JSON.readTree(exchange.getRequestBody()));
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    return server;
  }

  private static JsonNode next(BlockingQueue<JsonNode> told) throws InterruptedException {
    var next = told.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("a post within 20 s").isNotNull();
    return Objects.requireNonNull(next);
  }

  @Test
  void aWebhookIsToldOnceThatAnAlarmWasRaisedAndOnceThatItIsOver() throws Exception {
    rule(HOT);
    var told = new LinkedBlockingQueue<JsonNode>();
    var server = webhook(told);
    try {
      var address = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
      cloud
          .topics()
          .subscribe(r -> r.topicArn(cloud.topicArn()).protocol("http").endpoint(address));
      try (var http = HttpClient.newHttpClient()) {
        var confirm = URI.create(next(told).path("SubscribeURL").asText());
        http.send(HttpRequest.newBuilder(confirm).build(), BodyHandlers.discarding());
      }

      for (int times = 0; times < 3; times++) {
        sent = 0;
        deliver(t(NOW, 31));
      }
      var raised = JSON.readTree(next(told).path("Message").asText());
      deliver(t(NOW + 5, 20));
      var cleared = JSON.readTree(next(told).path("Message").asText());

      assertThat(raised.path("id").asText()).isEqualTo("gw#hot#" + NOW + "#RAISED");
      assertThat(raised.path("rule").asText()).isEqualTo("hot");
      assertThat(raised.path("value").asDouble()).isEqualTo(31);
      assertThat(cleared.path("kind").asText()).isEqualTo("CLEARED");
      assertThat(told).isEmpty();
      assertThat(cloud.answered(PublishRequest.class)).hasSize(2);
      var texts = JSON.readTree(cloud.answered(PublishRequest.class).getFirst().message());
      assertThat(texts.path("sms").asText())
          .isEqualTo("hot is an alarm on gw, sensor t, at 2025-11-25 03:40:00 UTC (31.0000)");
    } finally {
      server.stop(0);
    }
  }

  /// A topic that takes nothing holds a message up until it does; the command that is sent again is
  /// the same.
  @Test
  void whatCouldNotBeToldIsToldAtTheRetry() throws IOException {
    rule(HOT);
    cloud.forbid("{\"Effect\":\"Deny\",\"Action\":\"sns:Publish\",\"Resource\":\"*\"}");
    assertThatThrownBy(() -> deliver(t(NOW, 31))).isInstanceOf(AssertionError.class);
    assertThat(standing()).containsExactly("gw#hot");

    cloud.allowAgain();
    sent = 0;
    deliver(t(NOW, 31));

    assertThat(cloud.answered(PublishRequest.class)).hasSize(1);
    assertThat(Set.copyOf(cloud.updates())).hasSize(1);
  }
}
