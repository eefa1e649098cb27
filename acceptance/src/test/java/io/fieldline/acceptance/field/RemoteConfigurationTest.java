// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.control.AgentCtl;
import io.fieldline.agent.reload.Reconfiguration;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;

/// The configuration of a device by the shadow `config`, whatever ends the agent, and shadows that
/// are changed on both sides while it is away.
@Timeout(180)
class RemoteConfigurationTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String CONFIG = "config";
  private static FieldCloud cloud;
  private static int things;

  @TempDir Path folder;
  private String thing = "";

  @BeforeAll
  static void start() {
    cloud = new FieldCloud();
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @BeforeEach
  void register() throws IOException {
    thing = "far-" + ++things;
    cloud.thing(thing, folder);
  }

  private Path config(String more) throws IOException {
    return cloud.config(folder, "thing: " + thing + "\nconfigShadow: {trialSeconds: 2}\n" + more);
  }

  private void desire(String state) {
    update(CONFIG, "{\"state\":{\"desired\":" + state.replace('\'', '"') + "}}");
  }

  private void update(String shadow, String document) {
    cloud
        .aws
        .iotData()
        .updateThingShadow(update -> {
          update.thingName(thing).payload(SdkBytes.fromUtf8String(document));
          if (!shadow.isEmpty()) {
            update.shadowName(shadow);
          }
        });
  }

  private JsonNode shadow(String name) throws IOException {
    try {
      var answer =
          cloud
              .aws
              .iotData()
              .getThingShadow(asked -> {
                asked.thingName(thing);
                if (!name.isEmpty()) {
                  asked.shadowName(name);
                }
              });
      return new ObjectMapper().readTree(answer.payload().asUtf8String()).path("state");
    } catch (ResourceNotFoundException e) {
      return new ObjectMapper().createObjectNode();
    }
  }

  private JsonNode reported(String state) {
    return Await.until(
            "the configuration to be " + state,
            LIMIT,
            () -> shadow(CONFIG),
            shadow -> shadow.at("/reported/status/state").asText().equals(state))
        .path("reported");
  }

  private String ctl(String... words) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> all = new ArrayList<>(List.of("--config", folder + "/agent.yaml"));
    all.addAll(List.of(words));
    assertThat(new AgentCtl(print, print).run(all)).as(out::toString).isIn(0, 1);
    return out.toString(StandardCharsets.UTF_8);
  }

  /// The commands of the how-to, as they stand there.
  @Test
  void whatTheAwsCommandLineDesiresIsTakenReportedAndHoldsWithoutACloud() throws Exception {
    List<String> commands = commandsOfTheGuide();
    Path config = config("");
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      aws(commands.get(0));

      JsonNode reported = reported("in-force");
      assertThat(reported.at("/edge/0/deadband").asDouble()).isEqualTo(0.2);
      assertThat(reported.at("/status/version").asLong()).isPositive();
      assertThat(shadow(CONFIG).has("delta")).isFalse();
      assertThat(aws(commands.get(1))).contains("in-force").doesNotContain("\"delta\"");
      assertThat(ctl("config", "diff"))
          .contains("edge[0].deadband: file (none), shadow 0.2, in force 0.2\n")
          .contains("machine.everyMs: file 10000, shadow 30000, in force 30000\n");

      aws(commands.get(2));
      Await.until(
          "no edge rule", LIMIT, () -> ctl("config", "diff"), diff -> !diff.contains("edge"));
      agent.kill();
    }
    Files.writeString(
        config, Files.readString(config).replaceFirst("localhost:\\d+", "localhost:1"));
    try (var agent = new FieldAgent(config)) {
      agent.await("ready");
      assertThat(ctl("config", "diff"))
          .contains("machine.everyMs: file 10000, shadow 30000")
          .doesNotContain("edge");
    }
  }

  private static List<String> commandsOfTheGuide() throws IOException {
    Path guide = Checkout.root().resolve("docs/how-to/configure-agents-remotely.md");
    return Pattern.compile("```sh\n(aws .*?)```", Pattern.DOTALL)
        .matcher(Files.readString(guide))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  /// A line of a shell, on this thing and this stack.
  private String aws(String command) {
    String here =
        command
            .replace("gateway-1", thing)
            .replaceFirst("aws ", "/usr/bin/aws --endpoint-url " + cloud.stack.endpoint() + " ");
    var environment =
        Map.of(
            "AWS_ACCESS_KEY_ID", "test",
            "AWS_SECRET_ACCESS_KEY", "test",
            "AWS_DEFAULT_REGION", "us-east-1",
            "AWS_EC2_METADATA_DISABLED", "true",
            "HOME", folder.toString());
    var said = Program.run(folder, environment, LIMIT, List.of("/bin/sh", "-c", here));
    assertThat(said.exitCode()).as(said.output()).isZero();
    return said.output();
  }

  @Test
  void theFileIsTakenAtASignalOrByAgentctlAndAWrongOneIsNot() throws Exception {
    Path config = config("");
    String text = Files.readString(config);
    try (var agent = new FieldAgent(config)) {
      agent.await("ready");
      Files.writeString(config, text + "edge: [{sensor: t}]\n");
      agent.hangUp();
      agent.await("configuration file taken");
      assertThat(ctl("config", "diff")).contains("the agent works with it as it is");

      Files.writeString(config, text + "edge: [{sensor: t, deadband: -1}]\n");
      agent.hangUp();
      agent.await("configuration file not taken");
      assertThat(ctl("config", "reload"))
          .contains("'edge[0].deadband': 0 or more expected, got -1");

      Files.writeString(config, text + "log: {level: debug}\n");
      assertThat(ctl("config", "reload")).contains("taken, changed\n").contains("  log.level\n");
      Files.writeString(config, text + "log: {format: json}\n");
      assertThat(ctl("config", "reload")).contains("take a restart of the agent: log.format");
    }
  }

  @Test
  void whatIsWrongOrTheFilesIsRefusedByItsNameAndWhatIsTakenAwayIsTheFilesAgain() throws Exception {
    desire("{'log':{'level':'warning'}}");
    try (var agent = new FieldAgent(config(""))) {
      agent.await("connected");
      reported("in-force");

      desire("{'log':{'level':'loud'}}");
      JsonNode refused = reported("refused");
      assertThat(refused.at("/status/errors").toString())
          .isEqualTo(
              "[{\"key\":\"log.level\",\"expected\":\"one of error, warning, info, debug\","
                  + "\"came\":\"'loud'\"}]");
      assertThat(refused.at("/log/level").asText()).isEqualTo("warning");

      desire("{'log':{'level':'warning'},'cloud':{'endpoint':'elsewhere:1'}}");
      Await.until(
          "the endpoint to be refused",
          LIMIT,
          () -> shadow(CONFIG).at("/reported/status/errors/0/key").asText(),
          "cloud.endpoint"::equals);
      assertThat(ctl("config", "diff")).contains("log.level: file info, shadow warning");

      desire("{'log':null,'cloud':null}");
      reported("in-force");
      assertThat(shadow(CONFIG).at("/reported/log").isMissingNode()).isTrue();
      assertThat(ctl("config", "diff")).contains("the agent works with it as it is");
    }
  }

  @Test
  void aSourceThatFailsWithItIsTakenBackAndTheOtherOneNeverNoticed() throws Exception {
    HttpServer meter =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    meter.createContext(
        "/",
        exchange -> {
          byte[] body = "{\"power\":7}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    meter.start();
    String page =
        """
          - name: %s
            url: http://localhost:%d/
            everyMs: 100
            values: [{pointer: /power, sensor: power}]
        """;
    int port = meter.getAddress().getPort();
    Path config = config("pages:\n" + page.formatted("one", port) + page.formatted("two", port));
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      desire("{'pages':{'one':{'everyMs':200}}}");
      reported("in-force");

      desire("{'pages':{'one':{'everyMs':null,'values':[{'pointer':'/none','sensor':'x'}]}}}");
      JsonNode back = reported("taken-back");

      assertThat(back.at("/status/why").asText()).contains("source page one: ").contains("/none");
      assertThat(back.at("/pages/one").toString()).isEqualTo("{\"everyMs\":200}");
      assertThat(ctl("config", "diff")).contains("pages.one.everyMs: file 100, shadow 200");
      assertThat(ctl("status")).doesNotContainPattern("page two .*refused");
    } finally {
      meter.stop(0);
    }
  }

  @Test
  void anActuatorMovedAtTheDeviceAndAShadowChangedElsewhereWhileItWasOffline() throws Exception {
    Path file = config("actuators:\n  lamp: {type: switch}\n  fan: {type: switch}\n");
    var configuration = Reconfiguration.open(file, Clock.systemUTC());
    try (var agent =
        new DeviceAgent(configuration, Clock.systemUTC(), RandomGenerator.getDefault())) {
      awaitReported("{\"fan\":false,\"lamp\":false," + switches("fan", "lamp"));
      agent.disconnect();
      agent.actuate("lamp", true);
      update("", "{\"state\":{\"reported\":{\"room\":\"hall\",\"fan\":null}}}");
      agent.reconnect();

      awaitReported("{\"fan\":false,\"lamp\":true,\"room\":\"hall\"," + switches("fan", "lamp"));
    }
    Files.writeString(file, Files.readString(file).replace("  fan: {type: switch}\n", ""));
    try (var _ =
        new DeviceAgent(
            Reconfiguration.open(file, Clock.systemUTC()),
            Clock.systemUTC(),
            RandomGenerator.getDefault())) {
      awaitReported("{\"lamp\":true,\"room\":\"hall\"," + switches("lamp"));
    }
  }

  /// What they take, to the end of the document.
  private static String switches(String... names) {
    return Stream.of(names)
        .map("{\"name\":\"%s\",\"kind\":\"BOOLEAN\"}"::formatted)
        .collect(Collectors.joining(",", "\"actuators\":[", "]}"));
  }

  private void awaitReported(String expected) {
    Await.until(
        "reported: " + expected,
        LIMIT,
        () -> shadow("").path("reported"),
        reported -> {
          try {
            return reported.equals(new ObjectMapper().readTree(expected));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  /// What is desired goes to and fro while the agent is killed at moments by chance; each time it
  /// comes back with one of the two, whole.
  @Test
  @Tag("long")
  @Timeout(600)
  void killedAtAnyMomentTheOneOrTheOtherIsInForce() throws Exception {
    var random = new SplittableRandom(7);
    Path config = config("");
    var last = new AtomicReference<>("");
    for (int round = 0; round < 30; round++) {
      try (var agent = new FieldAgent(config)) {
        agent.await("connected");
        String level = round % 2 == 0 ? "debug" : "warning";
        desire("{'log':{'level':'%s'},'edge':[{'sensor':'%s'}]}".formatted(level, level));
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(250)));
        agent.kill();
      }
      Files.writeString(
          config, Files.readString(config).replaceFirst("localhost:\\d+", "localhost:1"));
      try (var agent = new FieldAgent(config)) {
        agent.await("ready");
        String diff = ctl("config", "diff");
        boolean debug = diff.contains("log.level: file info, shadow debug");
        assertThat(diff.contains("edge[0].sensor: file (none), shadow debug")).isEqualTo(debug);
        assertThat(diff.contains("edge[0].sensor: file (none), shadow warning"))
            .isEqualTo(diff.contains("log.level: file info, shadow warning"));
        last.set(last.get() + (debug ? "d" : "w"));
      }
      Files.writeString(
          config,
          Files.readString(config)
              .replaceFirst("localhost:1\\b", "localhost:" + cloud.stack.mqttPort()));
    }
    assertThat(last.get()).contains("d").contains("w");
  }
}
