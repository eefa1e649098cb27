// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import io.fieldline.localstack.ways.Step.Kind;
import io.fieldline.localstack.ways.Step.Outcome;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One way as it is at the moment: what it began with, and all that this led to, over queues and
/// functions. Used by one thread.
public final class Way {
  /// Beyond this many invocations of batches a way is not followed.
  private static final int MOST_TRACES = 200;

  private final Ways ways;
  private final Trace began;
  private final Ways.Origin origin;
  private final Map<String, Trace> traces = new LinkedHashMap<>();
  private final long revision;
  private int count;
  private Outcome outcome = Outcome.OK;
  private long endedNanos;

  private Way(Ways ways, Trace began, Ways.Origin origin) {
    this.ways = ways;
    this.began = began;
    this.origin = origin;
    long newest = 0;
    var left = new ArrayDeque<Trace>(List.of(began));
    while (!left.isEmpty() && traces.size() < MOST_TRACES) {
      Trace trace = left.remove();
      if (traces.putIfAbsent(trace.id(), trace) == null) {
        newest = Math.max(newest, trace.revision());
        left.addAll(trace.led());
      }
    }
    this.revision = newest;
    count();
  }

  private void count() {
    long now = System.nanoTime();
    endedNanos = began.beganNanos();
    for (Trace trace : traces.values()) {
      synchronized (trace) {
        for (Step step : trace.steps()) {
          count++;
          Outcome of = step.outcome();
          if (step.kind() == Kind.MESSAGE && of == Outcome.RUNNING) {
            // A queue may keep it for minutes, and everything else is done.
            continue;
          }
          outcome = of.compareTo(outcome) > 0 ? of : outcome;
          endedNanos = Math.max(endedNanos, of == Outcome.RUNNING ? now : step.endedNanos());
        }
      }
    }
  }

  /// @throws IllegalArgumentException where it is no way's trace
  static Way of(Ways ways, Trace trace) {
    Ways.Origin origin = trace.origin();
    if (origin == null) {
      throw new IllegalArgumentException(trace.id() + " is linked from ways and is none");
    }
    return new Way(ways, trace, origin);
  }

  public String id() {
    return began.id();
  }

  /// When it was last changed, as {@link Ways.Page#revision} counts.
  public long revision() {
    return revision;
  }

  public Instant at() {
    return began.at();
  }

  public Ways.Origin origin() {
    return origin;
  }

  /// Publishes the message that began it once more; empty where none did, or it was not kept whole.
  public Optional<Supplier<Step>> again() {
    return Optional.ofNullable(began.again());
  }

  /// @param step as it is
  /// @param number in the order in which they began, from 1
  /// @param parent the number of what led to it; 0 where it began the way
  /// @param shared the other ways whose messages were in the same invocation
  public record Numbered(Step.Seen step, int number, int parent, List<String> shared) {}

  private record At(Trace trace, Step step) {}

  /// All steps, in the order in which they began.
  public List<Numbered> steps() {
    var all = new ArrayList<At>();
    for (Trace trace : traces.values()) {
      trace.steps().forEach(step -> all.add(new At(trace, step)));
    }
    all.sort(Comparator.comparingLong(at -> at.step().sequence()));
    var numbers = new IdentityHashMap<Step, Integer>();
    for (At at : all) {
      numbers.put(at.step(), numbers.size() + 1);
    }
    var shown = new ArrayList<Numbered>();
    for (At at : all) {
      Step.Seen seen;
      synchronized (at.trace()) {
        seen = at.step().seen(began.beganNanos());
      }
      Step parent = parent(at);
      shown.add(
          new Numbered(
              seen,
              shown.size() + 1,
              parent == null ? 0 : numbers.getOrDefault(parent, 0),
              at.step().kind() == Kind.INVOCATION ? shared(at) : List.of()));
    }
    return shown;
  }

  private @Nullable Step parent(At at) {
    if (at.step().parent() != 0) {
      return at.trace().step(at.step().parent());
    }
    for (Trace.Link link : at.trace().links()) {
      Trace from = traces.get(link.traceId());
      if (from != null) {
        return from.step(link.step());
      }
    }
    return null;
  }

  private List<String> shared(At at) {
    Set<String> others = new LinkedHashSet<>();
    if (at.step().parent() == 0) {
      roots(at.trace(), others, new HashMap<>());
      others.remove(id());
    }
    return List.copyOf(others);
  }

  private void roots(Trace trace, Set<String> found, Map<String, Trace> seen) {
    if (seen.putIfAbsent(trace.id(), trace) != null || seen.size() > MOST_TRACES) {
      return;
    }
    if (trace.origin() != null) {
      found.add(trace.id());
    }
    for (Trace.Link link : trace.links()) {
      ways.trace(link.traceId()).ifPresent(from -> roots(from, found, seen));
    }
  }

  public int size() {
    return count;
  }

  /// The worst of its steps'.
  public Outcome outcome() {
    return outcome;
  }

  /// From its beginning to the end of its last step, or until now.
  public long nanos() {
    return endedNanos - began.beganNanos();
  }
}
