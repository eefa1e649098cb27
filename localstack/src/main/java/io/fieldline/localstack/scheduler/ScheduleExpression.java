// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.AwsFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When a schedule is due.
///
/// Source: EventBridge Scheduler User Guide, "Schedule types"; on daylight saving: what falls into
/// the hour that is not there is skipped, what falls into the hour that is there twice runs once.
/// Assumed: it runs in the first of the two.
sealed interface ScheduleExpression {
  /// The first time after another at which it is due; none if it never is again.
  ///
  /// @param began when the schedule began
  Optional<Instant> next(Instant after, Instant began, ZoneId zone);

  /// Again and again, from when it began; days are 24 hours.
  record Rate(Duration period) implements ScheduleExpression {
    @Override
    public Optional<Instant> next(Instant after, Instant began, ZoneId zone) {
      long periods = after.isBefore(began) ? 0 : Duration.between(began, after).dividedBy(period);
      return Optional.of(began.plus(period.multipliedBy(periods + 1)));
    }
  }

  /// Once.
  record At(LocalDateTime when) implements ScheduleExpression {
    @Override
    public Optional<Instant> next(Instant after, Instant began, ZoneId zone) {
      return instant(when, zone).filter(after::isBefore);
    }
  }

  /// By the calendar.
  record Cron(CronExpression cron) implements ScheduleExpression {
    @Override
    public Optional<Instant> next(Instant after, Instant began, ZoneId zone) {
      LocalDate first = after.atZone(zone).toLocalDate();
      for (LocalDate day = first;
          day.getYear() <= CronExpression.LAST_YEAR;
          day = day.plusDays(1)) {
        if (cron.days().test(day)) {
          Optional<Instant> next = on(day, after, zone);
          if (next.isPresent()) {
            return next;
          }
        }
      }
      return Optional.empty();
    }

    private Optional<Instant> on(LocalDate day, Instant after, ZoneId zone) {
      for (int hour : cron.hours()) {
        for (int minute : cron.minutes()) {
          Optional<Instant> due = instant(day.atTime(hour, minute), zone).filter(after::isBefore);
          if (due.isPresent()) {
            return due;
          }
        }
      }
      return Optional.empty();
    }
  }

  private static Optional<Instant> instant(LocalDateTime time, ZoneId zone) {
    return zone.getRules().getValidOffsets(time).stream().findFirst().map(time::toInstant);
  }

  /// The expression of a text, or the service's error.
  static ScheduleExpression of(String text) {
    Matcher matcher = Syntax.EXPRESSION.matcher(text);
    if (!matcher.matches()) {
      throw invalid(text, "expected rate(value unit), cron(fields) or at(yyyy-mm-ddThh:mm:ss)");
    }
    String inside = matcher.group(2);
    try {
      return switch (matcher.group(1)) {
        case "rate" -> rate(text, inside);
        case "cron" -> new Cron(CronExpression.of(inside));
        default -> new At(LocalDateTime.parse(inside).truncatedTo(ChronoUnit.SECONDS));
      };
    } catch (DateTimeParseException e) {
      throw invalid(text, "expected at(yyyy-mm-ddThh:mm:ss)");
    } catch (IllegalArgumentException e) {
      throw invalid(text, String.valueOf(e.getMessage()));
    }
  }

  private static Rate rate(String text, String inside) {
    Matcher rate = Syntax.RATE.matcher(inside);
    if (!rate.matches() || Long.parseLong(rate.group(1)) == 0) {
      throw invalid(text, "expected rate(n minutes|hours|days), n from 1");
    }
    long count = Long.parseLong(rate.group(1));
    return new Rate(
        switch (rate.group(2)) {
          case "minute" -> Duration.ofMinutes(count);
          case "hour" -> Duration.ofHours(count);
          default -> Duration.ofDays(count);
        });
  }

  private static AwsFailure invalid(String text, String why) {
    return AwsFailure.validation("Invalid Schedule Expression " + text + ": " + why);
  }

  /// How expressions are written.
  final class Syntax {
    private static final Pattern EXPRESSION = Pattern.compile("(rate|cron|at)\\((.*)\\)");
    private static final Pattern RATE = Pattern.compile("(\\d{1,9}) (minute|hour|day)s?");

    private Syntax() {}
  }
}
