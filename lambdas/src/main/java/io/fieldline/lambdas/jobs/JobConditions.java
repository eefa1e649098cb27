// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.jobs;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.MessageException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.iot.model.AbortAction;
import software.amazon.awssdk.services.iot.model.AbortConfig;
import software.amazon.awssdk.services.iot.model.AbortCriteria;
import software.amazon.awssdk.services.iot.model.ExponentialRolloutRate;
import software.amazon.awssdk.services.iot.model.JobExecutionFailureType;
import software.amazon.awssdk.services.iot.model.JobExecutionsRetryConfig;
import software.amazon.awssdk.services.iot.model.JobExecutionsRolloutConfig;
import software.amazon.awssdk.services.iot.model.RateIncreaseCriteria;
import software.amazon.awssdk.services.iot.model.RetryCriteria;
import software.amazon.awssdk.services.iot.model.RetryableFailureType;
import software.amazon.awssdk.services.iot.model.TimeoutConfig;

/// The conditions of a job from what a person says of them.
///
/// Source: AWS IoT API Reference, ExponentialRolloutRate, AbortCriteria, RetryCriteria,
/// TimeoutConfig.
final class JobConditions {
  private static final int MOST_PER_MINUTE = 1_000;
  private static final int MOST_RETRIES = 10;
  private static final int MOST_CRITERIA = 10;
  private static final int MOST_MINUTES = 10_080;

  private JobConditions() {}

  static JobOrder.Conditions of(JsonObject body) throws MessageException {
    return new JobOrder.Conditions(
        body.has("rollout") ? Optional.of(rollout(body.object("rollout"))) : Optional.empty(),
        abort(body),
        body.optionalWhole("timeoutMinutes", 1, MOST_MINUTES)
            .map(minutes -> TimeoutConfig.builder().inProgressTimeoutInMinutes(minutes).build()),
        retries(body.optionalObject("retries")));
  }

  private static JobExecutionsRolloutConfig rollout(JsonObject rollout) throws MessageException {
    rollout.only("maximumPerMinute", "growing");
    var made = JobExecutionsRolloutConfig.builder();
    rollout
        .optionalWhole("maximumPerMinute", 1, MOST_PER_MINUTE)
        .ifPresent(most -> made.maximumPerMinute(most.intValue()));
    if (rollout.has("growing")) {
      made.exponentialRate(growing(rollout.object("growing")));
    }
    return made.build();
  }

  private static ExponentialRolloutRate growing(JsonObject growing) throws MessageException {
    growing.only("basePerMinute", "factor", "afterNotified", "afterSucceeded");
    var notified = growing.optionalWhole("afterNotified", 1, Integer.MAX_VALUE);
    var succeeded = growing.optionalWhole("afterSucceeded", 1, Integer.MAX_VALUE);
    if (notified.isPresent() == succeeded.isPresent()) {
      throw new MessageException(
          "/rollout/growing: expected either afterNotified or afterSucceeded");
    }
    var after = RateIncreaseCriteria.builder();
    notified.ifPresent(count -> after.numberOfNotifiedThings(count.intValue()));
    succeeded.ifPresent(count -> after.numberOfSucceededThings(count.intValue()));
    return ExponentialRolloutRate.builder()
        .baseRatePerMinute(
            growing
                .optionalWhole("basePerMinute", 1, MOST_PER_MINUTE)
                .orElseThrow(() ->
                    new MessageException("/rollout/growing/basePerMinute: expected one, got none"))
                .intValue())
        .incrementFactor(number(growing, "factor", "1.1", "5", 1))
        .rateIncreaseCriteria(after.build())
        .build();
  }

  private static Optional<AbortConfig> abort(JsonObject body) throws MessageException {
    if (!body.has("abort")) {
      return Optional.empty();
    }
    var criteria = new ArrayList<AbortCriteria>();
    for (var one : body.objects("abort")) {
      one.only("of", "percent", "atLeast");
      criteria.add(
          AbortCriteria.builder()
              .failureType(failure(one))
              .action(AbortAction.CANCEL)
              .thresholdPercentage(number(one, "percent", "0.01", "100", 2))
              .minNumberOfExecutedThings(
                  one.optionalWhole("atLeast", 1, Integer.MAX_VALUE).orElse(1L).intValue())
              .build());
    }
    if (criteria.isEmpty() || criteria.size() > MOST_CRITERIA) {
      throw new MessageException(
          "/abort: expected 1 to " + MOST_CRITERIA + ", got " + criteria.size());
    }
    return Optional.of(AbortConfig.builder().criteriaList(criteria).build());
  }

  private static JobExecutionFailureType failure(JsonObject one) throws MessageException {
    var failure = JobExecutionFailureType.fromValue(one.text("of"));
    if (failure == JobExecutionFailureType.UNKNOWN_TO_SDK_VERSION) {
      throw new MessageException(
          "/abort/of: expected one of "
              + List.copyOf(JobExecutionFailureType.knownValues())
              + ", got "
              + one.text("of"));
    }
    return failure;
  }

  private static Optional<JobExecutionsRetryConfig> retries(JsonObject retries)
      throws MessageException {
    retries.only("failed", "timedOut");
    var criteria = new ArrayList<RetryCriteria>();
    long failed = retries.optionalWhole("failed", 0, MOST_RETRIES).orElse(0L);
    long timedOut = retries.optionalWhole("timedOut", 0, MOST_RETRIES).orElse(0L);
    if (failed + timedOut > MOST_RETRIES) {
      throw new MessageException(
          "/retries: expected at most " + MOST_RETRIES + " in all, got " + (failed + timedOut));
    }
    add(criteria, RetryableFailureType.FAILED, failed);
    add(criteria, RetryableFailureType.TIMED_OUT, timedOut);
    return criteria.isEmpty()
        ? Optional.empty()
        : Optional.of(JobExecutionsRetryConfig.builder().criteriaList(criteria).build());
  }

  private static void add(List<RetryCriteria> all, RetryableFailureType failure, long count) {
    if (count > 0) {
      all.add(RetryCriteria.builder().failureType(failure).numberOfRetries((int) count).build());
    }
  }

  private static double number(JsonObject of, String name, String least, String most, int digits)
      throws MessageException {
    var value = of.members().get(name);
    var number =
        value instanceof Long whole
            ? BigDecimal.valueOf(whole)
            : value instanceof BigDecimal decimal ? decimal : null;
    if (number == null
        || number.compareTo(new BigDecimal(least)) < 0
        || number.compareTo(new BigDecimal(most)) > 0
        || number.stripTrailingZeros().scale() > digits) {
      throw new MessageException(
          name
              + ": expected a number from "
              + least
              + " to "
              + most
              + " of at most "
              + digits
              + " digits after the point, got "
              + value);
    }
    return number.doubleValue();
  }
}
