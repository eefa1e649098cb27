// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.health;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    /// Overdue: it should have been heard by now.
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
    entry(source).expect(every.multipliedBy(MISSED).plus(GRACE));
  }

  /// A source that must be heard within that time; zero if it comes when it likes.
  public void expectWithin(String source, Duration longest) {
    if (longest.isPositive()) {
      entry(source).expect(longest);
    } else {
      entry(source).expectNothing();
    }
  }

  /// A source is there no more.
  public void forget(String source) {
    entries.remove(source);
  }

  /// Whether that source is there.
  public boolean isKnown(String source) {
    return entries.containsKey(source);
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

  /// Whether those that must be heard are overdue, whatever else is wrong with them; those that are
  /// awaited for the first time are not there.
  public Map<String, Boolean> overdue() {
    Map<String, Boolean> overdue = new TreeMap<>();
    entries.forEach((name, entry) -> entry.overdue().ifPresent(late -> overdue.put(name, late)));
    return overdue;
  }

  /// How many are in that state.
  public long count(State state) {
    return all().stream().filter(source -> source.state() == state).count();
  }

  private final class Entry {
    private long sinceNanos = nanoTime.getAsLong();
    private @Nullable Duration longest;
    private long readings;
    private @Nullable Instant lastReadingAt;
    private long refusals;
    private String lastError = "";
    private @Nullable Instant lastErrorAt;
    private boolean failing;

    synchronized void expect(Duration time) {
      longest = time;
      sinceNanos = nanoTime.getAsLong();
    }

    synchronized void expectNothing() {
      longest = null;
    }

    synchronized Optional<Boolean> overdue() {
      if (longest == null) {
        return Optional.empty();
      }
      boolean late = isLate();
      return late || lastReadingAt != null ? Optional.of(late) : Optional.empty();
    }

    private boolean isLate() {
      Duration silent = Duration.ofNanos(nanoTime.getAsLong() - sinceNanos);
      return longest != null && silent.compareTo(longest) > 0;
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
      if (isLate()) {
        return State.STALLED;
      }
      return lastReadingAt == null ? State.WAITING : State.FRESH;
    }
  }
}
