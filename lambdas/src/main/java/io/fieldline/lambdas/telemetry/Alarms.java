// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.alarm.AlarmCourse;
import io.fieldline.lambdas.alarm.AlarmLife;
import io.fieldline.lambdas.alarm.AlarmRules;
import io.fieldline.lambdas.alarm.Occasion;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmEvaluator;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.Reading;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;

/// Has alarm rules judge the readings of a batch.
final class Alarms {
  private final AlarmRules rules;
  private final AlarmLife life;
  private final Clock clock;

  Alarms(AlarmRules rules, AlarmLife life, Clock clock) {
    this.rules = rules;
    this.life = life;
    this.clock = clock;
  }

  /// Looks at the readings of those sensors that a batch has brought something newest of.
  ///
  /// @return how many alarms were raised
  int evaluate(Envelope envelope, Collection<String> sensors) {
    var device = envelope.batch().device();
    long nowMs = Math.max(clock.millis(), envelope.receivedMs());
    var occasion = new Occasion(envelope.thing(), device, envelope.receivedMs(), nowMs);
    int raised = 0;
    for (var rule : rules.of(device)) {
      boolean isAboutOne =
          switch (rule.condition()) {
            case AlarmCondition.Threshold(var of, _) -> sensors.contains(of);
            case AlarmCondition.Rate rate -> sensors.contains(rate.of());
            case AlarmCondition.Absence _, AlarmCondition.Composite _ -> false;
          };
      if (isAboutOne) {
        raised += life.judge(occasion, rule, course -> lead(course, envelope, rule));
      }
    }
    return raised;
  }

  private static void lead(AlarmCourse course, Envelope envelope, AlarmRule rule) {
    envelope.batch().readings().stream()
        .sorted(Comparator.comparingLong(Reading::atMs))
        .forEach(reading -> course.next(AlarmEvaluator.next(rule, course.state(), reading)));
  }
}
