// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

import io.fieldline.agent.health.Sources;
import io.fieldline.agent.health.Sources.Source;
import io.fieldline.agent.health.Sources.State;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// A change of the configuration that has not proved itself yet.
final class Trial {
  private final long endNanos;
  private final Set<String> begun;
  private final Set<String> badBefore;

  private Trial(Duration length, Set<String> begun, Set<String> badBefore) {
    this.endNanos = System.nanoTime() + length.toNanos();
    this.begun = begun;
    this.badBefore = badBefore;
  }

  /// One that goes on after a restart, which has begun all sources anew: none is held against it.
  static Trial afterRestart(Duration length) {
    return new Trial(length, Set.of(), Set.of());
  }

  /// @param begun the sources that the change began anew
  /// @param badBefore those that were bad without it
  static Trial of(Duration length, Set<String> begun, Set<String> badBefore) {
    return new Trial(length, Set.copyOf(begun), Set.copyOf(badBefore));
  }

  /// Another change before this one has proved itself: both are judged together.
  Trial then(Duration length, Set<String> begunToo) {
    Set<String> all = new HashSet<>(begun);
    all.addAll(begunToo);
    return new Trial(length, all, badBefore);
  }

  boolean isOver() {
    return System.nanoTime() - endNanos >= 0;
  }

  /// Whether all that was begun brings readings.
  boolean isProvedBy(Sources sources) {
    return sources.all().stream()
        .filter(source -> begun.contains(source.name()))
        .allMatch(source -> source.state() == State.FRESH);
  }

  /// Which of the sources that were begun are bad, and were not before; empty if none is.
  Optional<String> failure(Sources sources) {
    String failure =
        sources.all().stream()
            .filter(source -> begun.contains(source.name()) && !badBefore.contains(source.name()))
            .filter(Trial::isBad)
            .map(source ->
                "source "
                    + source.name()
                    + ": "
                    + (source.lastError().isEmpty() ? "brings nothing" : source.lastError()))
            .collect(Collectors.joining("; "));
    return failure.isEmpty() ? Optional.empty() : Optional.of(failure);
  }

  /// The sources that are bad now.
  static Set<String> bad(Sources sources) {
    return sources.all().stream()
        .filter(Trial::isBad)
        .map(Source::name)
        .collect(Collectors.toSet());
  }

  /// One that waits may be a slow one, or a device that answers every question with an error.
  private static boolean isBad(Source source) {
    return switch (source.state()) {
      case FAILING, STALLED -> true;
      case WAITING -> source.refusals() > 0;
      case FRESH -> false;
    };
  }
}
