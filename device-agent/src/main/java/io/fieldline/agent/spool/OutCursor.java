// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// How far reading and acknowledgement have come in the log. Guarded by the spool's lock.
final class OutCursor {
  private final TreeMap<Long, Sent> sent = new TreeMap<>();
  private final Set<Long> ackedAhead = new HashSet<>();
  private long acked;
  private long read;

  OutCursor(long acked) {
    this.acked = acked;
    this.read = acked;
  }

  /// Everything before this position is done with.
  long acked() {
    return acked;
  }

  /// Where the next record is read.
  long read() {
    return read;
  }

  /// Whether the batch there was acknowledged although earlier ones were not.
  boolean isAckedAhead(long position) {
    return ackedAhead.contains(position);
  }

  void skipTo(long position) {
    read = position;
    settle();
  }

  void handOut(SealedBatch batch, long endPosition) {
    sent.put(batch.position(), new Sent(batch, endPosition));
    read = endPosition;
  }

  /// Marks a batch as done; true unless it was before.
  boolean acknowledge(long position) {
    if (position < acked || !ackedAhead.add(position)) {
      return false;
    }
    settle();
    return true;
  }

  /// Everything handed out and not acknowledged will be handed out again.
  void rewind() {
    sent.clear();
    read = acked;
  }

  /// Gives up everything before this position.
  void giveUpBefore(long position) {
    if (acked >= position) {
      return;
    }
    sent.headMap(position).clear();
    acked = position;
    read = Math.max(read, position);
    settle();
  }

  int inFlight() {
    return sent.size();
  }

  private void settle() {
    while (!sent.isEmpty() && ackedAhead.contains(sent.firstKey())) {
      Map.Entry<Long, Sent> first = sent.pollFirstEntry();
      acked = first.getValue().endPosition;
    }
    if (sent.isEmpty()) {
      acked = Math.max(acked, read);
    }
    ackedAhead.removeIf(position -> position < acked);
  }

  private record Sent(SealedBatch batch, long endPosition) {}
}
