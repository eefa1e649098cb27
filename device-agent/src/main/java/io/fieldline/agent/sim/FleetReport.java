// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import java.util.Locale;

/// Where the fleet stands.
///
/// @param lost dropped by spools for want of room
record FleetReport(
    int devices,
    int connected,
    long sessions,
    long accepted,
    long refused,
    long lost,
    SequenceAudit.Finding finding,
    Latencies latencies) {

  /// Accepted from a sensor and neither acknowledged by the cloud nor counted as dropped.
  long open() {
    return Math.max(0, accepted - finding.readings() - lost);
  }

  /// Nothing that was accepted is missing.
  boolean isWhole() {
    return open() == 0 && finding.missing() <= lost;
  }

  /// One line while it runs.
  String line(long seconds) {
    return String.format(
        Locale.ROOT,
        "t=%ds connected=%d accepted=%d acknowledged=%d open=%d refused=%d p50=%.1fms p99=%.1fms",
        seconds,
        connected,
        accepted,
        finding.readings(),
        open(),
        refused,
        latencies.within(0.5),
        latencies.within(0.99));
  }

  /// All of it at the end.
  String text() {
    return String.format(
        Locale.ROOT,
        """
        devices      %,d, of them connected at the end %,d; sessions %,d
        readings     accepted %,d, acknowledged %,d, open %,d, refused %,d, dropped by spools %,d
        batches      acknowledged %,d, of them more than once %,d
        from publish to acknowledgement   p50 %.1f ms, p99 %.1f ms, all within %.1f ms
        audit        %s\
        """,
        devices,
        connected,
        sessions,
        accepted,
        finding.readings(),
        open(),
        refused,
        lost,
        finding.batches(),
        finding.again(),
        latencies.within(0.5),
        latencies.within(0.99),
        latencies.within(1),
        isWhole()
            ? "every accepted reading was acknowledged, no sequence number is missing"
            : String.format(
                Locale.ROOT,
                "FAILED: %,d readings open, %,d sequence numbers missing",
                open(),
                finding.missing()));
  }
}
