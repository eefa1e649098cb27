// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AlarmEvaluatorTest {
  private static List<Boolean> states(AlarmRule.Side side, double... values) {
    var rule = new AlarmRule("hot", "gw", "t", side, 30, 2, null);
    var state = AlarmState.NONE;
    var states = new ArrayList<Boolean>();
    for (int i = 0; i < values.length; i++) {
      state = AlarmEvaluator.next(rule, state, new Reading("gw", "t", "", 1000 + i, values[i]));
      states.add(state.raised());
    }
    return states;
  }

  @Test
  void aboveIsRaisedBeyondTheThresholdAndClearedByTheHysteresis() {
    assertThat(states(AlarmRule.Side.ABOVE, 30, 30.1, 29, 28.1, 28, 30, 31))
        .containsExactly(false, true, true, true, false, false, true);
  }

  @Test
  void belowIsTheMirror() {
    assertThat(states(AlarmRule.Side.BELOW, 30, 29.9, 31, 31.9, 32, 30))
        .containsExactly(false, true, true, true, false, false);
  }

  @Test
  void aReadingNotNewerOrOfAnotherSensorChangesNothing() {
    var rule = new AlarmRule("hot", "gw", "t", AlarmRule.Side.ABOVE, 30, 0, null);
    var raised = AlarmEvaluator.next(rule, AlarmState.NONE, new Reading("gw", "t", "", 5, 40));

    assertThat(raised).isEqualTo(new AlarmState(true, 5, 5, 40));
    assertThat(AlarmEvaluator.next(rule, raised, new Reading("gw", "t", "", 5, 0)))
        .isSameAs(raised);
    assertThat(AlarmEvaluator.next(rule, raised, new Reading("gw", "u", "", 9, 0)))
        .isSameAs(raised);
    assertThat(AlarmEvaluator.next(rule, raised, new Reading("gx", "t", "", 9, 0)))
        .isSameAs(raised);
  }
}
