// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;

/// What an alarm's configuration must have to be one that CloudWatch could evaluate.
///
/// Source: CloudWatch API Reference, PutMetricAlarm.
final class AlarmRules {
  private static final Set<String> MISSING_DATA =
      Set.of("breaching", "notBreaching", "ignore", "missing");
  private static final Set<ComparisonOperator> COMPARED =
      EnumSet.of(
          ComparisonOperator.GREATER_THAN_THRESHOLD,
          ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          ComparisonOperator.LESS_THAN_THRESHOLD,
          ComparisonOperator.LESS_THAN_OR_EQUAL_TO_THRESHOLD);
  private static final int SECONDS_OF_A_WEEK = 604_800;

  private AlarmRules() {}

  static void check(PutMetricAlarmRequest alarm) {
    need(alarm.evaluationPeriods(), "EvaluationPeriods");
    need(alarm.comparisonOperatorAsString(), "ComparisonOperator");
    if (alarm.hasMetrics() && alarm.metricName() != null) {
      throw CloudWatchFailures.invalidCombination(
          "Metrics and MetricName must not be given together");
    }
    if (alarm.hasMetrics() || alarm.thresholdMetricId() != null) {
      throw CloudWatchFailures.unsupported("An alarm on Metrics (metric math, anomaly detection)");
    }
    need(alarm.threshold(), "Threshold");
    if (!COMPARED.contains(alarm.comparisonOperator())) {
      throw CloudWatchFailures.invalidValue(
          "ComparisonOperator: expected one of %s without anomaly detection, got %s"
              .formatted(COMPARED, alarm.comparisonOperatorAsString()));
    }
    checkMetric(alarm);
    Stream.of(alarm.alarmActions(), alarm.okActions(), alarm.insufficientDataActions())
        .flatMap(List::stream)
        .filter(action -> !action.startsWith("arn:aws:sns:"))
        .findFirst()
        .ifPresent(action -> {
          throw CloudWatchFailures.unsupported(
              "An action other than an SNS topic (" + action + ")");
        });
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
    if (alarm.extendedStatistic() != null) {
      throw CloudWatchFailures.unsupported(
          "An alarm on the percentile " + alarm.extendedStatistic());
    }
    int period = alarm.period();
    if (period == 10 || period == 20 || period == 30) {
      throw CloudWatchFailures.unsupported("A Period of " + period + " seconds (only minutes)");
    }
    if (period < 60 || period % 60 != 0) {
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
