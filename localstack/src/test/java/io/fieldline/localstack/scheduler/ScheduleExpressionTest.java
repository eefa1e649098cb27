// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.api.AwsFailure;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When schedules are due.
final class ScheduleExpressionTest {
  /// Source: EventBridge Scheduler User Guide, "Schedule types", its examples of cron expressions
  /// and of wildcards, and "Daylight savings time".
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Each day at 10:15, in UTC and elsewhere.
        "cron(15 10 * * ? *)|UTC|2026-11-26T10:14:59Z|2026-11-26T10:15:00Z 2026-11-27T10:15:00Z",
        "cron(15 10 * * ? *)|Asia/Kolkata|2026-11-26T00:00:00Z|2026-11-26T04:45:00Z 2026-11-27T04:45:00Z",
        // Mondays to Fridays at 18:00.
        "cron(0 18 ? * MON-FRI *)|UTC|2026-11-27T17:00:00Z|2026-11-27T18:00:00Z 2026-11-30T18:00:00Z",
        // The first of each month at 8:00; the last of each month.
        "cron(0 8 1 * ? *)|UTC|2026-11-02T00:00:00Z|2026-12-01T08:00:00Z 2027-01-01T08:00:00Z",
        "cron(0 8 L * ? *)|UTC|2027-01-31T08:00:00Z|2027-02-28T08:00:00Z 2027-03-31T08:00:00Z",
        // The last Friday of the month, of two years.
        "cron(15 10 ? * 6L 2026-2027)|UTC|2026-11-01T00:00:00Z|2026-11-27T10:15:00Z 2026-12-25T10:15:00Z 2027-01-29T10:15:00Z",
        // The second Tuesday; the weekday nearest to the third.
        "cron(0 0 ? * 3#2 *)|UTC|2026-11-01T00:00:00Z|2026-11-10T00:00:00Z 2026-12-08T00:00:00Z",
        "cron(0 0 3W * ? *)|UTC|2026-09-30T00:00:00Z|2026-10-02T00:00:00Z 2026-11-03T00:00:00Z 2026-12-03T00:00:00Z",
        "cron(0 0 1W * ? *)|UTC|2026-07-15T00:00:00Z|2026-08-03T00:00:00Z 2026-09-01T00:00:00Z",
        // Every quarter of an hour between 8:00 and 9:59, in two months.
        "cron(0/30 8-9 1 JAN,JUL ? *)|UTC|2026-06-30T00:00:00Z|2026-07-01T08:00:00Z 2026-07-01T08:30:00Z 2026-07-01T09:00:00Z 2026-07-01T09:30:00Z 2027-01-01T08:00:00Z",
        "cron(*/20 0 ? * L *)|UTC|2026-11-28T00:20:00Z|2026-11-28T00:40:00Z 2026-12-05T00:00:00Z",
        // A leap day.
        "cron(0 0 29 2 ? *)|UTC|2026-01-01T00:00:00Z|2028-02-29T00:00:00Z 2032-02-29T00:00:00Z",
        // Over with its years.
        "cron(0 0 1 1 ? 2027)|UTC|2026-01-01T00:00:00Z|2027-01-01T00:00:00Z none",
        // 2026-03-08 has no 2:30 in New York: skipped. 3:30 is there.
        "cron(30 2 * * ? *)|America/New_York|2026-03-07T00:00:00Z|2026-03-07T07:30:00Z 2026-03-09T06:30:00Z",
        "cron(30 3 * * ? *)|America/New_York|2026-03-07T09:00:00Z|2026-03-08T07:30:00Z 2026-03-09T07:30:00Z",
        // 2026-11-01 has 1:30 twice: once.
        "cron(30 1 * * ? *)|America/New_York|2026-10-31T12:00:00Z|2026-11-01T05:30:00Z 2026-11-02T06:30:00Z",
        "cron(0/30 1-2 1 11 ? 2026)|America/New_York|2026-10-31T12:00:00Z|2026-11-01T05:00:00Z 2026-11-01T05:30:00Z 2026-11-01T07:00:00Z 2026-11-01T07:30:00Z none",
        // Days of a rate are 24 hours, whatever the calendar does.
        "rate(1 day)|America/New_York|2026-03-08T06:59:00Z|2026-03-09T05:00:00Z 2026-03-10T05:00:00Z",
        "rate(90 minutes)|UTC|2026-03-08T05:00:00Z|2026-03-08T06:30:00Z 2026-03-08T08:00:00Z",
        // Once, in its zone.
        "at(2026-07-01T12:00:30)|Europe/Berlin|2026-06-01T00:00:00Z|2026-07-01T10:00:30Z none",
        "at(2026-03-29T02:30:00)|Europe/Berlin|2026-01-01T00:00:00Z|none",
      })
  void isDue(String expression, String zone, Instant after, String expected) {
    var due = ScheduleExpression.of(expression);
    var began = Instant.parse("2026-03-08T05:00:00Z");
    var told = new ArrayList<String>();
    Optional<Instant> at = Optional.of(after);
    for (int i = 0; i < expected.split(" ").length; i++) {
      at = at.flatMap(last -> due.next(last, began, ZoneId.of(zone)));
      told.add(at.map(Instant::toString).orElse("none"));
    }

    assertThat(String.join(" ", told)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "every day|expected rate(value unit), cron(fields) or at(yyyy-mm-ddThh:mm:ss)",
        "rate(0 minutes)|n from 1",
        "rate(5 seconds)|expected rate(n minutes|hours|days)",
        "cron(0 12 * * *)|expected six fields, got 5",
        "cron(0 12 * * * *)|expected ? in either the day of the month or the day of the week",
        "cron(0 12 ? * ? *)|expected ? in either",
        "cron(60 12 * * ? *)|minutes: expected 0 to 59, got 60",
        "cron(0 12 * * ? 1969)|year: expected 1970 to 2199, got 1969",
        "cron(0 12 ? * 8 *)|day of the week: expected 1 to 7, got 8",
        "cron(0 12 ? * FRI#6 *)|# of the week: expected 1 to 5, got 6",
        "cron(0 12 * 5-2 ? *)|month: expected a range upwards, got 5-2",
        "cron(0/0 12 * * ? *)|minutes: expected a step from 1, got 0",
        "at(2026-13-01T00:00:00)|expected at(yyyy-mm-ddThh:mm:ss)",
        "at(tomorrow)|expected at(yyyy-mm-ddThh:mm:ss)",
      })
  void whatIsNoneIsRefusedWithWhatWasExpected(String expression, String told) {
    assertThatThrownBy(() -> ScheduleExpression.of(expression.replace("\\|", "|")))
        .isInstanceOf(AwsFailure.class)
        .hasMessageContaining("Invalid Schedule Expression " + expression)
        .hasMessageContaining(told.split("\\|")[0]);
  }
}
