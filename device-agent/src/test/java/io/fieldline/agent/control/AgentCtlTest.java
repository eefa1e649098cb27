// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.LocalAgent;
import io.fieldline.agent.identity.DeviceCertificate;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// agentctl against an agent that is connected to a cloud, over its socket.
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AgentCtlTest {
  private static final String MORE =
      """
      actuators:
        heater: {type: http, url: "http://heater/on", authorization: "Basic geheim"}
      """;

  @TempDir static Path folder;

  private LocalAgent local;
  private ControlServer server;

  @BeforeAll
  void agent() throws Exception {
    local = LocalAgent.connected(folder, MORE);
    DeviceAgent agent = local.agent();
    var operations = new AgentOperations(agent, local.configuration().config(), Clock.systemUTC());
    server =
        new ControlServer(socket(), operations.all(local.configuration(), () -> List.of("a line")));
  }

  @AfterAll
  void end() throws Exception {
    server.close();
    local.close();
    assertThat(socket()).doesNotExist();
  }

  private Path socket() {
    return folder.resolve("data/agent.sock");
  }

  @Test
  void socketIsForItsOwnerAndItsGroupAlone() throws Exception {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())))
        .isEqualTo("rw-rw----");
  }

  @Test
  void statusIsTextForPeopleAndJsonForPrograms() throws Exception {
    assertThat(ctl("status").done())
        .contains("gw (stage dev), version ")
        .contains("link  connected to localhost:")
        .contains("sources\n");
    assertThat(JsonText.parseObject(ctl("--json", "status").done())).containsEntry("thing", "gw");
  }

  @Test
  void certificateShowTellsItsIdInAwsIot() throws Exception {
    assertThat(ctl("certificate", "show").done())
        .contains("certificateId  " + DeviceCertificate.read(folder.resolve("cert.pem")).id())
        .contains("subject  CN=gw");
  }

  @Test
  void whatNeedsJobsIsRefusedWhereTheAgentTakesNone() {
    assertThat(ctl("certificate", "rotate", "template").refused(1))
        .isEqualTo("agentctl: this agent takes no jobs: jobs.enabled is false in its file\n");
  }

  @Test
  void configIsCheckedAndComparedWithWhatRuns() throws Exception {
    String before = Files.readString(local.file());
    try {
      assertThat(ctl("config", "check").done()).endsWith("agent.yaml: valid\n");
      assertThat(ctl("config", "diff").done()).contains("the agent works with it as it is");

      Files.writeString(
          local.file(),
          before.replace("windowMs: 50", "windowMs: 60").replace("geheim", "neu")
              + "spool: {segmentBytes: 8192}\n");
      assertThat(ctl("config", "diff").done())
          .contains("batch.windowMs: file 60, in force 50\n")
          .contains("spool.segmentBytes: file 8192, in force 4194304\n")
          .contains("actuators.heater.authorization: file (removed), in force (removed)\n")
          .contains("restart the agent");

      Files.writeString(local.file(), before + "nonsense: 1\n");
      assertThat(ctl("config", "check").done()).contains("unknown key 'nonsense'");
    } finally {
      Files.writeString(local.file(), before);
    }
  }

  @Test
  void namedAndClassicShadowsAreReadAndChangedOverTheAgentsConnection() throws Exception {
    ctl("shadow", "set", "{\"reported\":{\"door\":\"open\"}}").done();
    ctl("shadow", "set", "{\"reported\":{\"room\":7}}", "place").done();

    assertThat(local.cloud().reported("")).containsEntry("door", "open");
    assertThat(JsonText.parseObject(ctl("--json", "shadow", "get", "place").done()))
        .containsEntry("state", Map.of("desired", Map.of(), "reported", Map.of("room", 7L)))
        .doesNotContainKey("clientToken");
    assertThat(ctl("shadow", "set", "{\"wanted\":1}").refused(1)).contains("reported or desired");
    assertThat(ctl("shadow", "set", "{").refused(1)).contains("JSON expected");
    assertThat(ctl("shadow", "get", "a/b").refused(1)).contains("got a/b");
  }

  @Test
  void tailShowsReadingsOfTheDevicesAndSensorsAskedFor() throws Exception {
    try (var call =
        new Call("{\"command\":\"tail\",\"arguments\":{\"sensor\":\"t*\",\"count\":2}}")) {
      assertThat(call.line()).contains("listening");
      local.agent().intake().accept("test", List.of(reading("t1", 1), reading("u", 2)));
      local.agent().intake().accept("test", List.of(reading("t2", 3)));

      assertThat(call.lineWithout("listening")).contains("\"sensor\":\"t1\"");
      assertThat(call.lineWithout("listening")).contains("\"sensor\":\"t2\"");
      assertThat(call.lineWithout("listening")).isEqualTo("{\"done\":{}}");
    }
  }

  /// The caller reads nothing while more comes than its queue and the socket hold.
  @Test
  void tailThatIsNotReadHoldsUpNobodyAndIsToldWhatItMissed() throws Exception {
    int many = 10_000;
    try (var call = new Call("{\"command\":\"tail\",\"arguments\":{}}")) {
      assertThat(call.line()).contains("listening");
      List<Reading> readings = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        readings.add(reading("flood", i));
      }
      long before = System.nanoTime();
      for (int i = 0; i < many; i += readings.size()) {
        local.agent().intake().accept("test", readings);
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));

      long shown = 0;
      long leftOut = 0;
      while (shown + leftOut < many) {
        Map<String, Object> item =
            JsonText.object(JsonText.parseObject(call.line()).get("item")).orElseThrow();
        leftOut += item.get("leftOut") instanceof Long missed ? missed : 0;
        shown += "flood".equals(item.get("sensor")) ? 1 : 0;
      }
      assertThat(leftOut).isPositive();
      assertThat(shown + leftOut).isEqualTo(many);
    }
  }

  @Test
  void supportBundleHoldsNoSecretAndNoKeyAndOverwritesNothing() throws Exception {
    Path bundle = folder.resolve("bundle.tar.gz");

    assertThat(ctl("support-bundle", bundle.toString()).done()).contains("bytes");

    String all = output("tar", "xOzf", bundle.toString());
    assertThat(output("tar", "tzf", bundle.toString()).lines())
        .contains("support-gw/status.json", "support-gw/metrics.txt", "support-gw/config.yaml")
        .contains("support-gw/log.txt", "support-gw/files.txt", "support-gw/threads.txt");
    assertThat(all)
        .contains("authorization: (removed)")
        .contains("fieldline_connected 1")
        .contains("a line")
        .contains("spool/epoch")
        .doesNotContain("geheim")
        .doesNotContain("PRIVATE KEY");
    assertThat(ctl("support-bundle", bundle.toString()).refused(1)).contains("is there already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                | a command expected; known: status, queue ls",
        "queue             | no such command: queue; known: queue ls, queue peek",
        "frob              | no such command: frob; agentctl --help shows all",
        "status now        | 'now' is too much: status",
        "tail --count many | --count: a whole number from 1 to 1000000 expected, got 'many'",
        "tail --count      | --count: a value expected, got nothing",
        "tail --color      | unknown --color: tail [--device TEXT]",
        "queue drop        | queue drop: count: a whole number from 1 to 1000000 expected, got nothing",
        "shadow set        | shadow set: state: text expected, got nothing",
      })
  void wrongWordsAreRefusedWithWhatWasExpected(String words, String expected) {
    String[] arguments = words.isEmpty() ? new String[0] : words.split(" ");

    assertThat(ctl(arguments).refused(2)).startsWith("agentctl: " + expected);
  }

  @Test
  void whereNoAgentRunsItSaysSo() throws Exception {
    Path none = folder.resolve("none.sock");
    assertThat(new Run("--socket", none.toString(), "status").refused(1))
        .isEqualTo("agentctl: " + none + ": no agent runs here: its socket is not there\n");

    Path left = folder.resolve("left.sock");
    ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    killed.bind(UnixDomainSocketAddress.of(left));
    killed.close();
    assertThat(new Run("--socket", left.toString(), "status").refused(1))
        .contains("no agent runs: its socket was left behind");

    assertThat(new Run("--config", folder + "/none.yaml", "status").refused(1))
        .contains("none.yaml: a configuration file expected, none is there");
  }

  /// What an agent that was killed left behind is taken over; what another holds is not.
  @Test
  void oneAgentASocket() throws Exception {
    Path left = folder.resolve("taken.sock");
    ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    killed.bind(UnixDomainSocketAddress.of(left));
    killed.close();

    try (var _ = new ControlServer(left, Map.of())) {
      assertThat(new Run("--socket", left.toString(), "status").refused(1))
          .contains("'status' is not supported by this agent");
      assertThatThrownBy(() -> new ControlServer(left, Map.of()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("control.socket: " + left + ": another agent listens there");
    }
  }

  @Test
  void pathThatIsTooLongForASocketIsNamed() throws Exception {
    Path deep = Files.createDirectories(folder.resolve("x".repeat(100)));

    assertThatThrownBy(() -> new ControlServer(deep.resolve("agent.sock"), Map.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("control.socket: ")
        .hasMessageContaining("too long");
    try (var left = Files.list(deep)) {
      assertThat(left).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello                                             | a request in JSON expected",
        "{\"command\":\"rm\"}                              | unknown command: rm",
        "{\"command\":\"status\",\"arguments\":{\"x\":1}}  | status: unknown argument 'x'",
        "{\"command\":\"tail\",\"arguments\":{\"count\":0}}| tail: count: a whole number from 1",
      })
  void wrongRequestsAreAnsweredWithWhatWasExpected(String request, String expected)
      throws Exception {
    try (var call = new Call(request)) {
      assertThat(call.line()).startsWith("{\"error\":").contains(expected);
    }
  }

  private Run ctl(String... words) {
    List<String> all = new ArrayList<>(List.of("--config", local.file().toString()));
    all.addAll(List.of(words));
    return new Run(all.toArray(String[]::new));
  }

  private static Reading reading(String sensor, double value) {
    return new Reading("gw", sensor, "", System.currentTimeMillis(), value);
  }

  private static String output(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  /// One run of the command line.
  private static final class Run {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final int status;

    Run(String... words) {
      var ctl = new AgentCtl(new PrintStream(out, true), new PrintStream(err, true));
      status = ctl.run(List.of(words));
    }

    String done() {
      assertThat(status).as(err::toString).isZero();
      return out.toString(StandardCharsets.UTF_8);
    }

    String refused(int with) {
      assertThat(status).as(out::toString).isEqualTo(with);
      return err.toString(StandardCharsets.UTF_8);
    }
  }

  /// One call over the socket, read line by line.
  private final class Call implements AutoCloseable {
    private final SocketChannel channel;
    private final StringBuilder read = new StringBuilder();

    Call(String request) throws IOException {
      channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()));
      channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    String line() throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(8192);
      while (read.indexOf("\n") < 0) {
        if (channel.read(bytes.clear()) < 0) {
          throw new IOException("the call ended: " + read);
        }
        read.append(StandardCharsets.UTF_8.decode(bytes.flip()));
      }
      String line = read.substring(0, read.indexOf("\n"));
      read.delete(0, line.length() + 1);
      return line;
    }

    String lineWithout(String noise) throws IOException {
      String line = line();
      while (line.contains(noise)) {
        line = line();
      }
      return line;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
