// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.gateway;

import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/// Which children are heard. Each change becomes a reading of the child, `agent.online` 1 or 0,
/// which is told again until it is kept. May be called from any thread.
///
/// A child counts as offline when it was silent for as long as its configuration says, or when
/// something that knows it said so, such as its last will at the local broker; a reading of it
/// makes it online.
public final class Liveness {
  /// The sensor that tells whether a child is there.
  public static final String SENSOR = "agent.online";

  private static final Logger LOG = System.getLogger(Liveness.class.getName());
  private static final int MAX_CHILDREN = 10_000;

  private final String thing;
  private final ChildrenConfig config;
  private final Clock clock;
  private final LongSupplier nanos;
  private final Map<String, State> states = new LinkedHashMap<>();

  /// Nobody was heard yet; those that are listed are awaited.
  public Liveness(String thing, ChildrenConfig config, Clock clock, LongSupplier nanos) {
    this.thing = thing;
    this.config = config;
    this.clock = clock;
    this.nanos = nanos;
    config
        .devices()
        .forEach(child ->
            states.put(child.device(), new State(child.terms().offlineAfter(), nanos.getAsLong())));
  }

  /// Keeps readings.
  @FunctionalInterface
  public interface Sink {
    /// They are on the disk when this returns.
    void accept(List<Reading> readings) throws IOException, InterruptedException;
  }

  /// Its readings were kept.
  public void heard(List<Reading> readings) {
    long now = nanos.getAsLong();
    synchronized (states) {
      for (Reading reading : readings) {
        if (!reading.device().equals(thing)) {
          state(reading.device(), config.byDefault().offlineAfter().isPositive())
              .ifPresent(state -> state.heardAt(now));
        }
      }
    }
  }

  /// Something that knows the child says whether it is there.
  public void presence(String device, boolean online) {
    synchronized (states) {
      state(device, true).ifPresent(state -> state.presence(online, nanos.getAsLong()));
    }
  }

  private Optional<State> state(String device, boolean track) {
    State known = states.get(device);
    if (known == null && track && states.size() < MAX_CHILDREN) {
      known = new State(config.byDefault().offlineAfter(), nanos.getAsLong());
      states.put(device, known);
    }
    return Optional.ofNullable(known);
  }

  /// Tells what changed; to be called now and again, by one thread.
  public void check(Sink sink) throws InterruptedException {
    Map<String, Boolean> changed = changes();
    List<Reading> readings = new ArrayList<>();
    changed.forEach((device, online) ->
        readings.add(new Reading(device, SENSOR, "", clock.millis(), online ? 1 : 0)));
    if (readings.isEmpty()) {
      return;
    }
    try {
      sink.accept(readings);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "what children are online cannot be kept now: cause={0}", e.toString());
      return;
    }
    synchronized (states) {
      changed.forEach((device, online) -> {
        State state = states.get(device);
        if (state != null) {
          state.told = Optional.of(online);
        }
      });
    }
    changed.forEach(
        (device, online) -> LOG.log(Level.INFO, "child: device={0} online={1}", device, online));
  }

  private Map<String, Boolean> changes() {
    Map<String, Boolean> changed = new LinkedHashMap<>();
    long now = nanos.getAsLong();
    synchronized (states) {
      states.forEach((device, state) -> {
        Optional<Boolean> online = state.online(now);
        if (online.isPresent() && !online.equals(state.told)) {
          changed.put(device, online.get());
        }
      });
    }
    return changed;
  }

  /// Whether the children that are known to be there or not are.
  public Map<String, Boolean> online() {
    long now = nanos.getAsLong();
    synchronized (states) {
      return states.entrySet().stream()
          .filter(entry -> entry.getValue().online(now).isPresent())
          .collect(
              Collectors.toMap(Map.Entry::getKey, e -> e.getValue().online(now).orElseThrow()));
    }
  }

  private static final class State {
    private final Duration offlineAfter;
    private long heardNanos;
    private boolean everHeard;
    private boolean saidGone;
    private Optional<Boolean> told = Optional.empty();

    State(Duration offlineAfter, long nowNanos) {
      this.offlineAfter = offlineAfter;
      this.heardNanos = nowNanos;
    }

    void heardAt(long nowNanos) {
      heardNanos = nowNanos;
      everHeard = true;
      saidGone = false;
    }

    void presence(boolean online, long nowNanos) {
      if (online) {
        heardAt(nowNanos);
      } else {
        saidGone = true;
      }
    }

    /// Empty while it is awaited.
    Optional<Boolean> online(long nowNanos) {
      boolean silent = offlineAfter.isPositive() && nowNanos - heardNanos > offlineAfter.toNanos();
      return saidGone || silent
          ? Optional.of(false)
          : everHeard ? Optional.of(true) : Optional.empty();
    }
  }
}
