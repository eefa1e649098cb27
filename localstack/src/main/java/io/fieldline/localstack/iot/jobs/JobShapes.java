// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.AwsFailure;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.AbortConfig;
import software.amazon.awssdk.services.iot.model.AbortCriteria;
import software.amazon.awssdk.services.iot.model.JobExecution;
import software.amazon.awssdk.services.iot.model.JobExecutionSummary;
import software.amazon.awssdk.services.iot.model.JobExecutionsRetryConfig;
import software.amazon.awssdk.services.iot.model.JobExecutionsRolloutConfig;
import software.amazon.awssdk.services.iot.model.JobProcessDetails;
import software.amazon.awssdk.services.iot.model.JobSummary;
import software.amazon.awssdk.services.iot.model.PresignedUrlConfig;
import software.amazon.awssdk.services.iot.model.RateIncreaseCriteria;
import software.amazon.awssdk.services.iot.model.RetryCriteria;
import software.amazon.awssdk.services.iot.model.TargetSelection;
import software.amazon.awssdk.services.iot.model.TimeoutConfig;

/// The control plane's shapes to what is kept, and back.
final class JobShapes {
  private static final long DEFAULT_SECONDS = 3_600;
  private static final int MOST_RETRIES = 10;
  private static final long MOST_MINUTES = 10_080;

  private JobShapes() {}

  static Job.@Nullable Presigning presigning(@Nullable PresignedUrlConfig given) {
    if (given == null || given.roleArn() == null) {
      return null;
    }
    return new Job.Presigning(
        given.roleArn(), given.expiresInSec() == null ? DEFAULT_SECONDS : given.expiresInSec());
  }

  static Job.Rollout rollout(@Nullable JobExecutionsRolloutConfig given) {
    if (given == null) {
      return new Job.Rollout(null, null);
    }
    var exponential = given.exponentialRate();
    if (exponential == null) {
      return new Job.Rollout(given.maximumPerMinute(), null);
    }
    RateIncreaseCriteria when = exponential.rateIncreaseCriteria();
    if ((when.numberOfNotifiedThings() == null) == (when.numberOfSucceededThings() == null)) {
      throw AwsFailure.invalidRequest(
          "rateIncreaseCriteria: expected either numberOfNotifiedThings or"
              + " numberOfSucceededThings");
    }
    return new Job.Rollout(
        given.maximumPerMinute(),
        new Job.Growth(
            exponential.baseRatePerMinute(),
            exponential.incrementFactor(),
            when.numberOfNotifiedThings(),
            when.numberOfSucceededThings()));
  }

  static List<Job.AbortCriterion> abort(@Nullable AbortConfig given) {
    if (given == null) {
      return List.of();
    }
    return given.criteriaList().stream()
        .map(c ->
            new Job.AbortCriterion(
                c.failureTypeAsString(), c.thresholdPercentage(), c.minNumberOfExecutedThings()))
        .toList();
  }

  static @Nullable Long minutes(@Nullable TimeoutConfig given) {
    Long minutes = given == null ? null : given.inProgressTimeoutInMinutes();
    if (minutes != null && (minutes < 1 || minutes > MOST_MINUTES)) {
      throw AwsFailure.invalidRequest(
          "inProgressTimeoutInMinutes: expected 1 to " + MOST_MINUTES + ", got " + minutes);
    }
    return minutes;
  }

  static List<Job.RetryCriterion> retry(@Nullable JobExecutionsRetryConfig given) {
    if (given == null) {
      return List.of();
    }
    int sum = given.criteriaList().stream().mapToInt(RetryCriteria::numberOfRetries).sum();
    if (sum > MOST_RETRIES) {
      throw AwsFailure.invalidRequest(
          "criteriaList: expected at most " + MOST_RETRIES + " retries in all, got " + sum);
    }
    return given.criteriaList().stream()
        .map(c -> new Job.RetryCriterion(c.failureTypeAsString(), c.numberOfRetries()))
        .toList();
  }

  static TargetSelection selection(Job job) {
    return job.order().continuous() ? TargetSelection.CONTINUOUS : TargetSelection.SNAPSHOT;
  }

  static JobSummary summary(Job job, String arn) {
    return JobSummary.builder()
        .jobArn(arn)
        .jobId(job.id())
        .targetSelection(selection(job))
        .status(job.progress().status())
        .createdAt(job.order().createdAt())
        .lastUpdatedAt(job.progress().lastUpdatedAt())
        .completedAt(job.progress().completedAt())
        .isConcurrent(!job.progress().waiting().isEmpty())
        .build();
  }

  static software.amazon.awssdk.services.iot.model.Job described(
      Job job, String arn, Collection<Execution> latest) {
    Job.Order order = job.order();
    Job.Progress progress = job.progress();
    var shape =
        software.amazon.awssdk.services.iot.model.Job.builder()
            .jobArn(arn)
            .jobId(job.id())
            .targetSelection(selection(job))
            .status(progress.status())
            .forceCanceled(progress.forceCanceled())
            .reasonCode(progress.reasonCode())
            .comment(progress.comment())
            .targets(order.targets())
            .description(order.description())
            .createdAt(order.createdAt())
            .lastUpdatedAt(progress.lastUpdatedAt())
            .completedAt(progress.completedAt())
            .isConcurrent(!progress.waiting().isEmpty())
            .jobProcessDetails(details(job, JobCounts.of(latest)))
            .jobExecutionsRolloutConfig(rollout(order.rollout()));
    var presigning = order.presigning();
    if (presigning != null) {
      shape.presignedUrlConfig(
          p -> p.roleArn(presigning.roleArn()).expiresInSec(presigning.seconds()));
    }
    if (order.minutes() != null) {
      shape.timeoutConfig(t -> t.inProgressTimeoutInMinutes(order.minutes()));
    }
    if (!order.abort().isEmpty()) {
      shape.abortConfig(a -> a.criteriaList(order.abort().stream().map(JobShapes::abort).toList()));
    }
    if (!order.retry().isEmpty()) {
      shape.jobExecutionsRetryConfig(
          r -> r.criteriaList(order.retry().stream().map(JobShapes::retry).toList()));
    }
    return shape.build();
  }

  private static AbortCriteria abort(Job.AbortCriterion c) {
    return AbortCriteria.builder()
        .failureType(c.failureType())
        .action("CANCEL")
        .thresholdPercentage(c.percentage())
        .minNumberOfExecutedThings(c.atLeast())
        .build();
  }

  private static RetryCriteria retry(Job.RetryCriterion c) {
    return RetryCriteria.builder()
        .failureType(c.failureType())
        .numberOfRetries(c.retries())
        .build();
  }

  private static JobExecutionsRolloutConfig rollout(Job.Rollout rollout) {
    var shape = JobExecutionsRolloutConfig.builder().maximumPerMinute(rollout.maximum());
    Job.Growth growth = rollout.growth();
    if (growth != null) {
      shape.exponentialRate(e ->
          e.baseRatePerMinute(growth.base())
              .incrementFactor(growth.factor())
              .rateIncreaseCriteria(c ->
                  c.numberOfNotifiedThings(growth.notified())
                      .numberOfSucceededThings(growth.succeeded())));
    }
    return shape.build();
  }

  private static JobProcessDetails details(Job job, JobCounts counts) {
    boolean processing = !job.progress().waiting().isEmpty();
    return JobProcessDetails.builder()
        .processingTargets(processing ? job.order().targets() : List.of())
        .numberOfCanceledThings(counts.of("CANCELED"))
        .numberOfSucceededThings(counts.of("SUCCEEDED"))
        .numberOfFailedThings(counts.of("FAILED"))
        .numberOfRejectedThings(counts.of("REJECTED"))
        .numberOfQueuedThings(counts.of("QUEUED"))
        .numberOfInProgressThings(counts.of("IN_PROGRESS"))
        .numberOfRemovedThings(counts.of("REMOVED"))
        .numberOfTimedOutThings(counts.of("TIMED_OUT"))
        .build();
  }

  static JobExecutionSummary summary(Execution e) {
    return JobExecutionSummary.builder()
        .status(e.status())
        .queuedAt(e.queuedAt())
        .startedAt(e.startedAt())
        .lastUpdatedAt(e.lastUpdatedAt())
        .executionNumber(e.number())
        .retryAttempt((int) e.number() - 1)
        .build();
  }

  static JobExecution execution(
      Execution e, String thingArn, Optional<Instant> deadline, Instant now) {
    return JobExecution.builder()
        .jobId(e.jobId())
        .status(e.status())
        .forceCanceled(e.forceCanceled())
        .statusDetails(d -> d.detailsMap(e.details()))
        .thingArn(thingArn)
        .queuedAt(e.queuedAt())
        .startedAt(e.startedAt())
        .lastUpdatedAt(e.lastUpdatedAt())
        .executionNumber(e.number())
        .versionNumber(e.version())
        .approximateSecondsBeforeTimedOut(
            deadline.map(at -> DeviceJson.seconds(at, now)).orElse(null))
        .build();
  }
}
