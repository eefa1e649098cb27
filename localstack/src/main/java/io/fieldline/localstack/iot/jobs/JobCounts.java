// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/// How many things are in which state with a job, each by its last try.
record JobCounts(Map<String, Integer> byStatus) {
  static JobCounts of(Collection<Execution> latest) {
    return new JobCounts(
        latest.stream().collect(Collectors.toMap(Execution::status, _ -> 1, Integer::sum)));
  }

  int of(String status) {
    return byStatus.getOrDefault(status, 0);
  }

  /// Those that count for an abort.
  int failures(String failureType) {
    return failureType.equals("ALL")
        ? of("FAILED") + of("REJECTED") + of("TIMED_OUT")
        : of(failureType);
  }

  int pending() {
    return of("QUEUED") + of("IN_PROGRESS");
  }
}
