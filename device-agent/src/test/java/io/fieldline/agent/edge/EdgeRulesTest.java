// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.spool.Aggregate;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Window;
import io.fieldline.messages.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules as they are written, on readings as they come.
class EdgeRulesTest {
  private static final long T0 = 1_700_000_000_000L;

  @TempDir Path folder;

  @Test
  void aDeadbandLeavesOutSmallDifferencesFromTheLastOneKept() throws Exception {
    var rules = rules("- {sensor: t, deadband: 0.5}");

    assertThat(values(rules, 20.0, 20.4, 20.5, 20.9, 20.1, 19.6)).containsExactly(20.0, 20.5, 19.6);
  }

  @Test
  void onChangeLeavesOutRepetitions() throws Exception {
    assertThat(values(rules("- {sensor: t, onChange: true}"), 1, 1, 2, 2, 1, 1))
        .containsExactly(1.0, 2.0, 1.0);
  }

  @Test
  void oneIsKeptAfterTheLongestTimeAndNoneBeforeTheShortest() throws Exception {
    var rules = rules("- {sensor: t, onChange: true, atMostEveryMs: 2000, atLeastEveryMs: 5000}");
    List<Long> kept = new ArrayList<>();
    for (int second = 0; second <= 12; second++) {
      double value = second < 3 ? second : 7;
      kept.addAll(seconds(rules, reading("gw", "t", "", second, value)));
    }

    assertThat(kept).containsExactly(0L, 2L, 4L, 9L);
  }

  @Test
  void aValueIsCalibratedInItsOwnUnitAndThenConverted() throws Exception {
    var rules = rules("- {sensor: t, scale: 2, offset: 8, unit: Cel}");

    assertThat(kept(rules, reading("gw", "t", "degF", 0, 30)))
        .containsExactly(reading("gw", "t", "Cel", 0, 20));
  }

  @Test
  void aUnitOfAnotherQuantityStaysAsItIs() throws Exception {
    var rules = rules("- {sensor: t, unit: Cel}");

    assertThat(kept(rules, reading("gw", "t", "hPa", 0, 1000), reading("gw", "t", "", 1, 5)))
        .containsExactly(reading("gw", "t", "hPa", 0, 1000), reading("gw", "t", "", 1, 5));
  }

  @Test
  void everyUnitConvertsToItsOthersAndBack() {
    for (String from : Units.known()) {
      for (String to : Units.known()) {
        Units.convert(36.6, from, to)
            .ifPresent(there ->
                assertThat(Units.convert(there, to, from).orElseThrow())
                    .as(from + " to " + to)
                    .isCloseTo(36.6, org.assertj.core.data.Offset.offset(1e-9)));
      }
    }
    assertThat(Units.convert(1, "bar", "hPa")).hasValue(1000);
    assertThat(Units.convert(0, "K", "Cel")).hasValue(-273.15);
    assertThat(Units.convert(3.6, "km/h", "m/s")).hasValue(1);
    assertThat(Units.convert(1, "kWh", "J")).hasValue(3_600_000);
    assertThat(Units.convert(1, "kn", "km/h").orElseThrow())
        .isCloseTo(1.852, org.assertj.core.data.Offset.offset(1e-12));
  }

  @Test
  void theFirstRuleThatNamesTheSensorIsTaken() throws Exception {
    var rules =
        rules(
            "- {device: pump-*, sensor: \"*\", onChange: true}\n"
                + "  - {device: gw, sensor: temp*, scale: 10}");

    assertThat(
            kept(
                rules,
                reading("gw", "temperature", "", 0, 1),
                reading("gw", "other", "", 0, 1),
                reading("gw:pump-1", "temperature", "", 0, 1),
                reading("gw:pump-1", "temperature", "", 1, 1),
                reading("gw:fan-1", "temperature", "", 0, 1)))
        .containsExactly(
            reading("gw", "temperature", "", 0, 10),
            reading("gw", "other", "", 0, 1),
            reading("gw:pump-1", "temperature", "", 0, 1),
            reading("gw:fan-1", "temperature", "", 0, 1));
  }

  /// A spool that is full refuses; the sensor sends again, and that must not look like a
  /// repetition.
  @Test
  void whatCouldNotBeKeptIsNotRemembered() throws Exception {
    var rules = rules("- {sensor: t, onChange: true}");
    var reading = reading("gw", "t", "", 0, 1);

    assertThat(kept(rules.pass(List.of(reading)))).hasSize(1);
    var again = rules.pass(List.of(reading));
    assertThat(kept(again)).hasSize(1);
    again.commit();

    assertThat(kept(rules.pass(List.of(reading)))).isEmpty();
  }

  @Test
  void whatASensorSendsLateAlwaysPasses() throws Exception {
    var rules = rules("- {sensor: t, deadband: 5}");

    assertThat(kept(rules, reading("gw", "t", "", 60, 1), reading("gw", "t", "", 10, 1)))
        .hasSize(2);
    assertThat(kept(rules, reading("gw", "t", "", 61, 1))).isEmpty();
  }

  private EdgeRules rules(String list) throws Exception {
    Files.writeString(folder.resolve("cert.pem"), "");
    Path file =
        Files.writeString(
            folder.resolve("agent.yaml"),
            """
            thing: gw
            cloud: {endpoint: localhost, certificate: cert.pem, key: cert.pem}
            edge:
              %s
            """
                .formatted(list));
    return new EdgeRules(ConfigFile.read(file).edge());
  }

  private static List<Double> values(EdgeRules rules, double... values) {
    List<Double> kept = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      kept(rules, reading("gw", "t", "", i, values[i])).forEach(r -> kept.add(r.value()));
    }
    return kept;
  }

  private static List<Long> seconds(EdgeRules rules, Reading reading) {
    return kept(rules, reading).stream().map(r -> (r.atMs() - T0) / 1000).toList();
  }

  private static List<Reading> kept(EdgeRules rules, Reading... readings) {
    var passed = rules.pass(List.of(readings));
    passed.commit();
    return kept(passed);
  }

  private static Reading reading(
      String device, String sensor, String unit, int second, double value) {
    return new Reading(device, sensor, unit, T0 + second * 1000L, value);
  }

  @Test
  void aRuleChoosesTheLane() throws Exception {
    var rules = rules("- {sensor: smoke, lane: alarm}\n  - {sensor: hum*, lane: bulk}");
    var smoke = reading("gw", "smoke", "", 0, 1);
    var humidity = reading("gw", "humidity", "", 0, 50);
    var other = reading("gw", "t", "", 0, 20);

    assertThat(rules.pass(List.of(humidity, other, smoke)).byLane())
        .isEqualTo(
            Map.of(
                Lane.ALARM, List.of(smoke),
                Lane.TELEMETRY, List.of(other),
                Lane.BULK, List.of(humidity)));
  }

  @Test
  void whatPassesGoesIntoItsWindowCalibrated() throws Exception {
    var rules =
        rules(
            "- {sensor: p*, scale: 2, deadband: 1, window: {everySeconds: 60, of: [max, mean],"
                + " graceSeconds: 3}}\n  - {sensor: q*, window: {everySeconds: 60}}");
    var passed =
        rules.pass(
            List.of(
                reading("gw", "power", "W", 0, 1),
                reading("gw", "power", "W", 1, 1.1),
                reading("gw", "p".repeat(255), "W", 0, 1),
                reading("gw", "q", "", 0, 5)));

    assertThat(passed.byWindow())
        .isEqualTo(
            Map.of(
                new Window(
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(3),
                    List.of(Aggregate.MEAN, Aggregate.MAX)),
                List.of(reading("gw", "power", "W", 0, 2)),
                new Window(Duration.ofMinutes(1), Duration.ofSeconds(5), List.of(Aggregate.MEAN)),
                List.of(reading("gw", "q", "", 0, 5))));
    // No aggregate of it could be named.
    assertThat(passed.byLane())
        .isEqualTo(Map.of(Lane.TELEMETRY, List.of(reading("gw", "p".repeat(255), "W", 0, 2))));
  }

  @Test
  void aWindowThatCannotBeIsRefused() {
    assertThatThrownBy(() -> rules("- {sensor: t, lane: bulk, window: {everySeconds: 60}}"))
        .hasMessageContaining("'edge[0].lane': none expected with a window");
    assertThatThrownBy(() -> rules("- {sensor: t, window: {everySeconds: 60, of: [median]}}"))
        .hasMessageContaining("a list of mean, min, max, count, sum, last expected, got 'median'");
  }

  private static List<Reading> kept(EdgeRules.Passed passed) {
    return passed.byLane().values().stream().flatMap(List::stream).toList();
  }
}
