// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.messages.TelemetryBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/// Numbers as a sensor sends them, each once, and what became of them.
final class Audit {
  private final AtomicLong next = new AtomicLong();
  private final Set<Long> acknowledged = new ConcurrentSkipListSet<>();

  /// A number that was never sent.
  long number() {
    return next.getAndIncrement();
  }

  /// The sensor was told that this one is safe.
  void acknowledged(long number) {
    acknowledged.add(number);
  }

  int acknowledged() {
    return acknowledged.size();
  }

  /// Whether all that were acknowledged came.
  boolean isComplete(List<TelemetryBatch> came) {
    return new HashSet<>(numbers(came)).containsAll(acknowledged);
  }

  /// Every acknowledged number came, or the agent itself has counted it as lost; nothing came that
  /// was not sent; a batch that came again is the same, and no number is in two batches.
  ///
  /// @param reportedLost readings that the agent says it could not deliver
  /// @param againAtMost batches that may have come again
  void check(List<TelemetryBatch> came, long reportedLost, long againAtMost) {
    Map<Id, TelemetryBatch> once = new HashMap<>();
    int again = 0;
    for (TelemetryBatch batch : came) {
      TelemetryBatch before =
          once.putIfAbsent(
              new Id(batch.device(), batch.epoch(), batch.lane(), batch.firstSeq()), batch);
      if (before != null) {
        assertThat(batch).as("a batch that came again").isEqualTo(before);
        again++;
      }
    }
    List<Long> numbers = numbers(List.copyOf(once.values()));
    assertThat(numbers).as("each in one batch").doesNotHaveDuplicates();
    assertThat(numbers).as("only what was sent").allMatch(number -> number < next.get());
    var missing = new TreeSet<>(acknowledged);
    missing.removeAll(new HashSet<>(numbers));
    assertThat(missing.size())
        .as("acknowledged, not come and not reported: %s", missing)
        .isLessThanOrEqualTo((int) reportedLost);
    assertThat(again).as("batches that came again").isLessThanOrEqualTo((int) againAtMost);
  }

  private record Id(String device, long epoch, int lane, long firstSeq) {}

  private static List<Long> numbers(List<TelemetryBatch> batches) {
    List<Long> numbers = new ArrayList<>();
    for (TelemetryBatch batch : batches) {
      batch.readings().stream()
          .filter(reading -> reading.sensor().equals("n"))
          .forEach(reading -> numbers.add((long) reading.value()));
    }
    return numbers;
  }
}
