// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.cloudwatch.MetricStore.Point;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/// Holds every alarm against its metric, once for each minute of the stack's clock, over the
/// periods that have ended by then. One thread at a time.
final class AlarmWatch {
  /// A clock that was moved by more skips what was before: nobody is told of yesterday's alarms.
  private static final Duration CAUGHT_UP = Duration.ofMinutes(15);

  private final Alarms alarms;
  private final MetricStore store;
  private Instant evaluated;

  AlarmWatch(Alarms alarms, MetricStore store, InstantSource clock) {
    this.alarms = alarms;
    this.store = store;
    this.evaluated = clock.instant().truncatedTo(ChronoUnit.MINUTES);
  }

  /// @param now every minute that has begun by then is looked at, if it was not yet
  void upTo(Instant now) {
    Instant last = now.truncatedTo(ChronoUnit.MINUTES);
    Instant earliest = last.minus(CAUGHT_UP);
    Instant minute = evaluated.isBefore(earliest) ? earliest : evaluated;
    while (minute.isBefore(last)) {
      minute = minute.plus(1, ChronoUnit.MINUTES);
      for (MetricAlarm alarm : alarms.all()) {
        AlarmVerdict verdict = AlarmVerdict.of(alarm, datapoints(alarm, minute));
        verdict
            .state()
            .ifPresent(state -> alarms.transit(alarm.alarmName(), state, verdict.reason()));
      }
    }
    evaluated = last;
  }

  private List<Optional<Double>> datapoints(MetricAlarm alarm, Instant end) {
    int period = alarm.period();
    Instant start = end.minusSeconds((long) period * alarm.evaluationPeriods());
    var found = new TreeMap<Instant, Point>();
    var dimensions =
        alarm.dimensions().stream()
            .collect(Collectors.toMap(Dimension::name, Dimension::value, (_, b) -> b));
    store
        .find(alarm.namespace(), alarm.metricName(), dimensions, alarm.unitAsString())
        .forEach(series ->
            store
                .read(series, start, end, period)
                .forEach((at, point) -> found.merge(at, point, Point::plus)));
    var datapoints = new ArrayList<Optional<Double>>();
    for (int back = 1; back <= alarm.evaluationPeriods(); back++) {
      Instant from = end.minusSeconds((long) period * back);
      datapoints.add(
          Optional.ofNullable(found.get(from))
              .map(point -> Metrics.value(point, alarm.statistic())));
    }
    return datapoints;
  }
}
