// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A job as it is kept: what was asked, and how far it is.
record Job(String id, Order order, Progress progress) {

  /// What was asked.
  ///
  /// @param targets ARNs of things and thing groups
  /// @param continuous whether things that come to the groups later get it too
  /// @param document as it was given, with its placeholders
  /// @param documentSource the S3 URL that it was read from
  /// @param minutes how long a thing may take, or null for any time
  record Order(
      List<String> targets,
      boolean continuous,
      String document,
      @Nullable String documentSource,
      @Nullable String description,
      @Nullable Presigning presigning,
      Rollout rollout,
      List<AbortCriterion> abort,
      @Nullable Long minutes,
      List<RetryCriterion> retry,
      Instant createdAt) {}

  /// By which role, and for how long, S3 objects are handed out.
  record Presigning(String roleArn, long seconds) {}

  /// How many things are told per minute: at most `maximum`, beginning with `base` where the rate
  /// grows.
  record Rollout(@Nullable Integer maximum, @Nullable Growth growth) {
    private static final int DEFAULT_PER_MINUTE = 1_000;

    /// Source: "Job rollout rates": the rate grows by its factor each time that so many have been
    /// told, or have succeeded.
    int rate(int told, int done) {
      int most = maximum == null ? DEFAULT_PER_MINUTE : maximum;
      if (growth == null) {
        return most;
      }
      int steps = growth.notified() == null ? 0 : told / growth.notified();
      if (growth.succeeded() != null) {
        steps = Math.max(steps, done / growth.succeeded());
      }
      double rate = growth.base() * Math.pow(growth.factor(), steps);
      return (int) Math.min(most, Math.max(1, Math.floor(rate)));
    }
  }

  record Growth(int base, double factor, @Nullable Integer notified, @Nullable Integer succeeded) {}

  record AbortCriterion(String failureType, double percentage, int atLeast) {}

  record RetryCriterion(String failureType, int retries) {}

  /// How far it is.
  ///
  /// @param status as AWS names it
  /// @param waiting things that have not been told yet
  /// @param notified how many have been
  /// @param nextRolloutAt when the next of those that wait are told
  record Progress(
      String status,
      boolean forceCanceled,
      @Nullable String reasonCode,
      @Nullable String comment,
      Instant lastUpdatedAt,
      @Nullable Instant completedAt,
      List<String> waiting,
      int notified,
      @Nullable Instant nextRolloutAt) {
    static Progress begun(List<String> things, Instant at) {
      return new Progress("IN_PROGRESS", false, null, null, at, null, things, 0, at);
    }

    Progress ended(String next, Instant at) {
      return new Progress(
          next, forceCanceled, reasonCode, comment, at, at, List.of(), notified, null);
    }

    Progress canceled(boolean force, @Nullable String reason, @Nullable String why, Instant at) {
      return new Progress("CANCELED", force, reason, why, at, at, List.of(), notified, null);
    }

    /// The first `count` that wait have been told.
    Progress rolledOut(int count, @Nullable Instant next, Instant at) {
      var left = new ArrayList<>(waiting.subList(count, waiting.size()));
      return new Progress(
          status,
          forceCanceled,
          reasonCode,
          comment,
          at,
          completedAt,
          left,
          notified + count,
          left.isEmpty() ? null : next);
    }

    Progress touched(@Nullable String why, int alsoNotified, Instant at) {
      return new Progress(
          status,
          forceCanceled,
          reasonCode,
          why == null ? comment : why,
          at,
          completedAt,
          waiting,
          notified + alsoNotified,
          nextRolloutAt);
    }
  }

  boolean isInProgress() {
    return progress.status().equals("IN_PROGRESS");
  }

  Job with(Progress next) {
    return new Job(id, order, next);
  }

  Job with(Order next) {
    return new Job(id, next, progress);
  }

  /// How many retries a failure of this kind has.
  int retries(String status) {
    return order.retry().stream()
        .filter(r -> r.failureType().equals(status) || r.failureType().equals("ALL"))
        .mapToInt(RetryCriterion::retries)
        .max()
        .orElse(0);
  }

  Optional<Instant> inProgressUntil(@Nullable Instant startedAt) {
    Long minutes = order.minutes();
    return startedAt == null || minutes == null
        ? Optional.empty()
        : Optional.of(startedAt.plusSeconds(60 * minutes));
  }
}
