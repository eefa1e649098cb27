// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// How each source of readings is: when it was last heard, and what it last failed at. Names come
/// from the program or the configuration, never from a sensor. May be used from any thread.
public final class Sources {
  private static final int MISSED = 3;
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();

  /// No sources yet.
  ///
  /// @param nanoTime a time that does not jump
  public Sources(Clock clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /// How a source is.
  public enum State {
    /// Not heard yet, and nothing is wrong.
    WAITING,
    /// Heard, and not overdue.
    FRESH,
    /// Overdue: it should have been heard three times since.
    STALLED,
    /// It failed and was not heard since.
    FAILING
  }

  /// A source at one moment.
  ///
  /// @param readings how many were kept since the start
  /// @param refusals how often something of it was refused or failed
  /// @param lastError what it was last, empty if nothing ever was
  public record Source(
      String name,
      State state,
      long readings,
      Optional<Instant> lastReadingAt,
      long refusals,
      String lastError,
      Optional<Instant> lastErrorAt) {}

  /// A source that must be heard so often.
  public void expect(String source, Duration every) {
    entry(source).expect(every);
  }

  /// A source that comes when it likes.
  public void listen(String source) {
    Entry _ = entry(source);
  }

  /// Readings of it are on the disk.
  public void heard(String source, int readings) {
    entry(source).heard(readings, clock.instant());
  }

  /// Something that it sent was refused; it is not at fault as a whole.
  public void refused(String source, String why) {
    entry(source).refused(why, clock.instant(), false);
  }

  /// It cannot be read, until it is heard again.
  public void failed(String source, String why) {
    entry(source).refused(why, clock.instant(), true);
  }

  private Entry entry(String source) {
    return entries.computeIfAbsent(source, _ -> new Entry());
  }

  /// All sources by their names.
  public List<Source> all() {
    return entries.entrySet().stream().map(each -> each.getValue().show(each.getKey())).toList();
  }

  /// How many are in that state.
  public long count(State state) {
    return all().stream().filter(source -> source.state() == state).count();
  }

  private final class Entry {
    private long sinceNanos = nanoTime.getAsLong();
    private @Nullable Duration every;
    private long readings;
    private @Nullable Instant lastReadingAt;
    private long refusals;
    private String lastError = "";
    private @Nullable Instant lastErrorAt;
    private boolean failing;

    synchronized void expect(Duration time) {
      every = time;
      sinceNanos = nanoTime.getAsLong();
    }

    synchronized void heard(int count, Instant at) {
      readings += count;
      lastReadingAt = at;
      sinceNanos = nanoTime.getAsLong();
      failing = false;
    }

    synchronized void refused(String why, Instant at, boolean asAWhole) {
      refusals++;
      lastError = why;
      lastErrorAt = at;
      failing |= asAWhole;
    }

    synchronized Source show(String name) {
      return new Source(
          name,
          state(),
          readings,
          Optional.ofNullable(lastReadingAt),
          refusals,
          lastError,
          Optional.ofNullable(lastErrorAt));
    }

    private State state() {
      if (failing) {
        return State.FAILING;
      }
      Duration silent = Duration.ofNanos(nanoTime.getAsLong() - sinceNanos);
      if (every != null && silent.compareTo(every.multipliedBy(MISSED).plus(GRACE)) > 0) {
        return State.STALLED;
      }
      return lastReadingAt == null ? State.WAITING : State.FRESH;
    }
  }
}
