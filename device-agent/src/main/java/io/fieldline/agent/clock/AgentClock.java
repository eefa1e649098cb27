// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.clock;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.OptionalLong;

/// The agent's clock: it goes on evenly whatever is done to the machine's. The time is known once
/// the kernel's clock is synchronized, or the cloud has told it; until then readings are stamped
/// with times that are made real later ([ProvisionalTime]). A machine's clock that jumps is
/// believed if the kernel or the cloud says so. May be used from any thread.
public final class AgentClock extends Clock {
  private static final Logger LOG = System.getLogger(AgentClock.class.getName());
  private static final long JUMP_MS = 2000;

  /// The cloud tells whole seconds.
  private static final long CLOUD_ERROR_MS = 3000;

  private static final long KEEP_EVERY_MS = 60_000;

  /// No agent existed before.
  private static final long FIRST_MS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();

  private final Machine machine;
  private final BootTimes boots;
  private boolean known;
  private long startMs;
  private long jumps;
  private long keptAtMs;

  /// A clock that keeps what it learns in that folder.
  ///
  /// @param trusted whether the machine's clock is known to be right, as one with a GPS receiver is
  public AgentClock(Machine machine, Path folder, boolean trusted) {
    this.machine = machine;
    this.boots = new BootTimes(folder);
    if (trusted || (isPlausible() && machine.isSynchronized())) {
      know(systemStartMs(), "the machine's clock is right");
    }
  }

  private boolean isPlausible() {
    return machine.clock().millis() >= FIRST_MS;
  }

  private long systemStartMs() {
    return machine.clock().millis() - machine.elapsedMs();
  }

  /// Looks at the machine's clock; to be called every second.
  ///
  /// @param mustDecide whether nobody else will tell the time soon, and something waits for it
  public synchronized void tick(boolean mustDecide) {
    long systemStartMs = systemStartMs();
    if (!known) {
      if (isPlausible() && (mustDecide || machine.isSynchronized())) {
        know(systemStartMs, mustDecide ? "nobody else tells it" : "it is synchronized now");
      } else {
        keep();
      }
    } else if (Math.abs(systemStartMs - startMs) <= JUMP_MS) {
      startMs = systemStartMs;
    } else if (isPlausible() && machine.isSynchronized()) {
      jumpTo(systemStartMs, "the kernel's clock is synchronized");
    }
  }

  private void keep() {
    long elapsedMs = machine.elapsedMs();
    if (elapsedMs - keptAtMs > KEEP_EVERY_MS) {
      keptAtMs = elapsedMs;
      try {
        boots.keep();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "time since the start not kept", e);
      }
    }
  }

  /// The cloud says what time it is now.
  ///
  /// @param uncertaintyMs how wrong that may be, because the answer was so long under way
  public synchronized void cloudSays(long cloudMs, long uncertaintyMs) {
    long errorMs = CLOUD_ERROR_MS + uncertaintyMs;
    long cloudStartMs = cloudMs - machine.elapsedMs();
    long systemStartMs = systemStartMs();
    boolean systemIsRight = Math.abs(cloudStartMs - systemStartMs) <= errorMs;
    if (!known) {
      know(systemIsRight ? systemStartMs : cloudStartMs, "the cloud told it");
    } else if (Math.abs(cloudStartMs - startMs) > errorMs) {
      jumpTo(systemIsRight ? systemStartMs : cloudStartMs, "the cloud says so");
    }
  }

  private void know(long atStartMs, String why) {
    try {
      boots.learned(machine.bootId(), atStartMs);
    } catch (IOException e) {
      // The readings wait: made real now, they might be made real otherwise after a restart.
      LOG.log(Level.WARNING, "the time is known and cannot be kept, tried again", e);
      return;
    }
    known = true;
    startMs = atStartMs;
    LOG.log(Level.INFO, "the time is known: now={0} because={1}", instant(), why);
  }

  private void jumpTo(long atStartMs, String why) {
    jumps++;
    LOG.log(
        Level.WARNING,
        "the time jumps: byMs={0} because={1}",
        Long.toString(atStartMs - startMs),
        why);
    startMs = atStartMs;
  }

  /// Whether readings are stamped with real times.
  public synchronized boolean isKnown() {
    return known;
  }

  /// How often the time has jumped.
  public synchronized long jumps() {
    return jumps;
  }

  /// How far the machine's clock is ahead of this one.
  public synchronized long systemAheadMs() {
    return known ? systemStartMs() - startMs : 0;
  }

  /// The best guess of the time: the machine's own while it is not known.
  @Override
  public synchronized long millis() {
    return known ? startMs + machine.elapsedMs() : machine.clock().millis();
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(millis());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return machine.clock().withZone(zone);
  }

  /// What to stamp readings with: real times, or times to be made real.
  public Clock stamps() {
    return new Stamps();
  }

  private synchronized long stampMs() {
    if (known) {
      return startMs + machine.elapsedMs();
    }
    return boots.stampMs(machine.bootId(), machine.elapsedMs());
  }

  /// What must be added to a time to make it real: nothing to a real one; empty if that cannot be
  /// said yet. The answer for a time never changes.
  public OptionalLong shiftMs(long atMs) {
    int slot = ProvisionalTime.slotOf(atMs);
    if (slot < 0) {
      return OptionalLong.of(0);
    }
    adoptLost(slot, atMs);
    OptionalLong start = boots.startMs(slot);
    return start.isEmpty()
        ? start
        : OptionalLong.of(start.getAsLong() + ProvisionalTime.elapsedMs(atMs) - atMs);
  }

  /// What the file of starts told of it was lost with the file: it was before this start, and must
  /// not hold up what comes after it for ever.
  private synchronized void adoptLost(int slot, long atMs) {
    if (known && !boots.knows(slot)) {
      try {
        boots.adopt(slot, startMs - ProvisionalTime.elapsedMs(atMs));
        LOG.log(Level.WARNING, "when some readings were taken is lost: dated before this start");
      } catch (IOException e) {
        LOG.log(Level.WARNING, "times of earlier starts cannot be kept, tried again", e);
      }
    }
  }

  private final class Stamps extends Clock {
    @Override
    public long millis() {
      return stampMs();
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(stampMs());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return machine.clock().withZone(zone);
    }
  }
}
