// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// What the latest periods of an alarm's metric make of it.
///
/// Source: Amazon CloudWatch User Guide, "Evaluating an alarm" and "Configuring how CloudWatch
/// alarms treat missing data". Assumed: only the evaluation periods themselves are looked at, where
/// CloudWatch also retrieves some before them; and where data is missing and so treated, an alarm
/// with some datapoints is judged by these.
///
/// @param state empty where the alarm stays what it is
record AlarmVerdict(Optional<StateValue> state, String reason) {

  /// @param datapoints one for each evaluation period, the newest first; empty where none came
  static AlarmVerdict of(MetricAlarm alarm, List<Optional<Double>> datapoints) {
    var came = datapoints.stream().flatMap(Optional::stream).toList();
    int missing = datapoints.size() - came.size();
    long breaching = came.stream().filter(value -> breaches(alarm, value)).count();
    int toAlarm = Objects.requireNonNullElse(alarm.datapointsToAlarm(), alarm.evaluationPeriods());
    var treatment = Objects.requireNonNullElse(alarm.treatMissingData(), "missing");
    if (treatment.equals("breaching")) {
      breaching += missing;
    }
    if (breaching >= toAlarm) {
      return new AlarmVerdict(Optional.of(StateValue.ALARM), crossed(alarm, came, missing, true));
    }
    boolean undecided = breaching + missing >= toAlarm;
    if (treatment.equals("ignore") && undecided) {
      return new AlarmVerdict(Optional.empty(), "");
    }
    if (treatment.equals("missing") && came.isEmpty()) {
      return new AlarmVerdict(
          Optional.of(StateValue.INSUFFICIENT_DATA),
          "Insufficient Data: %d datapoints were unknown.".formatted(missing));
    }
    return new AlarmVerdict(Optional.of(StateValue.OK), crossed(alarm, came, missing, false));
  }

  private static boolean breaches(MetricAlarm alarm, double value) {
    double threshold = alarm.threshold();
    return switch (alarm.comparisonOperator()) {
      case GREATER_THAN_THRESHOLD -> value > threshold;
      case GREATER_THAN_OR_EQUAL_TO_THRESHOLD -> value >= threshold;
      case LESS_THAN_THRESHOLD -> value < threshold;
      case LESS_THAN_OR_EQUAL_TO_THRESHOLD -> value <= threshold;
      default -> throw new IllegalStateException("refused when it was put: " + alarm);
    };
  }

  private static String crossed(
      MetricAlarm alarm, List<Double> came, int missing, boolean breaching) {
    var treated =
        missing == 0
            ? ""
            : " and %d missing datapoint%s treated as [%s]"
                .formatted(
                    missing,
                    missing == 1 ? " was" : "s were",
                    Objects.requireNonNullElse(alarm.treatMissingData(), "missing"));
    return "Threshold Crossed: %d datapoint%s %s%s was %s%s the threshold (%s)."
        .formatted(
            came.size(),
            came.size() == 1 ? "" : "s",
            came,
            treated,
            breaching ? "" : "not ",
            words(alarm.comparisonOperator()),
            alarm.threshold());
  }

  private static String words(ComparisonOperator operator) {
    return operator
        .toString()
        .replaceAll("([a-z])([A-Z])", "$1 $2")
        .toLowerCase(Locale.ROOT)
        .replace(" threshold", "");
  }
}
