// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The agent in this process, against a cloud over mutual TLS.
@Timeout(60)
class DeviceAgentTest {
  private static final String ACTUATORS =
      """
      actuators:
        lamp: {type: switch}
        pump: {type: tcp, device: pump-1, timeoutMs: 3000}
      """;

  @TempDir Path folder;

  private Credentials credentials;
  private TestCloud cloud;

  @BeforeEach
  void cloud() throws Exception {
    credentials = new Credentials(folder);
    cloud = new TestCloud(credentials, 0);
  }

  @AfterEach
  void end() {
    cloud.close();
  }

  @Test
  void readingsArriveOnceWithTheirDeviceUnitAndTime() throws Exception {
    try (DeviceAgent agent = agent("");
        var sensor = new Sensor(agent)) {
      sensor.says("t=21.5 Cel @1767225600000", "ok 1");
      sensor.says("probe/t=3", "ok 1");

      await(() -> cloud.batches().size() == 2);
    }
    TelemetryBatch own = batch("gw");
    assertThat(own.readings())
        .containsExactly(new Reading("gw", "t", "Cel", 1_767_225_600_000L, 21.5));
    assertThat(batch("gw:probe").firstSeq()).isZero();
  }

  /// So that a port that speaks several protocols, as 443 does, knows what comes.
  @Test
  void sessionIsNamedAsMqttInTheTlsHandshakeOnAnyPort() throws Exception {
    try (var _ = agent("")) {
      assertThat(cloud.protocols().poll(15, TimeUnit.SECONDS)).isEqualTo("x-amzn-mqtt-ca");
    }
  }

  @Test
  void whatIsAcceptedWithoutACloudArrivesWhenItComesBackAndNothingIsMissing() throws Exception {
    int port = cloud.port();
    cloud.close();
    try (DeviceAgent agent = agent("", port);
        var sensor = new Sensor(agent)) {
      for (int i = 0; i < 500; i++) {
        sensor.says("n=" + i, "ok 1");
      }
      cloud = new TestCloud(credentials, port);
      cloud.withholdAcknowledgements(true);
      await(() -> agent.link().isConnected());
      cloud.dropConnection();
      cloud.withholdAcknowledgements(false);
      for (int i = 500; i < 1000; i++) {
        sensor.says("n=" + i, "ok 1");
        if (i == 700) {
          cloud.dropConnection();
        }
      }

      await(() -> new HashSet<>(cloud.values()).size() == 1000);
    }
    assertThat(new HashSet<>(cloud.values()))
        .isEqualTo(new HashSet<>(LongStream.range(0, 1000).boxed().toList()));
    // A batch that came twice is the same to the byte, so its identity tells.
    Map<Long, List<TelemetryBatch>> bySeq =
        cloud.batches().stream().collect(Collectors.groupingBy(TelemetryBatch::firstSeq));
    assertThat(bySeq.values()).allSatisfy(same -> assertThat(new HashSet<>(same)).hasSize(1));
  }

  @Test
  void poisonBatchIsPutAsideAndTheOthersPass() throws Exception {
    cloud.refuse(payload -> new String(payload, StandardCharsets.UTF_8).contains("poison"));
    try (DeviceAgent agent = agent("");
        var sensor = new Sensor(agent)) {
      sensor.says("bad/poison=1", "ok 1");
      sensor.says("n=1", "ok 1");
      sensor.says("n=2", "ok 1");

      await(() -> agent.metrics().count("fieldline_dead_letters_total") == 1);
      await(() -> new HashSet<>(cloud.values()).containsAll(List.of(1L, 2L)));
      sensor.says("n=3", "ok 1");
      await(() -> cloud.values().contains(3L));
    }
    assertThat(folder.resolve("data/dead-letters/0000000001.log")).isNotEmptyFile();
  }

  @Test
  void refusalOfEverythingLosesNothing() throws Exception {
    cloud.refuse(payload -> new String(payload, StandardCharsets.UTF_8).contains("rows"));
    try (DeviceAgent agent = agent("");
        var sensor = new Sensor(agent)) {
      sensor.says("n=1", "ok 1");
      await(() -> agent.metrics().count("fieldline_uplink_refused_total") >= 3);
      sensor.says("n=2", "ok 1");
      await(() -> agent.metrics().count("fieldline_uplink_refused_total") >= 6);

      cloud.refuse(_ -> false);

      await(() -> new HashSet<>(cloud.values()).containsAll(List.of(1L, 2L)));
      assertThat(agent.metrics().count("fieldline_dead_letters_total")).isZero();
    }
  }

  @Test
  void commandIsDoneOnceReportedAndShownInTheClassicShadow() throws Exception {
    Map<String, Object> command = Map.of("id", "c1", "value", true, "expiresAtMs", soon());
    try (DeviceAgent agent = agent(ACTUATORS)) {
      await(() -> agent.link().isConnected());

      cloud.desire("commands", Map.of("lamp", command));

      assertThat(success("lamp", "c1")).containsAllEntriesOf(command);
      await(() -> Boolean.TRUE.equals(cloud.reported("").get("lamp")));
    }
    try (DeviceAgent agent = agent(ACTUATORS)) {
      await(() -> agent.link().isConnected());
      // Same value: only id and expiry differ, so the delta holds no value.
      cloud.desire(
          "commands", Map.of("lamp", Map.of("id", "c2", "expiresAtMs", soon(), "value", true)));
      assertThat(success("lamp", "c2")).containsEntry("value", true);
      assertThat(agent.metrics().count("fieldline_commands_total{status=\"SUCCEEDED\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void commandGivenWhileTheAgentWasAwayIsTakenFromTheShadowAndALateOneIsRefused() throws Exception {
    cloud.desire(
        "commands", Map.of("lamp", Map.of("id", "a", "value", true, "expiresAtMs", soon())));
    cloud.desire("commands", Map.of("fan", Map.of("id", "b", "value", 1L, "expiresAtMs", soon())));
    cloud.desire("commands", Map.of("pump", Map.of("id", "c", "value", 1L, "expiresAtMs", 5L)));
    try (DeviceAgent _ = agent(ACTUATORS)) {
      await(() -> status("lamp").equals("SUCCEEDED"));
      await(() -> status("fan").equals("REJECTED"));
      await(() -> status("pump").equals("EXPIRED"));
    }
  }

  @Test
  void whatActuatorsTakeIsReportedAndWhatTheyDoNotTakeIsRejectedBeforeTheyMove() throws Exception {
    String more =
        """
        allowedPrograms: [/usr/bin/touch]
        actuators:
          lamp: {type: switch}
          dimmer: {type: switch, takes: number, minimum: 0, maximum: 100, step: 2.5, unit: "%"}
          gw:mode: {type: switch, takes: text, options: [eco, off]}
          door: {type: exec, command: [/usr/bin/touch, "$MOVED"], takes: boolean}
          pump: {type: tcp, device: pump-1}
        """;
    Path moved = folder.resolve("moved");
    try (DeviceAgent agent = agent(more.replace("$MOVED", moved.toString()))) {
      await(() -> agent.link().isConnected() && cloud.reported("").containsKey("actuators"));

      assertThat(cloud.reported(""))
          .isEqualTo(
              JsonText.parse(
                  """
                  {"lamp": false, "dimmer": 0, "gw:mode": "eco",
                   "actuators": [
                    {"name": "dimmer", "kind": "NUMBER",
                     "minimum": 0, "maximum": 100, "step": 2.5, "unit": "%"},
                    {"name": "door", "kind": "BOOLEAN"},
                    {"name": "gw:mode", "kind": "TEXT", "options": ["eco", "off"]},
                    {"name": "lamp", "kind": "BOOLEAN"},
                    {"name": "pump"}]}
                  """));
      assertThat(rejected("dimmer", "a", 101L))
          .isEqualTo("'dimmer': a number from 0 to 100 (%) in steps of 2.5 expected, got 101");
      assertThat(rejected("gw:mode", "b", "warm"))
          .isEqualTo("'gw:mode': one of eco, off expected, got 'warm'");
      assertThat(rejected("door", "c", 1L)).isEqualTo("'door': true or false expected, got 1");
      assertThat(agent.actuate("door", "open").detail())
          .isEqualTo("'door': true or false expected, got 'open'");
      assertThat(moved).doesNotExist();

      desire("dimmer", "d", 97.5);
      desire("door", "e", true);
      await(() -> status("dimmer").equals("SUCCEEDED") && status("door").equals("SUCCEEDED"));
      assertThat(moved).exists();
    }
    try (DeviceAgent agent = agent("")) {
      await(() -> agent.link().isConnected() && !cloud.reported("").containsKey("actuators"));
    }
  }

  private void desire(String actuator, String id, Object value) throws Exception {
    cloud.desire(
        "commands", Map.of(actuator, Map.of("id", id, "value", value, "expiresAtMs", soon())));
  }

  private String rejected(String actuator, String id, Object value) throws Exception {
    desire(actuator, id, value);
    await(() -> status(actuator).equals("REJECTED"));
    return (String)
        JsonText.object(cloud.reported("commands").get(actuator)).orElseThrow().get("detail");
  }

  @Test
  void commandGoesDownTheSensorsOwnConnection() throws Exception {
    try (DeviceAgent agent = agent(ACTUATORS);
        var sensor = new Sensor(agent)) {
      sensor.says("pump-1/flow=0", "ok 1");
      await(() -> agent.link().isConnected());

      cloud.desire(
          "commands", Map.of("pump", Map.of("id", "p1", "value", 7L, "expiresAtMs", soon())));

      assertThat(sensor.line()).isEqualTo("command p1 pump 7");
      sensor.says("done p1", "ok 0");
      await(() -> status("pump").equals("SUCCEEDED"));
    }
  }

  @Test
  void sensorThatIsAServerIsReadAndConnectedToAgainWhenItEnds() throws Exception {
    try (var sensor = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String more =
          """
          tcpClients:
            - connect: localhost:%d
              device: scale
              greeting: "START\\n"
          """
              .formatted(sensor.getLocalPort());
      try (DeviceAgent agent = agent(more)) {
        for (int weight = 1; weight <= 2; weight++) {
          try (Socket connected = sensor.accept()) {
            assertThat(connected.getInputStream().readNBytes(6)).asString().isEqualTo("START\n");
            String line = "weight=" + weight + " kg\nnonsense\n";
            connected.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
            long value = weight;
            await(() -> cloud.values().contains(value));
          }
        }
        assertThat(batch("gw:scale").readings().getFirst().unit()).isEqualTo("kg");
        assertThat(
                agent
                    .metrics()
                    .count("fieldline_refused_total{source=\"tcp-client\",reason=\"syntax\"}"))
            .isEqualTo(2);
      }
    }
  }

  @Test
  void mqttDevicesAreHeardAnsweredAndCommanded() throws Exception {
    String more =
        """
        actuators:
          plug: {type: mqtt, topic: cmnd/plug/POWER, payload: "{onOff}", answerTopic: stat/plug/RESULT}
        """;
    try (DeviceAgent agent = agent(more);
        var device = new MqttDevice(agent.addresses().get("mqtt"))) {
      device.subscribe("errors/#");
      device.subscribe("cmnd/plug/POWER");
      device.publish("plug/temperature", "21.5");
      device.publish("plug/temperature", "warm");
      assertThat(device.next("errors/plug/temperature")).contains("'warm'");
      await(() -> cloud.batches().stream().anyMatch(batch -> batch.device().equals("gw:plug")));

      cloud.desire(
          "commands", Map.of("plug", Map.of("id", "m1", "value", true, "expiresAtMs", soon())));

      assertThat(device.next("cmnd/plug/POWER")).isEqualTo("ON");
      device.publish("stat/plug/RESULT", "{\"POWER\":\"ON\"}");
      await(() -> status("plug").equals("SUCCEEDED"));

      cloud.desire(
          "commands", Map.of("plug", Map.of("id", "m2", "value", 0L, "expiresAtMs", soon())));

      assertThat(device.next("cmnd/plug/POWER")).isEqualTo("OFF");
      device.publish("stat/plug/RESULT", "{\"Command\":\"Unknown\"}");
      await(() -> status("plug").equals("FAILED"));
    }
  }

  @Test
  void liveValuesAreSentOnlyWhileSomebodyLooks() throws Exception {
    try (DeviceAgent agent = agent("");
        var sensor = new Sensor(agent)) {
      sensor.says("t=1", "ok 1");
      await(() -> agent.link().isConnected());
      assertThat(cloud.live().poll(1500, TimeUnit.MILLISECONDS)).isNull();

      cloud.desire("live", Map.of("untilMs", System.currentTimeMillis() + 60_000));

      TestCloud.Message message = cloud.live().poll(5, TimeUnit.SECONDS);
      assertThat(message).isNotNull();
      assertThat(message.topic()).isEqualTo("fieldline/gw/live");
      assertThat(MessageCodec.decodeBatch(message.payload()).readings().getFirst().value())
          .isEqualTo(1);
    }
  }

  /// With a window that no test waits for.
  @Test
  void whatTurnsAnAlarmRuleGoesOutAtOnceAndWhatIsWrongWithRulesChangesNothingAndIsSaid()
      throws Exception {
    cloud.desire("alarms", Map.of("rules", List.of(hotterThan("hot", 30))));
    Path config = AgentProcess.config(folder, "localhost:" + cloud.port(), "");
    Files.writeString(config, Files.readString(config).replace("windowMs: 50", "windowMs: 60000"));
    try (var agent =
            new DeviceAgent(
                ConfigFile.read(config), Clock.systemUTC(), RandomGenerator.getDefault());
        var sensor = new Sensor(agent)) {
      await(() -> cloud.reported("alarms").equals(Map.of("rules", 1L)));
      sensor.says("t=29", "ok 1");
      sensor.says("t=31", "ok 1");
      await(() -> cloud.values().equals(List.of(29L, 31L)));

      cloud.desire("alarms", Map.of("rules", "none"));
      await(() -> cloud.reported("alarms").containsKey("problem"));
      assertThat(cloud.reported("alarms")).containsEntry("rules", 1L);
      sensor.says("t=20", "ok 1");
      await(() -> cloud.values().size() == 3);

      var later = Map.<String, Object>of("name", "later", "kind", "WEEKDAY", "devices", List.of());
      cloud.desire("alarms", Map.of("rules", List.of(later, hotterThan("hot", 10))));
      await(() -> !cloud.reported("alarms").containsKey("problem"));
      assertThat(cloud.reported("alarms"))
          .isEqualTo(Map.of("rules", 1L, "notUnderstood", List.of("later")));
      sensor.says("t=21", "ok 1");
      await(() -> cloud.values().size() == 4);

      cloud.desire("alarms", Map.of("rules", JsonText.NULL));
      await(() -> cloud.reported("alarms").equals(Map.of("rules", 0L)));
      assertThat(agent.metrics().count("fieldline_early_batches_total")).isEqualTo(3);
    }
  }

  /// As AWS IoT does with what no policy allows, be it the agent that is newer.
  @Test
  void aCloudThatKnowsNoShadowOfAlarmsIsNotAskedAgainAndAgain() throws Exception {
    var asked = new AtomicInteger();
    cloud.refuseTopics(topic -> topic.endsWith("/name/alarms/get") && asked.incrementAndGet() > 0);
    try (DeviceAgent agent = agent("");
        var sensor = new Sensor(agent)) {
      await(() -> asked.get() == 2);
      sensor.says("t=1", "ok 1");
      await(() -> cloud.values().equals(List.of(1L)));
      long session = agent.link().session();
      cloud.dropConnection();
      await(() -> agent.link().session() > session && agent.link().isConnected());
      sensor.says("t=2", "ok 1");
      await(() -> cloud.values().size() == 2);
      assertThat(asked.get()).isEqualTo(2);
    }
  }

  private static Map<String, Object> hotterThan(String name, long threshold) {
    return Map.of(
        "name",
        name,
        "sensor",
        "t",
        "side",
        "ABOVE",
        "threshold",
        threshold,
        "devices",
        List.of("gw"));
  }

  private DeviceAgent agent(String more) throws Exception {
    return agent(more, cloud.port());
  }

  private DeviceAgent agent(String more, int port) throws Exception {
    Path config = AgentProcess.config(folder, "localhost:" + port, more);
    return new DeviceAgent(
        ConfigFile.read(config), Clock.systemUTC(), RandomGenerator.getDefault());
  }

  private TelemetryBatch batch(String device) {
    return cloud.batches().stream()
        .filter(batch -> batch.device().equals(device))
        .findFirst()
        .orElseThrow();
  }

  /// The report of that command's success; an outcome may be reported more than once.
  private Map<String, Object> success(String actuator, String id) throws InterruptedException {
    Map<String, Object> report = report(actuator);
    while (!("SUCCEEDED".equals(report.get("status")) && id.equals(report.get("id")))) {
      report = report(actuator);
    }
    return report;
  }

  private Map<String, Object> report(String actuator) throws InterruptedException {
    Map<String, Object> report = cloud.reports().poll(10, TimeUnit.SECONDS);
    assertThat(report).isNotNull();
    return JsonText.object(report.get(actuator)).orElseThrow();
  }

  private String status(String actuator) {
    return JsonText.object(cloud.reported("commands").get(actuator))
        .map(echo -> (String) echo.get("status"))
        .orElse("");
  }

  private static long soon() {
    return System.currentTimeMillis() + 60_000;
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 20 s");
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }
}
