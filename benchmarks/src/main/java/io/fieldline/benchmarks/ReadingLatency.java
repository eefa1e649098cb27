// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;

final class ReadingLatency implements Question {
  private static final Duration WARM_UP = Duration.ofSeconds(20);
  private static final Duration ROUND = Duration.ofSeconds(20);
  private static final int PER_SECOND = 100;
  private static final long BEFORE_MS = 500;
  private static final long SPAN_MS = 12_000;
  private static final String LISTEN =
      "tcp: {listen: \"127.0.0.1:0\"}\nmachine: {enabled: false}\n";

  /// When each reading, by its number, was acknowledged and is not yet seen in the API.
  private final Map<Long, Accepted> acknowledged = new ConcurrentHashMap<>();

  private final ObjectMapper json = new ObjectMapper();
  private long next;

  /// The moment, by both clocks.
  private record Accepted(long nanos, long atMs) {}

  @Override
  public String name() {
    return "reading-latency";
  }

  @Override
  public String text() {
    return "How long after the agent accepted a reading can it be read through the API?";
  }

  @Override
  public String how() {
    return """
    Our template is deployed by the real `cdk`; `./fieldline agent` with a batch window of 100 ms sends
    to it by mutual TLS. A sensor sends 100 lines a second by TCP, evenly. Somebody signed in asks the
    HTTP API for the series since the oldest reading not yet seen, again and again with 10 ms between. The figure is
    the time from a reading's `ok` to the end of the first answer that contains it. 20 s of traffic
    before do not count; a reading that never appears ends the run. Everything (agent, stack,
    functions, both clients) shares the machine.
    Assumed: the "100 messages a second" of the goal are readings to the agent; they travel in about
    ten MQTT messages a second, as the window makes them.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(3);
    var all = new Samples();
    var api = new Samples();
    var half = new Samples();
    var most = new Samples();
    try (var stack = new Stack(at, Optional.of(at.folder().resolve("data")))) {
      var deployment = new Deployment(at, stack, "app");
      deployment.deploy();
      try (var signIn = new SignIn(stack, deployment)) {
        Series series =
            new Series(signIn.local(deployment.output("ApiUrl")), signIn.token(), "latency");
        Device device =
            Device.registered(
                stack,
                "latency",
                at.folder().resolve("latency"),
                List.of(
                    "fieldline-dev-device-data",
                    "fieldline-dev-device-shadow",
                    "fieldline-dev-device-jobs"));
        try (Agent agent = new Agent(at, device, "localhost:" + stack.mqttPort(), LISTEN)) {
          agent.connected();
          run(agent.tcpPort(), series, WARM_UP, new Samples(), new Samples());
          for (int i = 0; i < rounds; i++) {
            report.yardstick().lay();
            var ofRound = new Samples();
            run(agent.tcpPort(), series, ROUND, ofRound, api);
            ofRound.all().forEach(all::add);
            half.add(ofRound.median());
            most.add(ofRound.at(0.99));
          }
        }
      }
    }
    report.atMost("half of the readings within", all.median(), 350, "ms");
    report.atMost("99 of 100 readings within", all.at(0.99), 1_000, "ms");
    report.ratio("half of the readings within / batch window", all.median() / 100);
    report.figure("from ok to readable, all readings", "ms", all);
    report.figure("half within, by round", "ms", half);
    report.figure("99 of 100 within, by round", "ms", most);
    report.figure("a call of the API", "ms", api);
  }

  /// Sends for so long and looks for all that was sent.
  private void run(int port, Series series, Duration time, Samples latency, Samples api)
      throws Exception {
    var sensor =
        new FutureTask<>(() -> {
          send(port, time);
          return true;
        });
    Thread.ofPlatform().daemon().start(sensor);
    long deadline = System.nanoTime() + time.plusSeconds(30).toNanos();
    while (!sensor.isDone() || !acknowledged.isEmpty()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("never readable: " + acknowledged.keySet());
      }
      long start = System.nanoTime();
      long nowMs = System.currentTimeMillis();
      long oldestMs = acknowledged.values().stream().mapToLong(Accepted::atMs).min().orElse(nowMs);
      List<Long> seen = series.numbers(oldestMs - BEFORE_MS, nowMs + BEFORE_MS);
      long now = System.nanoTime();
      api.add((now - start) / 1e6);
      for (long number : seen) {
        Accepted since = acknowledged.remove(number);
        if (since != null) {
          latency.add((now - since.nanos()) / 1e6);
        }
      }
      LockSupport.parkNanos(10_000_000);
    }
    sensor.get();
  }

  private void send(int port, Duration time) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var answers =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      socket.setTcpNoDelay(true);
      long start = System.nanoTime();
      long readings = time.toSeconds() * PER_SECOND;
      for (int i = 0; i < readings; i++) {
        long due = start + i * (1_000_000_000L / PER_SECOND);
        LockSupport.parkNanos(due - System.nanoTime());
        long number = ++next;
        byte[] line = ("latency=" + number + "\n").getBytes(StandardCharsets.US_ASCII);
        socket.getOutputStream().write(line);
        String answer = answers.readLine();
        if (!"ok 1".equals(answer)) {
          throw new IOException("expected ok 1, got " + answer);
        }
        acknowledged.put(number, new Accepted(System.nanoTime(), System.currentTimeMillis()));
      }
    }
  }

  /// The series of one device, as the API gives it.
  private final class Series {
    private final HttpClient http = HttpClient.newHttpClient();
    private final String url;
    private final String token;

    Series(URI api, String token, String device) {
      this.url = api + "/devices/" + device + "/series";
      this.token = token;
    }

    /// Of a range that is short enough for the API to give every reading for itself.
    List<Long> numbers(long fromMs, long toMs) throws Exception {
      URI uri = URI.create(url + "?fromMs=" + fromMs + "&toMs=" + Math.min(toMs, fromMs + SPAN_MS));
      var answer =
          http.send(
              HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + token).build(),
              BodyHandlers.ofString());
      if (answer.statusCode() == 404) {
        return List.of();
      }
      JsonNode series = json.readTree(answer.body()).path("series");
      if (answer.statusCode() != 200 || series.path(0).path("stepMs").asLong() > 0) {
        throw new IOException(
            "expected single readings, got " + answer.statusCode() + " " + answer.body());
      }
      return series.path(0).path("values").valueStream().map(JsonNode::asLong).toList();
    }
  }
}
