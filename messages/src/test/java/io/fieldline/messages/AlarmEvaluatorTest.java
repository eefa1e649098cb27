// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The table of cases, which holds for backend and agent, too; and what only the backend does.
final class AlarmEvaluatorTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<JsonNode> cases() throws IOException {
    return JSON.readTree(SchemaTest.resource("/alarm-cases.json")).valueStream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isAsTheTableSays(JsonNode one) throws Exception {
    var rules = new ArrayList<AlarmRule>();
    for (var rule : one.path("rules")) {
      rules.add(MessageCodec.decodeAlarmRule(JSON.writeValueAsBytes(rule)));
    }
    var states = new HashMap<String, AlarmState>();
    for (var step : one.path("steps")) {
      long atMs = step.path("at").asLong() * 1000;
      for (var sensor : List.of("t", "u")) {
        if (step.has(sensor)) {
          take(rules, states, new Reading("gw", sensor, "", atMs, step.path(sensor).asDouble()));
        }
      }
      assertThat(raised(states))
          .as("%s, at %s", one.path("case").asText(), step)
          .isEqualTo(names(step.path("raised")));
    }
  }

  private static void take(List<AlarmRule> rules, Map<String, AlarmState> states, Reading reading) {
    for (var rule : rules) {
      var before = states.getOrDefault(rule.name(), AlarmState.NONE);
      states.put(rule.name(), AlarmEvaluator.next(rule, before, reading));
    }
    for (var rule : rules) {
      if (rule.condition() instanceof AlarmCondition.Composite composite) {
        var before = states.getOrDefault(rule.name(), AlarmState.NONE);
        var after =
            AlarmEvaluator.composed(
                composite,
                before,
                name -> raised(states).contains(name),
                reading.atMs(),
                reading.atMs());
        states.put(rule.name(), after);
      }
    }
  }

  private static TreeSet<String> raised(Map<String, AlarmState> states) {
    var raised = new TreeSet<String>();
    states.forEach((name, state) -> {
      if (state.raised()) {
        raised.add(name);
      }
    });
    return raised;
  }

  private static TreeSet<String> names(JsonNode list) {
    var names = new TreeSet<String>();
    list.forEach(name -> names.add(name.asText()));
    return names;
  }

  @Test
  void tellsWhenAndByWhatItWasRaised() {
    var rule =
        new AlarmRule(
            "hot",
            "gw",
            new AlarmCondition.Rate(
                "t", AlarmCondition.Per.MINUTE, 60, new AlarmBound(AlarmBound.Side.ABOVE, 5, 0, 0)),
            null);
    var first = AlarmEvaluator.next(rule, AlarmState.NONE, new Reading("gw", "t", "", 0, 1));
    var raised = AlarmEvaluator.next(rule, first, new Reading("gw", "t", "", 120_000, 21));

    assertThat(raised.sinceMs()).isEqualTo(120_000);
    assertThat(raised.value()).isEqualTo(10);
    assertThat(AlarmEvaluator.next(rule, raised, new Reading("gx", "t", "", 999_999, 1)))
        .isSameAs(raised);
  }

  /// However late somebody looks, and not before it was seen for two minutes.
  @Test
  void absenceIsRaisedAtTheTimeAtWhichItBeganAndClearedAtThatOfTheReading() {
    var absence = new AlarmCondition.Absence(Optional.empty(), 60);

    assertThat(AlarmEvaluator.looked(absence, AlarmState.NONE, 5_000, 65_000))
        .isEqualTo(AlarmState.NONE);
    var first = AlarmEvaluator.looked(absence, AlarmState.NONE, 5_000, 999_000);
    assertThat(first.raised()).isFalse();
    assertThat(AlarmEvaluator.looked(absence, first, 5_000, 1_118_999)).isSameAs(first);
    assertThat(AlarmEvaluator.looked(absence, first, 1_000_000, 1_001_000).isAs(AlarmState.NONE))
        .isTrue();
    var away = AlarmEvaluator.looked(absence, first, 5_000, 9_999_000);
    assertThat(away.raised()).as("nobody looked for long").isFalse();
    var raised = AlarmEvaluator.looked(absence, first, 5_000, 1_119_000);
    assertThat(raised.raised()).isTrue();
    assertThat(raised.sinceMs()).isEqualTo(65_000);
    assertThat(AlarmEvaluator.looked(absence, raised, 4_000, 1_200_000)).isSameAs(raised);
    assertThat(AlarmEvaluator.looked(absence, raised, 900_000, 1_200_000)).isSameAs(raised);
    var cleared = AlarmEvaluator.looked(absence, raised, 1_150_000, 1_200_000);
    assertThat(cleared.raised()).isFalse();
    assertThat(cleared.sinceMs()).isEqualTo(1_150_000);
  }
}
