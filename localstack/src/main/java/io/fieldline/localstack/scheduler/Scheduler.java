// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;

/// EventBridge Scheduler: groups, schedules, and what happens when one is due.
public final class Scheduler {
  private final Store store;
  private final StackInfo stack;
  private final StackClock clock;
  private final Timers timers;
  private final Ways ways;

  public Scheduler(Store store, StackInfo stack, StackClock clock, Timers timers, Ways ways) {
    this.ways = ways;
    this.store = store;
    this.stack = stack;
    this.clock = clock;
    this.timers = timers;
  }

  public void register(Api api) {
    var kept = store.map("scheduler/schedules", Schedule.class);
    var running = new Running(api, stack, clock, timers, ways, kept);
    var groups =
        new ScheduleGroups(
            store.map("scheduler/groups", ScheduleGroups.Group.class),
            stack,
            clock,
            group ->
                kept.values().stream()
                    .filter(schedule -> schedule.groupName().equals(group))
                    .toList()
                    .forEach(schedule -> {
                      kept.remove(schedule.key());
                      running.stop(schedule.key());
                    }));
    groups.register(api);
    new Schedules(kept, groups, running, stack, clock).register(api);
  }
}
