// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.AlarmBound;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmMirror;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MirroredRule;
import io.fieldline.messages.Reading;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The backend's table of cases, as the agent sees it; and how often it makes haste.
class AlarmWatchTest {
  private static final Path CASES = Path.of("../messages/src/test/resources/alarm-cases.json");

  private long nanos;

  static Stream<Map<String, Object>> cases() throws Exception {
    return list(JsonText.parse(Files.readString(CASES))).stream();
  }

  /// Whatever the backend raises or clears, composites too, the agent has made haste for; and for
  /// nothing else.
  @ParameterizedTest
  @MethodSource("cases")
  void makesHasteWhereTheTableOfCasesTurns(Map<String, Object> one) throws Exception {
    List<AlarmRule> rules = new ArrayList<>();
    for (Map<String, Object> rule : list(one.get("rules"))) {
      byte[] json = JsonText.write(rule).getBytes(StandardCharsets.UTF_8);
      rules.add(MessageCodec.decodeAlarmRule(json));
    }
    List<MirroredRule> mirrored =
        rules.stream()
            .filter(rule -> MirroredRule.isMirrored(rule.condition()))
            .map(rule -> new MirroredRule(rule.name(), rule.condition(), List.of("gw")))
            .toList();
    var watch = new AlarmWatch(() -> nanos);
    watch.rules(AlarmMirror.of(mirrored));
    Set<Object> before = Set.of();
    for (Map<String, Object> step : list(one.get("steps"))) {
      long atMs = ((Number) step.get("at")).longValue() * 1000;
      boolean isTurned = false;
      for (String sensor : List.of("t", "u")) {
        if (step.get(sensor) instanceof Number value) {
          var reading = new Reading("gw", sensor, "", atMs, value.doubleValue());
          isTurned |= !watch.turnedBy(List.of(reading)).isEmpty();
        }
      }
      Set<Object> raised = new HashSet<>((List<?>) step.get("raised"));
      assertThat(isTurned).as("%s, at %s", one.get("case"), step).isEqualTo(!raised.equals(before));
      before = raised;
    }
  }

  @Test
  void aValueThatGoesUpAndDownMakesHasteEveryTwoSeconds() {
    var watch = watch("gw", "gw:a");

    assertThat(watch.turnedBy(List.of(t("gw", 0, 31)))).isEqualTo(Map.of("gw", Duration.ZERO));
    nanos += Duration.ofMillis(500).toNanos();
    assertThat(watch.turnedBy(List.of(t("gw", 1, 29), t("gw:a", 1, 31))))
        .isEqualTo(Map.of("gw", Duration.ofMillis(1500), "gw:a", Duration.ZERO));
    assertThat(watch.turnedBy(List.of(t("gw", 2, 31))))
        .as("with what goes out then")
        .isEqualTo(Map.of("gw", Duration.ofMillis(1500)));
    nanos += Duration.ofMillis(1600).toNanos();
    assertThat(watch.turnedBy(List.of(t("gw", 3, 29))))
        .isEqualTo(Map.of("gw", Duration.ofMillis(1900)));
    nanos += Duration.ofMinutes(1).toNanos();
    assertThat(watch.turnedBy(List.of(t("gw", 4, 31)))).isEqualTo(Map.of("gw", Duration.ZERO));
  }

  @Test
  void aRuleThatStaysAsItWasGoesOnAndAnotherBeginsAnew() {
    var watch = watch("gw");
    assertThat(watch.turnedBy(List.of(t("gw", 0, 31)))).isNotEmpty();

    watch.rules(AlarmMirror.of(List.of(rule("hot", 30, "gw", "gw:a"))));
    assertThat(watch.turnedBy(List.of(t("gw", 1, 32)))).isEmpty();
    assertThat(watch.count()).isEqualTo(2);

    watch.rules(AlarmMirror.of(List.of(rule("hot", 20, "gw"))));
    assertThat(watch.turnedBy(List.of(t("gw", 2, 32)))).isNotEmpty();

    watch.rules(AlarmMirror.NONE);
    assertThat(watch.turnedBy(List.of(t("gw", 3, 0)))).isEmpty();
  }

  /// Its time is of the nineties: nobody waits for it.
  @Test
  void aReadingFromBeforeTheTimeWasKnownMakesNoHaste() {
    var watch = watch("gw");
    long provisional = 700_000_000_000L;

    assertThat(watch.turnedBy(List.of(new Reading("gw", "t", "", provisional, 31)))).isEmpty();
    assertThat(watch.turnedBy(List.of(t("gw", 0, 31)))).isNotEmpty();
  }

  private AlarmWatch watch(String... devices) {
    var watch = new AlarmWatch(() -> nanos);
    watch.rules(AlarmMirror.of(List.of(rule("hot", 30, devices))));
    return watch;
  }

  private static MirroredRule rule(String name, double threshold, String... devices) {
    var bound = new AlarmBound(AlarmBound.Side.ABOVE, threshold, 0, 0);
    return new MirroredRule(name, new AlarmCondition.Threshold("t", bound), List.of(devices));
  }

  private static Reading t(String device, long afterMs, double value) {
    return new Reading(device, "t", "", 1_764_042_000_000L + afterMs, value);
  }

  private static List<Map<String, Object>> list(Object json) {
    return ((List<?>) json).stream().map(each -> JsonText.object(each).orElseThrow()).toList();
  }
}
