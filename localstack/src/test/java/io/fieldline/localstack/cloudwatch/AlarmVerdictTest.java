// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;

/// An alarm above 10: what the latest datapoints, the newest first, make of it. `-` is a period
/// without data, `stays` an alarm that stays what it was.
///
/// Source: Amazon CloudWatch User Guide, "Configuring how CloudWatch alarms treat missing data".
final class AlarmVerdictTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          11       | 1 | missing      | ALARM
          10       | 1 | missing      | OK
          -        | 1 | missing      | INSUFFICIENT_DATA
          -        | 1 | notBreaching | OK
          -        | 1 | breaching    | ALARM
          -        | 1 | ignore       | stays
          11 11 11 | 3 | missing      | ALARM
          11 11 9  | 3 | missing      | OK
          11 - 11  | 3 | notBreaching | OK
          11 - 11  | 3 | breaching    | ALARM
          11 - 11  | 3 | ignore       | stays
          11 - 9   | 3 | ignore       | OK
          - - 9    | 3 | missing      | OK
          - - -    | 3 | missing      | INSUFFICIENT_DATA
          9 11 11  | 2 | missing      | ALARM
          9 - 11   | 2 | breaching    | ALARM
          9 - 11   | 2 | notBreaching | OK
          """)
  void theStateFollowsFromTheDatapoints(
      String datapoints, int toAlarm, String missing, String state) {
    var given =
        Stream.of(datapoints.split(" "))
            .map(one ->
                one.equals("-") ? Optional.<Double>empty() : Optional.of(Double.valueOf(one)))
            .toList();
    var alarm =
        MetricAlarm.builder()
            .threshold(10.0)
            .comparisonOperator("GreaterThanThreshold")
            .evaluationPeriods(given.size())
            .datapointsToAlarm(toAlarm)
            .treatMissingData(missing)
            .build();

    var verdict = AlarmVerdict.of(alarm, given);

    assertThat(verdict.state().map(Enum::name).orElse("stays")).isEqualTo(state);
  }

  @ParameterizedTest
  @CsvSource({
    "GreaterThanThreshold, 10, OK",
    "GreaterThanOrEqualToThreshold, 10, ALARM",
    "LessThanThreshold, 10, OK",
    "LessThanThreshold, 9.9, ALARM",
    "LessThanOrEqualToThreshold, 10, ALARM"
  })
  void theValueIsComparedAsTheOperatorSays(String operator, double value, String state) {
    var alarm =
        MetricAlarm.builder()
            .threshold(10.0)
            .comparisonOperator(operator)
            .evaluationPeriods(1)
            .build();

    assertThat(AlarmVerdict.of(alarm, java.util.List.of(Optional.of(value))).state())
        .map(Enum::name)
        .contains(state);
  }
}
