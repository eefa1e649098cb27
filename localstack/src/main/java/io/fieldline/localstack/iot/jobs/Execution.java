// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How far one thing is with one job, at one of its tries.
///
/// @param number of the try, from 1
/// @param place in the order in which all were queued
/// @param status as AWS names it
/// @param stepUntil when the step timer ends, if it runs
record Execution(
    String jobId,
    String thing,
    long number,
    long place,
    String status,
    Map<String, String> details,
    Instant queuedAt,
    @Nullable Instant startedAt,
    Instant lastUpdatedAt,
    long version,
    boolean forceCanceled,
    @Nullable Instant stepUntil) {
  static final Set<String> PENDING = Set.of("QUEUED", "IN_PROGRESS");

  static Execution queued(String jobId, String thing, long number, long place, Instant at) {
    return new Execution(
        jobId, thing, number, place, "QUEUED", Map.of(), at, null, at, 1, false, null);
  }

  boolean isPending() {
    return PENDING.contains(status);
  }

  boolean isInProgress() {
    return status.equals("IN_PROGRESS");
  }

  /// The next version.
  ///
  /// @param given null leaves the details as they are
  Execution updated(
      String next, @Nullable Map<String, String> given, @Nullable Instant step, Instant at) {
    boolean starts = next.equals("IN_PROGRESS") && startedAt == null;
    return new Execution(
        jobId,
        thing,
        number,
        place,
        next,
        given == null ? details : Map.copyOf(given),
        queuedAt,
        starts ? at : startedAt,
        at,
        version + 1,
        forceCanceled,
        next.equals("IN_PROGRESS") ? step : null);
  }

  Execution canceled(boolean force, @Nullable Map<String, String> given, Instant at) {
    Execution next = updated("CANCELED", given, null, at);
    return new Execution(
        jobId,
        thing,
        number,
        place,
        next.status,
        next.details,
        queuedAt,
        startedAt,
        at,
        next.version,
        force && isInProgress(),
        null);
  }
}
