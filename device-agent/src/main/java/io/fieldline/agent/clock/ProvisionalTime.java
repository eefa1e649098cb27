// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.clock;

/// Times of readings that were taken before the time was known: which start of the machine, and how
/// long after it. They are written as milliseconds of the nineties, when nothing of this was
/// measured, so that they go wherever a time goes; no other clock's mistake looks like them,
/// because one that was never set says 1970 or 2000. Before a batch goes out they are made real.
public final class ProvisionalTime {
  private static final long FIRST_MS = 631_152_000_000L;
  private static final long SLOT_MS = 1L << 31;
  private static final long MIDDLE_MS = SLOT_MS / 2;

  /// How many starts there can be that never knew the time; then their numbers come again.
  static final int SLOTS = 146;

  /// How long after its start a machine may take such times before it needs a new slot.
  static final long LONGEST_MS = MIDDLE_MS - 86_400_000;

  private ProvisionalTime() {}

  /// The time that stands for so long after the start with that number.
  static long of(int slot, long elapsedMs) {
    return FIRST_MS + slot * SLOT_MS + MIDDLE_MS + elapsedMs;
  }

  /// Which start it belongs to; -1 for a real time.
  public static int slotOf(long atMs) {
    long slot = Math.floorDiv(atMs - FIRST_MS, SLOT_MS);
    return slot >= 0 && slot < SLOTS ? (int) slot : -1;
  }

  static long elapsedMs(long atMs) {
    return Math.floorMod(atMs - FIRST_MS, SLOT_MS) - MIDDLE_MS;
  }
}
