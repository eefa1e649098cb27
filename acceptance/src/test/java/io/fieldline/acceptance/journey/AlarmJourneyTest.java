// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// A sensor above 30 °C switches another device's fan, with nobody at a browser.
@SharesPipeline
class AlarmJourneyTest {
  private static final String FAN = "actuators: {fan: {type: switch}}\n";
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void aSensorAboveThirtyDegreesSwitchesTheFanOfAnotherDevice(Pipeline pipeline) throws Exception {
    Person admin = pipeline.person("admin");
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
    } finally {
      admin.delete("/rules/too-hot");
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
