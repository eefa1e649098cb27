// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.edge;

import io.fieldline.agent.clock.ProvisionalTime;
import io.fieldline.messages.AlarmEvaluator;
import io.fieldline.messages.AlarmMirror;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmState;
import io.fieldline.messages.Reading;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/// The backend's alarm rules about this agent's devices, judged as the backend will judge them, so
/// that what turns one goes out at once. It raises nothing: what it takes for an alarm and is none
/// costs a message, and what it misses comes with its batch.
///
/// What the rules have come to is forgotten with the process: then the first value beyond a limit
/// goes out at once, once more. May be called from any thread.
public final class AlarmWatch {
  /// How soon after what went out at once a device's next may: a value that goes up and down over a
  /// limit without hysteresis is no reason for a message a reading.
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private final LongSupplier nanos;
  private final Map<String, Long> lastNanos = new HashMap<>();
  private volatile Map<String, List<Judged>> bySensor = Map.of();

  /// @param nanos a monotonic clock
  public AlarmWatch(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// A rule on one device, and what it has come to.
  private static final class Judged {
    private final AlarmRule rule;
    private AlarmState state = AlarmState.NONE;

    private Judged(AlarmRule rule) {
      this.rule = rule;
    }

    private synchronized boolean isTurnedBy(Reading reading) {
      boolean before = state.raised();
      state = AlarmEvaluator.next(rule, state, reading);
      return state.raised() != before;
    }
  }

  /// These rules from now on; one that stays as it was goes on from where it is.
  public synchronized void rules(AlarmMirror mirror) {
    Map<AlarmRule, Judged> before = new HashMap<>();
    bySensor.values().forEach(list -> list.forEach(each -> before.put(each.rule, each)));
    Map<String, List<Judged>> next = new HashMap<>();
    for (var mirrored : mirror.rules()) {
      for (AlarmRule rule : mirrored.each()) {
        String sensor = sensor(rule.device(), rule.condition().sensor().orElse(""));
        next.computeIfAbsent(sensor, _ -> new ArrayList<>())
            .add(before.getOrDefault(rule, new Judged(rule)));
      }
    }
    bySensor = Map.copyOf(next);
    lastNanos.clear();
  }

  /// How many rules there are, each counted on each device.
  public int count() {
    return bySensor.values().stream().mapToInt(List::size).sum();
  }

  /// Of which devices these readings turn a rule, and after which time what waits of them should go
  /// out. A reading from before the time was known turns none: nobody waits for it.
  public Map<String, Duration> turnedBy(List<Reading> readings) {
    Map<String, List<Judged>> rules = bySensor;
    if (rules.isEmpty()) {
      return Map.of();
    }
    Map<String, Duration> turned = new LinkedHashMap<>();
    for (Reading reading : readings) {
      for (Judged judged :
          rules.getOrDefault(sensor(reading.device(), reading.sensor()), List.of())) {
        if (ProvisionalTime.slotOf(reading.atMs()) < 0 && judged.isTurnedBy(reading)) {
          turned.computeIfAbsent(reading.device(), this::pause);
        }
      }
    }
    return turned;
  }

  /// Until the device's next may go out at once; what turns meanwhile goes with it.
  private synchronized Duration pause(String device) {
    long now = nanos.getAsLong();
    Long last = lastNanos.get(device);
    long pause = last == null ? 0 : last - now;
    if (last != null && pause <= 0) {
      pause = Math.max(0, pause + PAUSE.toNanos());
    }
    lastNanos.put(device, now + pause);
    return Duration.ofNanos(pause);
  }

  /// Neither name has a line's end.
  private static String sensor(String device, String sensor) {
    return device + "\n" + sensor;
  }
}
