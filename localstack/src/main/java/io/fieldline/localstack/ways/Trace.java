// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The steps under one root: those of a way, or of an invocation in which the messages of a batch
/// meet, which then is linked from each of their ways. Its own lock guards it and its steps.
final class Trace {
  static final int MOST_STEPS = 1_000;
  private static final int MOST_LED = 200;

  /// Of the message that began a way: it can be published again if it is whole.
  private static final int MOST_ORIGIN_BYTES = 8 * 1024;

  private final Ways ways;
  private final String id;
  private final Instant at;
  private final long beganNanos = System.nanoTime();
  private final Ways.@Nullable Origin origin;
  private final List<Link> links;
  private final List<Step> steps = new ArrayList<>(8);
  private final List<Trace> led = new ArrayList<>(0);
  private final Step root;
  private @Nullable Supplier<Step> again;
  private @Nullable Boolean sampled;
  private volatile long revision;
  private long bytes;
  private boolean isNew = true;
  private boolean isForgotten;

  /// Where one trace goes on in another.
  record Link(String traceId, long step, @Nullable Boolean sampled) {}

  /// @param origin how the way began; null of a trace that is linked from others
  Trace(Ways ways, String id, Instant at, Ways.@Nullable Origin origin, List<Link> links) {
    this.ways = ways;
    this.id = id;
    this.at = at;
    this.origin = origin;
    this.links = links;
    this.root = new Step(this, 0, 0, 0, Step.Kind.CALL, Step.Lane.OTHER, "", "", "", beganNanos);
  }

  String id() {
    return id;
  }

  Instant at() {
    return at;
  }

  long beganNanos() {
    return beganNanos;
  }

  Ways.@Nullable Origin origin() {
    return origin;
  }

  List<Link> links() {
    return links;
  }

  /// What comes before its first step.
  Step root() {
    return root;
  }

  long revision() {
    return revision;
  }

  /// A trace that is full, or of which the oldest part is forgotten, goes on without further steps.
  Step begin(
      int parent,
      Step.Kind kind,
      Step.Lane lane,
      String name,
      String resource,
      String principal,
      long nanos) {
    Step step;
    boolean first;
    synchronized (this) {
      if (isForgotten || steps.size() >= MOST_STEPS) {
        return root;
      }
      step =
          new Step(
              this,
              steps.size() + 1,
              parent,
              ways.nextRevision(),
              kind,
              lane,
              name,
              resource,
              principal,
              nanos);
      steps.add(step);
      revision = step.sequence();
      first = isNew;
      isNew = false;
    }
    ways.added(this, first);
    return step;
  }

  void changed() {
    revision = ways.nextRevision();
  }

  /// Of which the payloads are larger than usual.
  void grew(int by) {
    if (ways.isWhole()) {
      boolean counts;
      synchronized (this) {
        bytes += by;
        counts = !isForgotten;
      }
      if (counts) {
        ways.grew(by);
      }
    }
  }

  /// No step is added any more.
  synchronized long forget() {
    isForgotten = true;
    return bytes;
  }

  synchronized int size() {
    return steps.size();
  }

  /// The step of this number; what comes before the first, where there is none such.
  synchronized Step step(long number) {
    return number >= 1 && number <= steps.size() ? steps.get((int) number - 1) : root;
  }

  /// A message that fails for ever leads to more than anybody looks at.
  synchronized void leadTo(Trace other) {
    if (led.size() < MOST_LED) {
      led.add(other);
    }
  }

  synchronized List<Trace> led() {
    return List.copyOf(led);
  }

  synchronized List<Step> steps() {
    return List.copyOf(steps);
  }

  synchronized @Nullable Boolean sampled() {
    return sampled;
  }

  synchronized void sample(boolean decision) {
    if (sampled == null) {
      sampled = decision;
    }
  }

  List<TraceHeader> sampledLinks() {
    return links.stream()
        .filter(l -> Boolean.TRUE.equals(l.sampled()))
        .map(l -> new TraceHeader(l.traceId(), l.step(), l.sampled()))
        .toList();
  }

  synchronized void repeatable(Supplier<Step> how) {
    again = how;
  }

  synchronized @Nullable Supplier<Step> again() {
    return again;
  }

  int most(Step step) {
    boolean began = step.kind() == Step.Kind.PUBLISH && step(step.parent()).isBeginning();
    return ways.isWhole()
        ? Integer.MAX_VALUE
        : began ? MOST_ORIGIN_BYTES : Ways.MOST_BYTES_A_PAYLOAD;
  }
}
