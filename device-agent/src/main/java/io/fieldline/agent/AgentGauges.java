// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.clock.AgentClock;
import io.fieldline.agent.cloud.LinkState;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.spool.DeadLetters;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.Spool;

/// The gauges of the metrics page, read when the page is.
final class AgentGauges {
  private final Metrics metrics;

  AgentGauges(Metrics metrics) {
    this.metrics = metrics;
  }

  void of(Spool spool, DeadLetters deadLetters, LinkState link, Sources sources, AgentClock clock) {
    metrics.gauge("fieldline_connected", () -> link.isConnected() ? 1 : 0);
    metrics.gauge("fieldline_sessions_total", link::session);
    metrics.gauge("fieldline_time_known", () -> clock.isKnown() ? 1 : 0);
    metrics.gauge("fieldline_time_jumps_total", clock::jumps);
    metrics.gauge("fieldline_sources_stalled", () -> sources.count(Sources.State.STALLED));
    metrics.gauge("fieldline_sources_failing", () -> sources.count(Sources.State.FAILING));
    metrics.gauge("fieldline_spool_size_bytes", () -> spool.stats().sizeBytes());
    metrics.gauge("fieldline_spool_backlog_bytes", () -> spool.stats().backlogBytes());
    metrics.gauge("fieldline_spool_segments", () -> spool.stats().segments());
    metrics.gauge("fieldline_spool_in_flight", () -> spool.stats().inFlight());
    metrics.gauge("fieldline_spool_fsyncs_total", () -> spool.stats().fsyncs());
    metrics.gauge("fieldline_spool_sealed_batches_total", () -> spool.stats().sealedBatches());
    metrics.gauge("fieldline_spool_lost_readings_total", () -> spool.stats().gap().readings());
    metrics.gauge("fieldline_spool_damaged_bytes_total", () -> spool.stats().damagedBytes());
    for (Lane lane : Lane.values()) {
      String label = "{lane=\"" + lane.label() + "\"}";
      metrics.gauge("fieldline_lane_backlog_bytes" + label, () -> spool.stats(lane).backlogBytes());
      metrics.gauge(
          "fieldline_lane_lost_readings_total" + label, () -> spool.stats(lane).gap().readings());
    }
    metrics.gauge("fieldline_dead_letter_bytes", deadLetters::sizeBytes);
    metrics.gauge(
        "fieldline_heap_used_bytes",
        () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
  }
}
