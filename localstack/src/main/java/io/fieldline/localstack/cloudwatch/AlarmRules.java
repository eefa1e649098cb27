// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

/// What an alarm's configuration must have to be one that CloudWatch could evaluate.
///
/// Source: CloudWatch API Reference, PutMetricAlarm.
final class AlarmRules {
  private static final Set<String> MISSING_DATA =
      Set.of("breaching", "notBreaching", "ignore", "missing");
  private static final int SECONDS_OF_A_WEEK = 604_800;

  private AlarmRules() {}

  static void check(PutMetricAlarmRequest alarm) {
    need(alarm.evaluationPeriods(), "EvaluationPeriods");
    need(alarm.comparisonOperatorAsString(), "ComparisonOperator");
    if (alarm.threshold() == null && alarm.thresholdMetricId() == null) {
      throw CloudWatchFailures.missing("Threshold");
    }
    if (alarm.hasMetrics()) {
      if (alarm.metricName() != null) {
        throw CloudWatchFailures.invalidCombination(
            "Metrics and MetricName must not be given together");
      }
    } else {
      checkMetric(alarm);
    }
    if (alarm.treatMissingData() != null && !MISSING_DATA.contains(alarm.treatMissingData())) {
      throw CloudWatchFailures.invalidValue(
          "The value "
              + alarm.treatMissingData()
              + " for parameter TreatMissingData is invalid:"
              + " expected one of "
              + MISSING_DATA.stream().sorted().toList());
    }
    Integer datapoints = alarm.datapointsToAlarm();
    if (datapoints != null && datapoints > alarm.evaluationPeriods()) {
      throw CloudWatchFailures.invalidValue(
          "DatapointsToAlarm must be at most EvaluationPeriods ("
              + alarm.evaluationPeriods()
              + "), got "
              + datapoints);
    }
  }

  private static void checkMetric(PutMetricAlarmRequest alarm) {
    need(alarm.metricName(), "MetricName");
    need(alarm.namespace(), "Namespace");
    need(alarm.period(), "Period");
    if ((alarm.statistic() == null) == (alarm.extendedStatistic() == null)) {
      throw CloudWatchFailures.invalidCombination(
          "Exactly one of Statistic and ExtendedStatistic must be given");
    }
    int period = alarm.period();
    if (period != 10 && period != 20 && period != 30 && (period < 60 || period % 60 != 0)) {
      throw CloudWatchFailures.invalidValue(
          "Period must be 10, 20, 30 or a multiple of 60, got " + period);
    }
    if ((long) period * alarm.evaluationPeriods() > SECONDS_OF_A_WEEK) {
      throw CloudWatchFailures.invalidValue(
          "Metrics cannot be checked across more than seven days (Period x EvaluationPeriods <= "
              + SECONDS_OF_A_WEEK
              + "), got "
              + (long) period * alarm.evaluationPeriods());
    }
  }

  private static void need(@Nullable Object value, String parameter) {
    if (value == null) {
      throw CloudWatchFailures.missing(parameter);
    }
  }
}
