// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What people get wrong, and what models and scripts make of what they get right. A whole fleet is
/// in `FleetSimulatorTest` of the acceptance tests.
class FleetCommandTest {
  @TempDir Path folder;

  private record Said(int status, String text) {}

  private static Said run(List<String> arguments) throws InterruptedException {
    var said = new ByteArrayOutputStream();
    var out = new PrintStream(said, true, StandardCharsets.UTF_8);
    int status = new FleetCommand(out, out).run(arguments);
    return new Said(status, said.toString(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--devices 0 | --devices: a whole number from 1 to 100000 expected, got '0'",
        "--every often | --every: a duration such as 500ms, 30s, 5m or 1h expected, got 'often'",
        "--path up | --path: basic-ingest or topic expected, got 'up'",
        "--sensor level=saw(1,2) | expected, got 'saw' with 2 numbers",
        "--sensor level=walk(a,2) | expected, got 'level=walk(a,2)'",
        "--depth 3 | no such option: --depth",
        "--for | an option with its value expected, got '--for'",
      })
  void optionsThatAreWrongAreNamed(String options, String said) throws InterruptedException {
    List<String> arguments =
        new ArrayList<>(List.of("--fleet", folder.toString(), "--endpoint", "localhost:1"));
    arguments.addAll(List.of(options.split(" ")));

    Said answer = run(arguments);

    assertThat(answer.status()).isEqualTo(2);
    assertThat(answer.text()).startsWith("sim: ").contains(said);
  }

  @Test
  void aFleetWithoutCertificatesAndOneTooSmallAreNamed() throws Exception {
    Said none = run(List.of("--fleet", folder.toString(), "--endpoint", "localhost:1"));
    assertThat(none.status()).isEqualTo(1);
    assertThat(none.text()).contains("a folder for each thing with device.pem.crt");

    Path thing = Files.createDirectory(folder.resolve("sim-1"));
    Files.writeString(thing.resolve("device.pem.crt"), "");
    Files.writeString(thing.resolve("private.pem.key"), "");
    Said few =
        run(List.of("--fleet", folder.toString(), "--endpoint", "localhost:1", "--devices", "2"));
    assertThat(few.status()).isEqualTo(1);
    assertThat(few.text()).contains("--devices: at most 1 expected", "got 2");
  }

  @Test
  void aScriptIsReadInTheOrderOfItsTimes() throws IOException {
    Path file = folder.resolve("script");
    Files.writeString(
        file,
        """
        # a day in a minute
        at 40s burst 5s x20 of 10%
        at 0s restart of 100%

        at 20s outage 1500ms of 30%  # links
        """);

    assertThat(Script.read(file).steps())
        .containsExactly(
            new Script.Step(Duration.ZERO, new Script.Restart(), 1),
            new Script.Step(
                Duration.ofSeconds(20), new Script.Outage(Duration.ofMillis(1500)), 0.3),
            new Script.Step(
                Duration.ofSeconds(40), new Script.Burst(Duration.ofSeconds(5), 20), 0.1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "at 5s flood 3s of 10% | got 'at 5s flood 3s of 10%'",
        "at 5s outage 3s of 101% | at most 100% expected, got 101%",
        "at soon restart of 10% | a duration such as 500ms, 30s, 5m or 1h expected, got 'soon'",
      })
  void aStepThatIsWrongIsNamedWithItsLine(String step, String said) throws Exception {
    Path file = folder.resolve("script");
    Files.writeString(file, "\n" + step + "\n");

    Said answer =
        run(List.of("--fleet", ".", "--endpoint", "localhost:1", "--script", file.toString()));

    assertThat(answer.status()).isEqualTo(2);
    assertThat(answer.text()).contains(file + ":2: ").contains(said);
  }

  @Test
  void modelsBehaveAsTheirNamesSay() {
    var random = new SplittableRandom(1);

    SimulatedSensor sine = SimulatedSensor.parse("t=sine(20,5,60s) Cel");
    var t = new SensorModel.State(sine.model(), random);
    assertThat(sine.unit()).isEqualTo("Cel");
    assertThat(t.at(0)).isEqualTo(20);
    assertThat(t.at(15_000)).isEqualTo(25);
    assertThat(t.at(45_000)).isEqualTo(15);

    var square = new SensorModel.State(SimulatedSensor.parse("s=square(0,1,10s)").model(), random);
    assertThat(square.at(4_999)).isEqualTo(1);
    assertThat(square.at(5_000)).isEqualTo(0);

    var counter = new SensorModel.State(SimulatedSensor.parse("c=counter(2.5)").model(), random);
    assertThat(counter.at(1)).isEqualTo(2.5);
    assertThat(counter.at(2)).isEqualTo(5);

    var walk = new SensorModel.State(SimulatedSensor.parse("w=walk(50,0.5)").model(), random);
    double last = 50;
    for (int i = 0; i < 100; i++) {
      double next = walk.at(i);
      assertThat(next).isBetween(last - 5, last + 5);
      last = next;
    }
    assertThat(last).isNotEqualTo(50);
  }

  @Test
  void latenciesAreGivenWithinTheirClass() {
    var latencies = new Latencies();
    for (int i = 1; i <= 1000; i++) {
      latencies.add(Duration.ofMillis(i));
    }

    assertThat(latencies.within(0.5)).isBetween(500.0, 515.0);
    assertThat(latencies.within(0.99)).isBetween(990.0, 1015.0);
    assertThat(new Latencies().within(0.5)).isZero();
  }
}
