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
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import software.amazon.awssdk.core.SdkBytes;

/// What people see of the pipeline, in Debian's Chromium: the journeys of `web/journeys`.
///
/// Pictures of every page are kept in `acceptance/shots`.
@Order(19)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SharesPipeline
class BrowserJourneyTest {
  private static final String DEVICE = "browser-1";
  private static final long STEP_MS = 15_000;
  private static final int MANY = 1_200;
  private static final long MANY_STEP_MS = 200;

  private static final String ACTUATORS =
      """
      allowedPrograms: [/bin/sh]
      actuators:
        lamp:
          type: switch
        dimmer: {type: switch, takes: number, minimum: 0, maximum: 100, step: 5, unit: "%"}
        jammed:
          type: exec
          command: [/bin/sh, -c, "echo the bolt is stuck >&2; exit 3"]
      """;

  /// What is sent, by sensor: value and unit as they stand in the line.
  private static final Map<String, List<String>> SENT =
      Map.of(
          "temperature Cel", wave(36, -3.5, 9.25, "-0.001"),
          "pressure hPa", wave(36, 1013.25, 0.75, "1012.9375"),
          "disk_free B", wave(36, 6.38e10, 9.1e8, "63876000123"),
          "door", List.of("1", "0", "1", "1"));

  private final Pipeline pipeline;
  private final BrowserWalks walks;
  private final Agent agent;
  private final Person operator;
  private final long firstMs = System.currentTimeMillis() - 600_000;

  BrowserJourneyTest(Pipeline pipeline) throws IOException {
    this.pipeline = pipeline;
    walks = new BrowserWalks(pipeline, DEVICE);
    agent = pipeline.gateway(DEVICE).agent(ACTUATORS).connected();
    operator = pipeline.person("operator");
    for (var sensor : SENT.entrySet()) {
      String[] name = sensor.getKey().split(" ", 2);
      String unit = name.length > 1 ? " " + name[1] : "";
      var line = new StringJoiner(" ");
      for (int i = 0; i < sensor.getValue().size(); i++) {
        line.add(name[0] + "=" + sensor.getValue().get(i) + unit + " @" + (firstMs + i * STEP_MS));
      }
      agent.hears(line.toString());
    }
    for (var sensor : SENT.entrySet()) {
      Await.until(
          sensor.getKey() + " in the API",
          Duration.ofSeconds(30),
          () ->
              operator.readings(
                  DEVICE, sensor.getKey().split(" ")[0], firstMs, System.currentTimeMillis()),
          points -> points.size() == sensor.getValue().size());
    }
    // What an agent cannot know the state of is shown once it was commanded.
    String command = "{\"actuator\": \"jammed\", \"value\": true}";
    var issued = operator.post("/devices/" + DEVICE + "/commands", command).body();
    operator.command(
        DEVICE, issued.path("id").asText(), one -> one.path("status").asText().equals("FAILED"));
  }

  /// A day of weather in short, and a last value with figures of its own.
  private static List<String> wave(int count, double mean, double swing, String last) {
    var values = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      double value = mean + swing * Math.sin(i / 6.0) + swing / 8 * Math.sin(i * 7.3);
      values.add(BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).toPlainString());
    }
    values.add(last);
    return values;
  }

  @AfterAll
  void close() {
    agent.close();
  }

  // First: what was sent leaves the range that is shown after some minutes.
  @Test
  @Order(1)
  void anOperatorSeesExactlyTheValuesSentAndSwitches() throws Exception {
    var needs =
        Map.of(
            "sensors",
            SENT.size(),
            "lamp",
            "lamp",
            "broken",
            "jammed",
            "dimmer",
            "dimmer",
            "live",
            Map.of("sensor", "temperature", "value", "-12.625", "shown", "−12.63"));
    JsonNode saw;
    try (var browser = walks.start("operator", operator, needs)) {
      BrowserWalks.said(browser, "open");
      agent.hears("temperature=-12.625 Cel");
      saw = BrowserWalks.saw(browser);
    }

    assertThat(saw.path("refused").asText()).contains("Incorrect username or password");
    assertThat(saw.path("person").asText()).isEqualTo(operator.email());
    assertThat(saw.path("fleet").asText()).contains(DEVICE, "63.88 GB", "1012.9 hPa", "−0.001 °C");
    assertThat(tables(saw)).isEqualTo(sent());
    assertThat(saw.path("frames").toString())
        .as("the live value came over the WebSocket")
        .contains("-12.625");
    assertThat(texts(saw.path("lamp"))).startsWith("pending").endsWith("done");
    assertThat(saw.path("lampIsOn").asText()).isEqualTo("true");
    assertThat(texts(saw.path("broken"))).startsWith("pending");
    assertThat(texts(saw.path("broken")).getLast()).contains("failed", "exit status 3");
    assertThat(texts(saw.path("reach"))).containsExactly("0", "100", "5");
    assertThat(saw.path("kept")).as("no token is left after the sign-out").isEmpty();
    BrowserWalks.fitsAPhone(saw.path("wide"), 1);
    walks.nothingWentWrong(saw);
  }

  @Test
  void whoMayOnlyLookIsToldWhyNothingCanBeSwitched() throws Exception {
    JsonNode saw;
    try (var browser = walks.start("viewer", pipeline.person("viewer"), Map.of())) {
      saw = BrowserWalks.saw(browser);
    }

    assertThat(saw.path("switches").asInt())
        .as("a switch, on and off of what never said which it is, a slider with field and button")
        .isEqualTo(6);
    assertThat(texts(saw.path("disabled"))).containsOnly("true");
    assertThat(saw.path("why").asText()).contains("Only operators may switch");
    BrowserWalks.fitsAPhone(saw.path("wide"), 2);
    walks.nothingWentWrong(saw);
  }

  @Test
  void whatDoesNotAnswerIsNamedAndComesBackByItself() throws Exception {
    JsonNode saw;
    try (var browser = walks.start("broken", operator, Map.of())) {
      saw = BrowserWalks.saw(browser);
    }

    assertThat(texts(saw.path("offline")))
        .as("one message, not one for every part of the page")
        .hasSize(1)
        .first(InstanceOfAssertFactories.STRING)
        .contains("cannot be reached", "asks again by itself");
    assertThat(saw.path("whileOffline").asText()).as("what was known stays").contains("hPa");
    assertThat(texts(saw.path("down"))).hasSize(1).first().asString().contains("503");
    assertThat(saw.path("empty").asText())
        .contains("No device has sent anything yet", "nc -N 127.0.0.1 9999", "./fieldline agent");
    assertThat(saw.path("copied").asText()).isEqualTo(saw.path("offered").asText());
    assertThat(saw.path("expired").asText()).contains("Your sign-in has ended");
    assertThat(saw.path("returned").asText()).endsWith("#/device/" + DEVICE + "?range=1h");
    BrowserWalks.fitsAPhone(saw.path("wide"), 3);
    assertThat(texts(saw.path("violations"))).as("axe").isEmpty();
    assertThat(texts(saw.path("errors")))
        .as("nothing but what the browser itself says of requests that fail")
        .allMatch(BrowserJourneyTest::isSaidByTheBrowser);
  }

  // A page that is left while its live path is being opened closes it, which the browser writes
  // down.
  private static boolean isSaidByTheBrowser(String error) {
    return error.contains("Failed to load resource")
        || error.contains("net::ERR")
        || error.endsWith("WebSocket is closed before the connection is established.");
  }

  @Test
  void aLongRangeIsABandThatHidesNothingAndItsAddressCanBeShared() throws Exception {
    String device = DEVICE + ":line";
    long endMs = System.currentTimeMillis() - 60_000;
    // Four minutes, five of silence, four minutes; in each one reading that stands out.
    sendMany(endMs - 780_000, "99.5");
    sendMany(endMs - MANY * MANY_STEP_MS, "-40.25");
    Await.until(
        "all readings of the line in the API",
        Duration.ofSeconds(30),
        () -> operator.readings(device, "flow", endMs - 800_000, endMs),
        points -> points.size() == 2 * MANY);
    JsonNode saw;
    try (var browser =
        walks.start(
            "explorer", pipeline.person("admin"), Map.of("device", device, "sensor", "flow"))) {
      saw = BrowserWalks.saw(browser);
    }

    assertThat(saw.path("found").asText()).contains(device, "via " + DEVICE);
    assertThat(saw.path("searchAddress").asText())
        .endsWith("#/?search=browser-1%3Aline+flow&show=silent");
    assertThat(saw.path("whole").asText()).contains("from −40.25 l/min to 99.5 l/min");
    assertThat(saw.path("file").asText()).isEqualTo("browser-1-line.csv");
    var rows = saw.path("csv").asText().lines().skip(1).map(row -> row.split(",")).toList();
    assertThat(rows).as("each reading, not what a chart can show").hasSize(2 * MANY);
    assertThat(rows)
        .allMatch(row -> row[1].equals(device) && row[2].equals("flow") && row[3].equals("l/min"));
    assertThat(rows).extracting(row -> Double.parseDouble(row[4])).contains(-40.25, 99.5);
    assertThat(rows)
        .extracting(row -> Instant.parse(row[0]).toEpochMilli())
        .as("nothing is made up in a gap")
        .noneMatch(atMs -> atMs > endMs - 530_000 && atMs < endMs - 250_000);
    assertThat(saw.path("part").asText()).isNotEqualTo(saw.path("whole").asText());
    assertThat(saw.path("shared").asText()).isEqualTo(saw.path("part").asText());
    assertThat(saw.path("moved").asText())
        .contains("from=")
        .isNotEqualTo(saw.path("zoomed").asText());
    assertThat(saw.path("preview").asText())
        .contains("would have been an alarm once, for", "last on");
    assertThat(saw.path("dragged").asDouble()).as("the threshold, dragged up").isGreaterThan(50);
    assertThat(saw.path("rule").asText()).contains("flow above 50 l/min");
    assertThat(operator.get("/rules").body().path("rules"))
        .as("the rule is removed")
        .noneMatch(rule -> rule.path("sensor").asText().equals("flow"));
    BrowserWalks.fitsAPhone(saw.path("wide"), 1);
    walks.nothingWentWrong(saw);
  }

  @Test
  void whoKeepsItRunningSeesToAlarmsQuarantineAndPeople() throws Exception {
    var admin = pipeline.person("admin");
    String rule = "browser-hot";
    String plant = DEVICE + ":plant";
    agent.hears("plant/boiler=20 Cel");
    Await.until(
        "the plant in the API",
        Duration.ofSeconds(30),
        () -> admin.get("/devices/" + plant).status(),
        status -> status == 200);
    assertThat(
            admin
                .put(
                    "/rules/" + rule,
                    """
                    {"device": "%s", "sensor": "boiler", "side": "ABOVE", "threshold": 90, "hysteresis": 5}
                    """
                        .formatted(plant))
                .status())
        .isEqualTo(200);
    // A function looks for new rules every two seconds only.
    Await.until(
        "the alarm",
        Duration.ofSeconds(30),
        () -> {
          agent.hears("plant/boiler=97.5 Cel");
          return admin.get("/alarms").body().path("alarms").toString();
        },
        alarms -> alarms.contains(rule));
    pipeline
        .aws()
        .iotData()
        .publish(message ->
            message
                .topic(Topics.ingest("dev", DEVICE))
                .qos(1)
                .payload(SdkBytes.fromUtf8String("{\"v\": 1}")));
    JsonNode saw;
    try (var browser =
        walks.start(
            "keeper",
            admin,
            Map.of(
                "plant",
                plant,
                "rule",
                rule,
                "said",
                "boiler above 90 °C",
                "newcomer",
                "new@fieldline.example"))) {
      saw = BrowserWalks.saw(browser);
    } finally {
      admin.delete("/rules/" + rule);
    }

    assertThat(saw.path("alarm").asText()).contains("at 97.5 °C");
    assertThat(texts(saw.path("story"))).containsExactly("commented", "acknowledged", "raised");
    assertThat(saw.path("message").asText()).contains(DEVICE);
    assertThat(texts(saw.path("functions")).toString()).contains("telemetry");
    assertThat(texts(saw.path("audit")).toString())
        .contains("commented on an alarm", "acknowledged an alarm", "saved an alarm rule");
    BrowserWalks.fitsAPhone(saw.path("wide"), 7);
    walks.nothingWentWrong(saw);
  }

  @Test
  void whoBuildsTheFleetMakesGroupsAndJobsAndAllowsDevices() throws Exception {
    var admin = pipeline.person("admin");
    JsonNode saw;
    try (var browser =
        walks.start("builder", admin, Map.of("group", "browser-hall", "serial", "browser-sn-1"))) {
      saw = BrowserWalks.saw(browser);
    } finally {
      admin.delete("/groups/browser-hall");
      admin.put("/devices/" + DEVICE + "/type", "{\"type\": \"\"}");
    }

    assertThat(texts(saw.path("members"))).containsExactly(DEVICE);
    assertThat(texts(saw.path("types"))).containsExactly("Every type", "tester");
    assertThat(saw.path("ended").asText()).isEqualTo("canceled");
    BrowserWalks.fitsAPhone(saw.path("wide"), 5);
    walks.nothingWentWrong(saw);
  }

  private void sendMany(long fromMs, String outlier) throws IOException {
    var values = wave(MANY - 1, 20, 5, outlier);
    var line = new StringJoiner(" ");
    for (int i = 0; i < MANY; i++) {
      line.add("line/flow=" + values.get(i) + " l/min @" + (fromMs + i * MANY_STEP_MS));
    }
    agent.hears(line.toString());
  }

  private Map<String, List<Person.Point>> sent() {
    var sent = new HashMap<String, List<Person.Point>>();
    SENT.forEach((sensor, values) -> {
      var points = new ArrayList<Person.Point>();
      for (String value : values) {
        points.add(new Person.Point(firstMs + points.size() * STEP_MS, Double.parseDouble(value)));
      }
      sent.put(sensor.split(" ")[0], points);
    });
    return sent;
  }

  private static Map<String, List<Person.Point>> tables(JsonNode saw) {
    var tables = new HashMap<String, List<Person.Point>>();
    saw.path("tables")
        .properties()
        .forEach(table -> {
          var points = new ArrayList<Person.Point>();
          for (JsonNode row : table.getValue()) {
            points.add(new Person.Point(row.path("atMs").asLong(), row.path("value").asDouble()));
          }
          tables.put(table.getKey(), points);
        });
    return tables;
  }
}
