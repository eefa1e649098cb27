// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
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
    HttpServer webhook = webhook(told);
    subscribe(pipeline, webhook, told);
    try (Agent sensor = pipeline.gateway("alarm-sensor").agent("").connected();
        Agent fan = pipeline.gateway("alarm-fan").agent(FAN).connected()) {
      says(sensor, "temperature=29 Cel");
      says(fan, "speed=0");
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
                says(sensor, "temperature=30.5 Cel");
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

      says(sensor, "temperature=28 Cel");
      Await.until(
          "the alarm cleared",
          SOON,
          () -> admin.get("/devices/alarm-sensor/alarms").body().path("alarms").path(0),
          found -> !found.path("state").asText().equals("ALARM"));
      Await.until("the webhook told of both", SOON, () -> told, posts -> posts.size() == 3);
      assertThat(told.get(1)).contains("too-hot", "RAISED");
      assertThat(told.get(2)).contains("too-hot", "CLEARED");
    } finally {
      webhook.stop(0);
      admin.delete("/rules/too-hot");
    }
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

  private static void says(Agent agent, String line) throws IOException {
    try (var sensor = new Socket(agent.tcp().getAddress(), agent.tcp().getPort())) {
      sensor.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      assertThat(new String(sensor.getInputStream().readNBytes(2), StandardCharsets.UTF_8))
          .isEqualTo("ok");
    }
  }
}
