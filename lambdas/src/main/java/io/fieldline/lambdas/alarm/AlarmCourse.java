// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.messages.AlarmState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How an alarm goes from one state to the next ones, and what of that people are told. Readings
/// that waited for long tell of times that are over: an alarm is raised and cleared by them at
/// their own times, and nobody is told, until a reading that is not late finds it still standing.
public final class AlarmCourse {
  /// A reading older than this is late.
  public static final Duration LATE = Duration.ofMinutes(15);

  /// More at once is flapping: then the last ones count.
  private static final int MOST_EVENTS = 20;

  private final long nowMs;
  private final AlarmState before;
  private final boolean wasTold;
  private final List<AlarmEvent> events = new ArrayList<>();
  private AlarmState state;
  private boolean isTold;

  AlarmCourse(AlarmState before, boolean wasTold, long nowMs) {
    this.before = before;
    this.wasTold = wasTold;
    this.nowMs = nowMs;
    this.state = before;
    this.isTold = wasTold;
  }

  /// What it has come to so far.
  public AlarmState state() {
    return state;
  }

  /// It comes to this, as its newest reading says.
  public void next(AlarmState next) {
    next(next, next.lastMs());
  }

  /// It comes to this.
  ///
  /// @param seenMs the time of what says so
  public void next(AlarmState next, long seenMs) {
    boolean turned = next.raised() != state.raised();
    if (turned && !next.raised()) {
      add(AlarmEvent.Kind.CLEARED, next, isTold);
      isTold = false;
    }
    boolean isNews = next.raised() && !isTold && nowMs - seenMs <= LATE.toMillis();
    if (isNews || (turned && next.raised())) {
      isTold = isNews;
      add(AlarmEvent.Kind.RAISED, next, isNews);
    }
    state = next;
  }

  private void add(AlarmEvent.Kind kind, AlarmState next, boolean told) {
    if (events.size() == MOST_EVENTS) {
      events.removeFirst();
    }
    events.removeIf(event -> event.kind() == kind && event.atMs() == next.sinceMs());
    events.add(new AlarmEvent(kind, next.sinceMs(), next.value(), told));
  }

  /// Whether people know that it stands.
  boolean isTold() {
    return isTold;
  }

  /// What became of it, in order.
  List<AlarmEvent> events() {
    return List.copyOf(events);
  }

  /// The last raise of which people are told: of several at once, each would supersede the command
  /// of the one before.
  Optional<AlarmEvent> lastRaise() {
    return events.stream()
        .filter(event -> event.kind() == AlarmEvent.Kind.RAISED && event.isTold())
        .reduce((_, last) -> last);
  }

  /// Whether there is anything to keep.
  boolean isNothing() {
    return state.isAs(before) && isTold == wasTold;
  }
}
