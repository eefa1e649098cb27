// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.agent.Backoff;
import io.fieldline.agent.config.Framing;
import io.fieldline.agent.config.SourceConfig;
import io.fieldline.agent.config.SourceConfig.Gpio;
import io.fieldline.agent.config.SourceConfig.OneWire;
import io.fieldline.agent.config.SourceConfig.PolledPage.Value;
import io.fieldline.agent.config.SourceConfig.Program;
import io.fieldline.agent.ingest.DeviceLines;
import io.fieldline.agent.ingest.Polling;
import io.fieldline.agent.ingest.PtyPair;
import io.fieldline.agent.ingest.ReadingException;
import io.fieldline.agent.ingest.SerialLines;
import io.fieldline.agent.ingest.TestIntake;
import java.io.FileInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HostSourcesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(15);

  @TempDir Path folder;

  private TestIntake intake;

  @BeforeEach
  void open() throws IOException {
    intake = new TestIntake(folder);
  }

  @AfterEach
  void close() throws IOException {
    intake.close();
  }

  @Test
  void programsOutputIsLinesOfReadings() throws Exception {
    program(LONG, "printf", "load=1.5 %%\\nups/charge=98\\n").ask();

    assertThat(intake.rest()).containsExactly("gw:d/load=1.5 %", "gw:ups/charge=98.0");
  }

  @Test
  void programThatFailsHangsOrSaysTooMuchBringsNothingAndSaysWhy() {
    assertThatThrownBy(() -> sh(LONG, "echo t=1; echo broken >&2; exit 3").ask())
        .isInstanceOf(IOException.class)
        .hasMessage("exit status 0 expected, got 3: t=1");
    assertThatThrownBy(() -> sh(Duration.ofMillis(100), "echo t=1; sleep 60 & sleep 60").ask())
        .hasMessage("not done within 100 ms, ended");
    assertThatThrownBy(() -> sh(LONG, "head -c 5000 /dev/zero").ask())
        .hasMessage("an output of at most 1000 bytes expected");
    assertThatThrownBy(() -> sh(LONG, "echo t=1; echo warm").ask())
        .isInstanceOf(ReadingException.class)
        .hasMessageStartingWith("line 2: expected name=value");
    assertThatThrownBy(() -> sh(LONG, "true").ask()).isInstanceOf(ReadingException.class);
    assertThatThrownBy(() -> program(LONG, "/no/such/program").ask())
        .hasMessageContaining("/no/such/program");
    assertThat(intake.rest()).isEmpty();
  }

  @Test
  void failureOfASourceIsSeenAndTheNextAnswerClearsIt() throws Exception {
    Path flag = folder.resolve("flag");
    var polling =
        new Polling(
            "program p",
            Duration.ofMillis(20),
            sh(LONG, "test -e " + flag + " && echo t=1"),
            intake.intake(),
            new Random(1));
    Thread loop =
        Thread.ofVirtual()
            .start(() -> {
              try {
                polling.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      intake.awaitFailure("program p", "exit status 0 expected, got 1");
      Files.createFile(flag);
      intake.next();
      assertThat(intake.source("program p").state().name()).isEqualTo("FRESH");
    } finally {
      loop.interrupt();
      loop.join();
    }
  }

  @Test
  void oneWireThermometersAreNamedByTheirAddress() throws Exception {
    var source =
        new OneWireSource(
            new OneWire("w", folder, "gw:cellar", SECOND, Duration.ZERO),
            "one-wire w",
            intake.intake(),
            Clock.systemUTC());
    assertThatThrownBy(source::ask).hasMessageContaining("a 1-wire bus expected at " + folder);
    // Source: Linux kernel documentation, w1/slaves/w1_therm.
    slave("28-0316a2795bff", "6e 01 4b 46 7f ff 02 10 71 : crc=71 YES\n6e 01 … 71 t=22875\n");
    slave("28-000000000001", "6e 01 4b 46 7f ff 02 10 71 : crc=00 NO\n6e 01 … 71 t=85000\n");
    slave("10-000802824e58", "f0 ff 4b 46 ff ff 05 10 d5 : crc=d5 YES\nf0 … d5 t=-1062\n");
    Files.createDirectories(folder.resolve("bus/w1/devices/w1_bus_master1"));

    source.ask();

    assertThat(intake.rest())
        .containsExactly(
            "gw:cellar/10-000802824e58=-1.062 Cel", "gw:cellar/28-0316a2795bff=22.875 Cel");
  }

  private void slave(String name, String text) throws IOException {
    Path file = folder.resolve("bus/w1/devices/" + name + "/w1_slave");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /// No chip is here: what the kernel is asked was compared with linux/gpio.h by hand.
  @Test
  void machineWithoutGpioIsToldSoByName() {
    assertThatThrownBy(() -> gpio(folder.resolve("gpiochip0")).ask())
        .hasMessageContaining("a GPIO chip expected at " + folder.resolve("gpiochip0"))
        .hasMessageContaining("this machine offers none");
    assertThatThrownBy(() -> gpio(Path.of("/dev/null")).ask())
        .hasMessage(
            "the kernel does not give the lines of /dev/null: Inappropriate ioctl for device");
  }

  private GpioSource gpio(Path chip) {
    var line = new Gpio.Line(17, "door", Gpio.Bias.PULL_UP, true);
    var config = new Gpio("g", chip, "gw", SECOND, List.of(line), Duration.ZERO);
    return new GpioSource(config, "gpio g", intake.intake(), Clock.systemUTC());
  }

  @Test
  void pageIsReadByPointersAndAskedOnlyForWhatIsNew() throws Exception {
    var asked = new AtomicInteger();
    HttpServer server = HttpServer.create(loopback(), 5);
    server.createContext(
        "/status",
        exchange -> {
          asked.incrementAndGet();
          boolean known = "\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
          exchange.getResponseHeaders().set("ETag", "\"v1\"");
          byte[] body =
              "{\"emeters\":[{\"power\":120.5}],\"a/b\":{\"on\":true},\"t\":\"warm\"}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 304 : 200, known ? -1 : body.length);
          if (!known) {
            exchange.getResponseBody().write(body);
          }
          exchange.close();
        });
    server.createContext("/silent", _ -> {});
    server.start();
    String at = "http://127.0.0.1:" + server.getAddress().getPort();
    try (var page =
            page(
                at + "/status",
                new Value("/emeters/0/power", "power", "kW", 0.001, 0),
                new Value("/a~1b/on", "on", "", 1, 0));
        var wrong = page(at + "/status", new Value("/emeters/1/power", "power", "W", 1, 0));
        var text = page(at + "/status", new Value("/t", "t", "", 1, 0));
        var missing = page(at + "/none");
        var silent = page(Duration.ofMillis(300), at + "/silent")) {
      page.ask();
      page.ask();

      assertThat(intake.rest()).containsExactly("gw:m/power=0.1205 kW", "gw:m/on=1.0");
      assertThat(asked).hasValue(2);
      assertThat(intake.source("page m").readings()).isEqualTo(2);
      assertThatThrownBy(wrong::ask)
          .hasMessage("a value at /emeters/1/power expected, nothing is at /emeters/1");
      assertThatThrownBy(text::ask)
          .hasMessageContaining("a number or true/false expected for '/t'");
      assertThatThrownBy(missing::ask).hasMessageContaining("HTTP status 200 expected, got 404");
      assertThatThrownBy(silent::ask).hasMessageContaining("no answer within 300 ms");
    } finally {
      server.stop(0);
    }
    try (var gone = page(at + "/status")) {
      assertThatThrownBy(gone::ask).hasMessageEndingWith("no connection");
    }
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private PolledPage page(String url, Value... values) {
    return page(LONG, url, values);
  }

  private PolledPage page(Duration timeout, String url, Value... values) {
    var config =
        new SourceConfig.PolledPage(
            "m",
            URI.create(url),
            "gw:m",
            Optional.empty(),
            SECOND,
            timeout,
            1000,
            List.of(values),
            Duration.ZERO);
    return new PolledPage(config, "page m", intake.parser(), intake.intake());
  }

  @Test
  void serialLinesAreReadCommandedAndOpenedAgain() throws Exception {
    var devices = new DeviceLines();
    Path dev = Files.createDirectory(folder.resolve("dev"));
    var cable = new PtyPair(dev);
    var config =
        new SourceConfig.SerialLines(
            "s", cable.port(), "gw:scale", "START\n", true, Framing.LINES, 1000, Duration.ZERO);
    var backoff = new Backoff(Duration.ofMillis(20), Duration.ofMillis(50), new Random(1));
    var lines =
        new SerialLines(config, "serial s", intake.parser(), intake.intake(), devices, backoff);
    Thread loop =
        Thread.ofVirtual()
            .start(() -> {
              try {
                lines.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      try (cable;
          var device = new FileInputStream(cable.there().toFile())) {
        assertThat(device.readNBytes(6)).asString().isEqualTo("START\n");
        Files.writeString(cable.there(), "weight=7.25 kg\nnonsense\n");
        assertThat(intake.next(1)).containsExactly("gw:scale/weight=7.25 kg");
        assertThat(device.readNBytes(11)).asString().isEqualTo("ok 1\nerror:");
      }
      intake.awaitFailure("serial s", "nothing is there");
      try (var again = new PtyPair(dev)) {
        Files.writeString(again.there(), "weight=8 kg\n");
        assertThat(intake.next(1)).containsExactly("gw:scale/weight=8.0 kg");
      }
    } finally {
      loop.interrupt();
      loop.join();
    }
  }

  private ProgramSource sh(Duration timeout, String script) {
    return program(timeout, "/bin/sh", "-c", script);
  }

  private ProgramSource program(Duration timeout, String... command) {
    var config = new Program("p", List.of(command), "gw:d", SECOND, timeout, 1000, Duration.ZERO);
    return new ProgramSource(config, "program p", intake.parser(), intake.intake());
  }
}
