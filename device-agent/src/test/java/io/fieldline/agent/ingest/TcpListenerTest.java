// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.Framing;
import io.fieldline.agent.edge.EdgeRules;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.spool.LaneLimits;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class TcpListenerTest {
  @TempDir Path folder;

  private final Metrics metrics = new Metrics();
  private final DeviceLines devices = new DeviceLines();
  private Spool spool;
  private TcpListener listener;

  @BeforeEach
  void listen() throws IOException {
    var limits = SpoolLimits.same(new LaneLimits(1 << 20, 1 << 16, Duration.ofMillis(20), 4500));
    spool = Spool.open(folder, limits, (_, _) -> new byte[1], Clock.systemUTC());
    var config =
        new AgentConfig.Tcp(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            false,
            "gw",
            Framing.LINES,
            1000,
            4,
            Duration.ofSeconds(30),
            Duration.ZERO);
    listener =
        new TcpListener(
            config,
            new ReadingParser("gw", Clock.systemUTC()),
            new Intake(
                spool,
                metrics,
                new EdgeRules(List.of()),
                new Sources(Clock.systemUTC(), System::nanoTime)),
            devices,
            Optional.empty());
    Thread.ofVirtual()
        .start(() -> {
          try {
            listener.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @AfterEach
  void stop() throws IOException {
    listener.close();
    spool.close();
  }

  @Test
  void everyLineGetsItsAnswerInOrder() throws Exception {
    try (var client = new Client()) {
      client.send("t=21.5 Cel\nnonsense\nt=1 h=40 %\n{\"t\":20,\"open\":true,\"h\":41}\n");

      assertThat(client.line()).isEqualTo("ok 1");
      assertThat(client.line()).isEqualTo("error: " + ReadingParser.EXPECTED + ", got 'nonsense'");
      assertThat(client.line()).isEqualTo("ok 2");
      assertThat(client.line()).isEqualTo("ok 3");
    }
  }

  @Test
  void unterminatedGreetingIsAnsweredWithinASecond() throws Exception {
    try (var client = new Client()) {
      long start = System.nanoTime();
      client.send("Hello, server!");

      assertThat(client.line()).startsWith("error: expected name=value").contains("Hello, server!");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void afterTheFirstNewlineSilenceMakesNoLine() throws Exception {
    try (var client = new Client()) {
      client.send("t=1\nt=2");
      assertThat(client.line()).isEqualTo("ok 1");
      client.socket.setSoTimeout(500);
      assertThat(client.lineOrSilence()).isEmpty();
      client.socket.setSoTimeout(0);

      client.send("2\n");

      assertThat(client.line()).isEqualTo("ok 1");
      assertThat(metrics.count("fieldline_readings_total{source=\"tcp\"}")).isEqualTo(2);
    }
  }

  @Test
  void megabyteLineIsRefusedAndTheConnectionGoesOn() throws Exception {
    try (var client = new Client()) {
      client.send("t=" + "1".repeat(1 << 20) + "\nt=3\n");

      assertThat(client.line())
          .isEqualTo("error: a line of at most 1000 bytes expected, got a longer one");
      assertThat(client.line()).isEqualTo("ok 1");
      assertThat(metrics.count("fieldline_refused_total{source=\"tcp\",reason=\"size\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void binaryNoiseIsRefusedAndEndsInItsOwnConnectionOnly() throws Exception {
    byte[] noise = new byte[200_000];
    new Random(1).nextBytes(noise);
    try (var good = new Client();
        var bad = new Client()) {
      bad.socket.getOutputStream().write(noise);

      String last = bad.line();
      assertThat(last).startsWith("error: ");
      for (String line = last; line != null; line = bad.line()) {
        last = line;
      }
      // It arrives, though the listener had stopped reading long before all was sent.
      assertThat(last).isEqualTo("error: 100 wrong lines in a row, connection closed");
      good.send("t=1\n");
      assertThat(good.line()).isEqualTo("ok 1");
    }
  }

  @Test
  void connectionBeyondTheBoundIsToldSo() throws Exception {
    try (var a = new Client();
        var b = new Client();
        var c = new Client();
        var d = new Client()) {
      for (Client client : new Client[] {a, b, c, d}) {
        client.send("t=1\n");
        assertThat(client.line()).isEqualTo("ok 1");
      }
      try (var fifth = new Client()) {
        assertThat(fifth.line()).startsWith("error: at most 4 connections");
      }
    }
  }

  @Test
  void absurdTimestampAndTextValueAreRefusedByName() throws Exception {
    try (var client = new Client()) {
      client.send("t=1 @12\n{\"state\":\"broken\"}\n");

      assertThat(client.line()).contains("epoch milliseconds").contains("'t'").contains("12");
      assertThat(client.line()).contains("'state'").contains("the text 'broken'");
      assertThat(metrics.count("fieldline_refused_total{source=\"tcp\",reason=\"timestamp\"}"))
          .isEqualTo(1);
      assertThat(metrics.count("fieldline_refused_total{source=\"tcp\",reason=\"type\"}"))
          .isEqualTo(1);
    }
  }

  @Test
  void commandGoesDownTheConnectionOfItsDeviceAndTheAnswerComesBack() throws Exception {
    try (var client = new Client()) {
      client.send("device pump\n");
      assertThat(client.line()).isEqualTo("ok 0");
      var device =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  String[] words = client.line().split(" ");
                  client.send("done " + words[1] + "\n");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });

      Optional<DeviceLines.Answer> answer =
          devices.command("gw:pump", "c1", "valve", "true", Duration.ofSeconds(5));

      device.join();
      assertThat(answer).contains(new DeviceLines.Answer(true, ""));
    }
  }

  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final BufferedReader in;

    Client() throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
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

    Optional<String> lineOrSilence() throws IOException {
      try {
        return Optional.ofNullable(in.readLine());
      } catch (SocketTimeoutException e) {
        return Optional.empty();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
