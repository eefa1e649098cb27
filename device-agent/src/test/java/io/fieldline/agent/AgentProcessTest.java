// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.cloud.TelemetryEncoder;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.LaneLimits;
import io.fieldline.agent.spool.SealedBatch;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolLimits;
import io.fieldline.agent.systemd.DatagramReceiver;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoublePredicate;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The agent as its own process, with no cloud to be reached.
@Order(1)
@Timeout(120)
class AgentProcessTest {
  private static final String NO_CLOUD = "localhost:1";

  @TempDir Path folder;

  @BeforeEach
  void credentials() throws Exception {
    new Credentials(folder);
  }

  /// Also while it starts: there is a moment when the client library is in use and nobody is there
  /// yet to close it.
  @Test
  void endsWheneverItIsAskedTo() throws Exception {
    try (var cloud = new TestCloud(new Credentials(folder), 0)) {
      Path config = AgentProcess.config(folder, "localhost:" + cloud.port(), "");
      for (int millis = 400; millis <= 1300; millis += 300) {
        try (var agent = new AgentProcess(config)) {
          assertThat(agent.terminateAfter(Duration.ofMillis(millis)))
              .as("asked after %s ms", millis)
              .isIn(0, 143);
        }
      }
    }
  }

  /// A handful of rounds; `-Dfieldline.killRounds=200` for the long run.
  @Test
  @Timeout(1200)
  void acknowledgedReadingsSurviveSigkill() throws Exception {
    int rounds = Integer.getInteger("fieldline.killRounds", 3);
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(42);
    Path config = AgentProcess.config(folder, NO_CLOUD, "");
    Set<Long> acknowledged = new HashSet<>();
    long sent = 0;
    for (int round = 0; round < rounds; round++) {
      try (var agent = new AgentProcess(config)) {
        int port = AgentProcess.port(agent.await("ready"), "tcp");
        sent = sendUntilKilled(agent, port, sent, random.nextInt(50, 300), acknowledged);
      }
    }

    List<Long> kept = drain();
    var found = new HashSet<>(kept);
    long lost = acknowledged.stream().filter(n -> !found.contains(n)).count();
    System.out.printf(
        "%d kills: %d sent, %d acknowledged, %d kept, %d lost%n",
        rounds, sent, acknowledged.size(), kept.size(), lost);

    assertThat(kept).doesNotHaveDuplicates();
    assertThat(acknowledged).hasSizeGreaterThan(rounds * 10);
    assertThat(found).containsAll(acknowledged);
    assertThat(kept.size()).isLessThanOrEqualTo((int) sent);
  }

  /// Killed in the middle of a window, and of another one, while readings come: each that was
  /// acknowledged is in one aggregate that arrives.
  @Test
  @Tag("long")
  void acknowledgedReadingsOfAWindowSurviveSigkill() throws Exception {
    RandomGenerator random = RandomGeneratorFactory.getDefault().create(42);
    String window =
        "edge: [{sensor: n, window: {everySeconds: 1, of: [sum, count], graceSeconds: 0}}]\n";
    Set<Long> acknowledged = new HashSet<>();
    try (var cloud = new TestCloud(new Credentials(folder), 0)) {
      Path config = AgentProcess.config(folder, "localhost:" + cloud.port(), window);
      long sent = 0;
      for (int round = 0; round < 6; round++) {
        try (var agent = new AgentProcess(config)) {
          int port = AgentProcess.port(agent.await("ready"), "tcp");
          sent = sendUntilKilled(agent, port, sent, random.nextInt(700, 1600), acknowledged);
        }
      }
      long all = sent;
      try (var agent = new AgentProcess(config)) {
        agent.await("connected");
        // Those that were sent and not acknowledged may be in it or not.
        UplinkTest.await(() -> total(cloud, "n.count") >= acknowledged.size());
        agent.terminate();
      }
      assertThat(total(cloud, "n.count")).isBetween((long) acknowledged.size(), all);
      assertThat(windows(cloud)).doesNotHaveDuplicates();
      assertThat(cloud.batches()).hasSizeGreaterThan(3);
    }
  }

  private static long total(TestCloud cloud, String sensor) {
    return aggregates(cloud, sensor).mapToLong(reading -> (long) reading.value()).sum();
  }

  /// A batch may arrive twice, with the same number.
  private static Stream<Reading> aggregates(TestCloud cloud, String sensor) {
    Map<Long, TelemetryBatch> once = new HashMap<>();
    cloud.batches().forEach(batch -> once.put(batch.firstSeq(), batch));
    return once.values().stream()
        .flatMap(batch -> batch.readings().stream())
        .filter(reading -> reading.sensor().equals(sensor));
  }

  /// One a second, unless readings came after it had gone out.
  private static List<String> windows(TestCloud cloud) {
    return aggregates(cloud, "n.sum")
        .map(reading -> reading.atMs() + " " + reading.value())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcp", "http", "mqtt", "metrics"})
  void aBusyPortIsNamedWithItsOwner(String listener) throws Exception {
    try (var busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String address = "127.0.0.1:" + busy.getLocalPort();
      Path config = AgentProcess.config(folder, NO_CLOUD, "");
      Files.writeString(
          config,
          Files.readString(config)
              .replace(
                  listener + ": {listen: \"127.0.0.1:0\"}",
                  listener + ": {listen: \"" + address + "\"}"));
      try (var agent = new AgentProcess(config)) {
        assertThat(agent.await("cannot start"))
            .contains(listener + ".listen")
            .contains("port " + busy.getLocalPort())
            .contains("by java (pid " + ProcessHandle.current().pid() + ")");
        assertThat(agent.exitStatus()).isEqualTo(1);
      }
    }
  }

  @Test
  void sigtermEndsCleanlyAndASecondAgentOnTheFolderIsRefused() throws Exception {
    Path config = AgentProcess.config(folder, NO_CLOUD, "");
    try (var agent = new AgentProcess(config)) {
      agent.await("ready");
      try (var second = new AgentProcess(config)) {
        assertThat(second.await("cannot start"))
            .contains("spool folder")
            .contains("one agent per folder");
        assertThat(second.exitStatus()).isEqualTo(1);
      }

      int status = agent.terminate();

      agent.await("stopped");
      assertThat(status).isZero();
    }
  }

  /// Ready means that readings are kept, whether or not the cloud is there.
  @Test
  void serviceManagerHearsReadyAliveAndStopping() throws Throwable {
    Path config = AgentProcess.config(folder, NO_CLOUD, "log: {file: agent.log, format: json}\n");
    String socket = folder + "/notify";
    try (var manager = new DatagramReceiver(socket);
        var agent =
            new AgentProcess(config, "env", "NOTIFY_SOCKET=" + socket, "WATCHDOG_USEC=400000")) {
      assertThat(manager.await("READY=1")).contains("STATUS=");
      manager.await("WATCHDOG=1");
      manager.await("WATCHDOG=1");

      agent.terminate();

      manager.await("STOPPING=1");
    }
    List<String> log = Files.readAllLines(folder.resolve("agent.log"));
    assertThat(log).isNotEmpty();
    for (String line : log) {
      assertThat(JsonText.parseObject(line)).containsKeys("at", "level", "logger", "message");
    }
  }

  @Test
  void fullDiskIsToldToTheSensorAndTheAgentStays() throws Exception {
    Path config = AgentProcess.config(folder, NO_CLOUD, "spool: {segmentBytes: 16777216}\n");
    // The limit of a file's size stands in for a full disk: the write fails just so.
    try (var agent = new AgentProcess(config, "bash", "-c", "ulimit -f 8000; exec \"$@\"", "sh")) {
      int port = AgentProcess.port(agent.await("ready"), "tcp");
      try (var client = new Client(port)) {
        String lines = ("some_rather_long_sensor_name_" + "x".repeat(30) + "=1\n").repeat(1000);
        String answer = "ok 1";
        for (int i = 0; i < 500 && answer.startsWith("ok"); i++) {
          client.send(lines);
          for (int line = 0; line < 1000; line++) {
            answer = client.line();
          }
        }
        assertThat(answer).startsWith("error: the disk takes no more").endsWith("try again later");
        client.send("nonsense\n");
        assertThat(client.line()).startsWith("error: expected name=value");
      }
    }
  }

  /// A sensor that is told nothing is not read on; when there is room, nothing is missing.
  @Test
  @Tag("long")
  void fullDiskHoldsUpASensorThatIsAServerAndLosesNothing() throws Exception {
    int lines = 200_000;
    String line = "some_rather_long_sensor_name_" + "x".repeat(30) + "=1\n";
    try (var sensor = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> sendAll(sensor, line, lines));
      String more =
          "spool: {segmentBytes: 16777216}\ntcpClients: [{connect: 'localhost:%d', device: d}]\n"
              .formatted(sensor.getLocalPort());
      Path config = AgentProcess.config(folder, NO_CLOUD, more);
      try (var agent =
          new AgentProcess(config, "bash", "-c", "ulimit -S -f 8000; exec \"$@\"", "sh")) {
        int port = AgentProcess.port(agent.await("ready"), "metrics");
        String full = "fieldline_refused_total{source=\"tcp-client\",reason=\"spool-full\"}";
        awaitMetric(port, full, value -> value > 0);

        new ProcessBuilder("prlimit", "--pid", String.valueOf(agent.pid()), "--fsize=unlimited:")
            .inheritIO()
            .start()
            .waitFor();

        awaitMetric(
            port, "fieldline_readings_total{source=\"tcp-client\"}", value -> value == lines);
      }
    }
  }

  private static void sendAll(ServerSocket sensor, String line, int lines) {
    try (Socket agent = sensor.accept();
        var out = new BufferedOutputStream(agent.getOutputStream())) {
      for (int i = 0; i < lines; i++) {
        out.write(line.getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
      // The connection ends with the agent.
      agent.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void awaitMetric(int port, String name, DoublePredicate wanted) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    URI page = URI.create("http://127.0.0.1:" + port + "/metrics");
    String text = "";
    try (HttpClient http = HttpClient.newHttpClient()) {
      while (System.nanoTime() < deadline) {
        text =
            http.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        if (text.lines()
            .filter(each -> each.startsWith(name + " "))
            .mapToDouble(each -> Double.parseDouble(each.substring(name.length() + 1)))
            .anyMatch(wanted)) {
          return;
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
    throw new AssertionError(name + " is not as wanted in " + text);
  }

  @Test
  void httpAnswersOnlyAfterTheDiskAndSaysWhatWasExpected() throws Exception {
    Path config = AgentProcess.config(folder, NO_CLOUD, "");
    try (var agent = new AgentProcess(config);
        HttpClient http = HttpClient.newHttpClient()) {
      String ready = agent.await("ready");
      URI readings =
          URI.create("http://127.0.0.1:" + AgentProcess.port(ready, "http") + "/readings");
      String senMl = "[{\"bn\":\"urn:dev:probe1/\",\"n\":\"temp\",\"u\":\"Cel\",\"v\":23.1}]";

      assertThat(post(http, readings, "{\"t\": 21.5}").statusCode()).isEqualTo(204);
      assertThat(post(http, readings, senMl).statusCode()).isEqualTo(204);
      assertThat(post(http, readings, "t=1\nh=2 %\n").statusCode()).isEqualTo(204);
      HttpResponse<String> wrong = post(http, readings, "{\"t\": ");
      assertThat(wrong.statusCode()).isEqualTo(400);
      assertThat(wrong.body()).contains("JSON expected");
      assertThat(post(http, readings, "x".repeat(300_000)).statusCode()).isEqualTo(413);
      URI metrics =
          URI.create("http://127.0.0.1:" + AgentProcess.port(ready, "metrics") + "/metrics");
      String page =
          http.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      assertThat(page)
          .contains("fieldline_readings_total{source=\"http\"} 4\n")
          .contains("fieldline_refused_total{source=\"http\",reason=\"size\"} 1\n")
          .contains("fieldline_connected 0\n");
    }
  }

  @Test
  void checkJudgesTheFileOnly() throws Exception {
    Path good = AgentProcess.config(folder, NO_CLOUD, "");
    Path bad = Files.writeString(folder.resolve("bad.yaml"), "thing: gw\nspol: {}\n");

    try (var one = new AgentProcess(bad)) {
      assertThat(one.await(bad.toString() + ":2:1")).contains("unknown key 'spol'");
      assertThat(one.exitStatus()).isEqualTo(78);
    }
    assertThat(good).exists();
  }

  private static HttpResponse<String> post(HttpClient http, URI uri, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /// Sends numbered readings, some at a time, and kills the agent after so many milliseconds, in
  /// the middle of the traffic.
  private static long sendUntilKilled(
      AgentProcess agent, int port, long first, int millis, Set<Long> acknowledged)
      throws Exception {
    long next = first;
    long deadline = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    try (var client = new Client(port)) {
      while (true) {
        var lines = new StringBuilder();
        for (int i = 0; i < 20; i++) {
          lines.append("n=").append(next + i).append('\n');
        }
        client.send(lines.toString());
        if (System.nanoTime() > deadline) {
          agent.kill();
        }
        for (int i = 0; i < 20; i++) {
          if (!"ok 1".equals(client.line())) {
            return next + 20;
          }
          acknowledged.add(next + i);
        }
        next += 20;
      }
    } catch (IOException e) {
      return next + 20;
    }
  }

  private List<Long> drain() throws Exception {
    List<Long> kept = new ArrayList<>();
    var limits = SpoolLimits.same(new LaneLimits(256L << 20, 4 << 20, Duration.ofMillis(1), 4500));
    try (Spool spool =
        Spool.open(
            folder.resolve("data/spool"), limits, new TelemetryEncoder(false), Clock.systemUTC())) {
      Optional<SealedBatch> batch = spool.next(Duration.ofSeconds(2));
      while (batch.isPresent()) {
        MessageCodec.decodeBatch(batch.get().payload())
            .readings()
            .forEach(reading -> kept.add((long) reading.value()));
        spool.acknowledge(batch.get());
        batch = spool.next(Duration.ofMillis(300));
      }
    }
    return kept;
  }

  private static final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Client(int port) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), port);
      in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    void send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    String line() throws IOException {
      return in.readLine();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
