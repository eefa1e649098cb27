// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static io.fieldline.acceptance.journey.BrowserWalks.texts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What people do with devices in the app, in Debian's Chromium: command many, schedule, take a
/// certificate, delete, look at the map, use fingers, make rules and move their thresholds.
@Order(21)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SharesPipeline
class BrowserControlTest {
  private static final String DEVICE = "hall-1";
  private static final int READINGS = 400;
  private static final long STEP_MS = 15_000;
  private static final String SWITCHES =
      """
      actuators:
        lamp:
          type: switch
        horn:
          type: switch
      """;

  private final Pipeline pipeline;
  private final BrowserWalks walks;
  private final Agent agent;
  private final Person admin;
  private final Person operator;

  BrowserControlTest(Pipeline pipeline) throws IOException {
    this.pipeline = pipeline;
    walks = new BrowserWalks(pipeline, DEVICE);
    agent = pipeline.gateway(DEVICE).agent(SWITCHES).connected();
    admin = pipeline.person("admin");
    operator = pipeline.person("operator");
    agent.hears(levels(DEVICE + "-a", 40));
    agent.hears(levels(DEVICE + "-b", 55));
    agent.hears("temperature=21.5 Cel");
    await(admin, DEVICE);
    await(admin, child("a"));
    await(admin, child("b"));
  }

  /// A hundred minutes of a level that goes up and down around a mean.
  private static String levels(String child, double mean) {
    long fromMs = System.currentTimeMillis() - READINGS * STEP_MS;
    var line = new StringJoiner(" ");
    for (int i = 0; i < READINGS; i++) {
      double value = Math.round((mean + 12 * Math.sin(i / 9.0)) * 100) / 100.0;
      line.add(child + "/level=" + value + " % @" + (fromMs + i * STEP_MS));
    }
    return line.toString();
  }

  private static String child(String name) {
    return DEVICE + ":" + DEVICE + "-" + name;
  }

  private static void await(Person person, String device) {
    Await.until(
        device + " in the API",
        Duration.ofSeconds(30),
        () -> person.get("/devices/" + device).status(),
        status -> status == 200);
  }

  @AfterAll
  void close() {
    agent.close();
  }

  @Test
  @Tag("long")
  void anOperatorCommandsManyNowAndByTheClock() throws Exception {
    var saw =
        walks.walk(
            "commander",
            operator,
            Map.of("lamp", "lamp", "horn", "horn", "once", "hall-once", "nightly", "hall-nightly"));

    assertThat(saw.path("stillChosen").asBoolean()).as("cards know what was chosen").isTrue();
    assertThat(texts(saw.path("rows"))).hasSize(1).first().asString().contains(DEVICE, "done");
    assertThat(saw.path("said").asText())
        .contains("from Monday to Friday at 22:30", "Europe/Berlin time", "Next:");
    assertThat(saw.path("nightly").asText())
        .contains("paused", "lamp → off", "at 23:15", "Lights out in the hall", "by you");
    assertThat(saw.path("run").asText()).contains("horn → on", "of the schedule hall-once");
    BrowserWalks.fitsAPhone(saw.path("wide"), 8);
    walks.nothingWentWrong(saw);
    var history = operator.get("/devices/" + DEVICE + "/commands").body().path("commands");
    assertThat(history)
        .extracting(one ->
            String.join(
                " ",
                one.path("actuator").asText(),
                one.path("value").asText(),
                one.path("status").asText()))
        .containsExactlyInAnyOrder("horn true SUCCEEDED", "lamp false SUCCEEDED");
    assertThat(operator.get("/schedules").body().path("schedules"))
        .noneMatch(one -> one.path("schedule").asText().startsWith("hall-"));
  }

  @Test
  void anAdministratorRevokesACertificateAndDeletesADevice() throws Exception {
    String gone = "hall-gone";
    JsonNode saw;
    try (var leaving = pipeline.gateway(gone).agent("").connected()) {
      leaving.hears("temperature=19 Cel");
      await(admin, gone);
      saw = walks.walk("remover", admin, Map.of("device", gone));
    }

    assertThat(saw.path("asked").asText())
        .contains("for good", "It is the only one that is active. " + gone);
    assertThat(saw.path("afterEscape").asText()).contains("active").doesNotContain("revoked");
    assertThat(saw.path("atFirst").asBoolean()).as("nobody deletes by a press alone").isTrue();
    assertThat(saw.path("receipt").asText()).contains(gone, "being deleted", "by you");
    BrowserWalks.fitsAPhone(saw.path("wide"), 1);
    walks.nothingWentWrong(saw);
    assertThat(admin.get("/deletions").body().path("deletions"))
        .anyMatch(one -> one.path("device").asText().equals(gone));
    assertThat(admin.get("/devices/" + gone).status()).isEqualTo(404);
  }

  @Test
  void whoLooksForDevicesFindsThemOnAMap() throws Exception {
    agent.hears("van-1/lat=52.52 lat van-1/lon=13.405 lon van-1/fuel=40 %");
    agent.hears("van-2/latitude=48.137 deg van-2/longitude=11.575 deg");
    agent.hears("van-3/latitude=48.1371 deg van-3/longitude=11.5751 deg");
    var vans = List.of(DEVICE + ":van-1", DEVICE + ":van-2", DEVICE + ":van-3");
    vans.forEach(van -> await(admin, van));
    var saw = walks.walk("mapper", pipeline.person("viewer"), Map.of("vans", vans));

    assertThat(saw.path("cluster").asText()).startsWith("2 devices close together");
    assertThat(saw.path("without").asText()).containsPattern("\\d+ devices without a position");
    assertThat(saw.path("moved").asBoolean()).isTrue();
    assertThat(saw.path("back").asBoolean()).isTrue();
    assertThat(metres(saw.path("pinched").path(1).asText()))
        .as("fingers apart: nearer")
        .isLessThan(metres(saw.path("pinched").path(0).asText()));
    BrowserWalks.fitsAPhone(saw.path("wide"), 1);
    walks.nothingWentWrong(saw);
  }

  private static double metres(String scale) {
    double value = Double.parseDouble(scale.split(" ")[0]);
    return scale.endsWith("km") ? value * 1_000 : value;
  }

  @Test
  void fingersMoveAndZoomAChartAndAnotherDeviceIsLaidBesideIt() throws Exception {
    var saw =
        walks.walk(
            "finger",
            pipeline.person("viewer"),
            Map.of("device", child("a"), "other", child("b"), "sensor", "level"));

    long hour = Duration.ofHours(1).toMillis();
    long swiped = span(saw.path("swiped"));
    assertThat(swiped).as("what is moved stays as long").isBetween(hour - 1_000, hour + 1_000);
    assertThat(saw.path("swiped").path("to").asLong())
        .as("a swipe to the right is back in time")
        .isLessThan(System.currentTimeMillis() - hour / 5);
    assertThat(span(saw.path("pinched"))).isLessThan(swiped / 2);
    assertThat(saw.path("after")).as("up and down moves the page").isEqualTo(saw.path("pinched"));
    assertThat(saw.path("beside").asText()).contains("beside=hall-1%3Ahall-1-b");
    assertThat(saw.path("colours").path("own").asInt()).isPositive();
    assertThat(saw.path("colours").path("other").asInt()).isPositive();
    walks.nothingWentWrong(saw);
  }

  private static long span(JsonNode address) {
    return address.path("to").asLong() - address.path("from").asLong();
  }

  @Test
  void rulesOfEveryKindAreMadeAndAThresholdIsMovedInTheChart() throws Exception {
    var names =
        Map.of(
            "threshold", "hall-level-high",
            "rate", "hall-level-rising",
            "absence", "hall-silent",
            "composite", "hall-both");
    var needs = new HashMap<String, Object>(names);
    needs.put("device", child("a"));
    needs.put("sensor", "level");
    JsonNode saw;
    JsonNode rules;
    try {
      saw = walks.walk("ruler", admin, needs);
      rules = admin.get("/rules").body().path("rules");
    } finally {
      for (String kind : List.of("composite", "threshold", "rate", "absence")) {
        admin.delete("/rules/" + names.get(kind));
      }
    }

    assertThat(texts(saw.path("rules")).toString())
        .contains(
            "level above 60 %",
            "level changes by more than 12.5 %/min",
            "nothing comes for 30 min",
            "hall-level-high and hall-level-rising");
    assertThat(texts(saw.path("thresholds")))
        .as("with the mouse, with a finger, by keys")
        .hasSize(3)
        .allMatch(change -> change.contains("hall-level-high: "));
    assertThat(rules)
        .filteredOn(rule -> rule.path("name").asText().equals("hall-level-high"))
        .singleElement()
        .extracting(rule -> rule.path("threshold").asDouble())
        .isEqualTo(saw.path("last").asDouble())
        .isEqualTo(saw.path("afterCancel").asDouble())
        .isNotEqualTo(60.0);
    assertThat(rules)
        .filteredOn(rule -> rule.path("name").asText().equals("hall-level-rising"))
        .singleElement()
        .satisfies(rule -> {
          assertThat(rule.path("perMinute").asDouble()).isEqualTo(12.5);
          assertThat(rule.path("overSeconds").asInt()).isEqualTo(120);
        });
    BrowserWalks.fitsAPhone(saw.path("wide"), 5);
    walks.nothingWentWrong(saw);
  }
}
