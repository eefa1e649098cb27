// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.ways.Ways;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.h2.mvstore.MVMap;

/// The schedules that are due some time, each with its timer. Times that a moved clock has leapt
/// over are due once.
final class Running {
  private final Api api;
  private final StackInfo stack;
  private final StackClock clock;
  private final Timers timers;
  private final Ways ways;
  private final MVMap<String, Schedule> schedules;
  private final Map<String, Timers.Timer> running = new ConcurrentHashMap<>();

  Running(
      Api api,
      StackInfo stack,
      StackClock clock,
      Timers timers,
      Ways ways,
      MVMap<String, Schedule> schedules) {
    this.api = api;
    this.stack = stack;
    this.clock = clock;
    this.timers = timers;
    this.ways = ways;
    this.schedules = schedules;
  }

  /// A schedule is new or has changed, or the stack has started.
  ///
  /// @param after times before it are over
  void start(Schedule schedule, Instant after) {
    stop(schedule.key());
    schedule
        .next(after)
        .ifPresent(due -> running.put(schedule.key(), timers.at(due, () -> fire(schedule, due))));
  }

  void stop(String key) {
    Timers.Timer timer = running.remove(key);
    if (timer != null) {
      timer.cancel();
    }
  }

  private void fire(Schedule schedule, Instant due) {
    // It may have been changed or deleted at this moment.
    if (!schedule.equals(schedules.get(schedule.key()))) {
      return;
    }
    Optional<Instant> next = schedule.next(clock.instant());
    if (next.isPresent()) {
      start(schedule, clock.instant());
    } else {
      running.remove(schedule.key());
      if (schedule.deletes()) {
        schedules.remove(schedule.key());
      } else {
        schedules.put(schedule.key(), schedule.done(due));
      }
    }
    new Delivery(api, stack, clock, timers, ways, schedule, due).begin();
  }
}
