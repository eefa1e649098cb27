// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Text;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;

/// Time. Source: AWS IoT developer guide, "Functions", timestamp, parse_time, time_to_epoch.
final class TimeFunctions {
  private TimeFunctions() {}

  static Value timestamp(Arguments in, CallScope scope) {
    return Int.of(scope.message().context().receivedAt().toEpochMilli());
  }

  /// `parse_time(pattern, ms[, zone])`: Joda-Time patterns, UTC where no zone is named.
  static Value parseTime(Arguments in, CallScope scope) {
    var pattern = in.text(0);
    var number = io.fieldline.iotsql.value.Conversions.toInt(in.at(1));
    var zone = in.count() > 2 ? in.text(2) : Optional.of("UTC");
    if (pattern.isEmpty() || zone.isEmpty() || !(number instanceof Int(var ms))) {
      return Value.UNDEFINED;
    }
    try {
      var time = Instant.ofEpochMilli(ms.longValueExact()).atZone(ZoneId.of(zone.get()));
      return new Text(JodaPattern.write(pattern.get(), time));
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return Value.UNDEFINED;
    }
  }

  /// `time_to_epoch(text, pattern)`: java.time patterns; without a zone UTC is meant, without a
  /// time midnight.
  static Value timeToEpoch(Arguments in, CallScope scope) {
    var text = in.text(0);
    var pattern = in.text(1);
    if (text.isEmpty() || pattern.isEmpty()) {
      return Value.UNDEFINED;
    }
    try {
      var parsed =
          formatter(pattern.get())
              .parseBest(text.get(), ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
      return Int.of(instant(parsed).toEpochMilli());
    } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
      return Value.UNDEFINED;
    }
  }

  private static Instant instant(TemporalAccessor parsed) {
    return switch (parsed) {
      case ZonedDateTime zoned -> zoned.toInstant();
      case LocalDateTime local -> local.toInstant(ZoneOffset.UTC);
      default -> LocalDate.from(parsed).atTime(LocalTime.MIDNIGHT).toInstant(ZoneOffset.UTC);
    };
  }

  private static DateTimeFormatter formatter(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }
}
