// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.LaneLimits;
import io.fieldline.agent.spool.SpoolLimits;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Reads `spool` and `batch`: what is kept on the disk, and how it is cut.
final class SpoolSection {
  private static final long MB = 1 << 20;
  private static final int SMALLEST_SEGMENT = 4096;
  private static final int HOUR_MS = 3_600_000;
  private static final long TEN_YEARS_HOURS = 87_600;

  private SpoolSection() {}

  static SpoolLimits read(YamlSection spool, YamlSection batch) {
    int segmentBytes =
        (int)
            spool.whole(
                "segmentBytes",
                4 * MB,
                SMALLEST_SEGMENT,
                64 * MB,
                "bytes",
                "a new file is begun at this size; what must go goes by the file");
    Optional<Duration> maxAge =
        spool.hours(
            "maxAgeHours", 1, TEN_YEARS_HOURS, "what could not be delivered for so long goes");
    int batchBytes =
        (int)
            batch.whole(
                "maxBytes", 4500, 512, 4500, "bytes", "largest batch: AWS IoT meters in 5 KB");
    Map<Lane, Duration> windows = windows(batch);
    Map<Lane, LaneLimits> lanes = new EnumMap<>(Lane.class);
    for (Lane lane : Lane.values()) {
      long maxBytes = maxBytes(spool, lane, segmentBytes);
      lanes.put(
          lane,
          new LaneLimits(
              maxBytes,
              Math.clamp(maxBytes / 4, SMALLEST_SEGMENT, segmentBytes),
              maxAge,
              windows.getOrDefault(lane, Duration.ZERO),
              batchBytes));
    }
    long minFreeBytes =
        spool.whole(
            "minFreeBytes",
            64 * MB,
            0,
            1L << 40,
            "bytes",
            "free space the disk is to keep: with less, the oldest of the least important lane"
                + " goes");
    spool.end();
    batch.end();
    return new SpoolLimits(lanes, minFreeBytes);
  }

  private static long maxBytes(YamlSection spool, Lane lane, int segmentBytes) {
    return switch (lane) {
      case TELEMETRY -> {
        long maxBytes =
            spool.whole(
                "maxBytes",
                256 * MB,
                3 * SMALLEST_SEGMENT,
                1L << 40,
                "bytes",
                "disk space of telemetry; beyond it the oldest file goes and the loss is reported");
        if (maxBytes < 3L * segmentBytes) {
          spool.problem(
              "maxBytes",
              "at least three times segmentBytes ("
                  + 3L * segmentBytes
                  + ") expected, got "
                  + maxBytes);
          yield 3L * segmentBytes;
        }
        yield maxBytes;
      }
      case ALARM ->
          spool.whole(
              "alarmMaxBytes",
              16 * MB,
              4 * SMALLEST_SEGMENT,
              1L << 40,
              "bytes",
              "disk space of the lane alarm");
      case WINDOW ->
          spool.whole(
              "windowMaxBytes",
              64 * MB,
              4 * SMALLEST_SEGMENT,
              1L << 40,
              "bytes",
              "disk space of readings that go out as aggregates (edge, window)");
      case BULK ->
          spool.whole(
              "bulkMaxBytes",
              64 * MB,
              4 * SMALLEST_SEGMENT,
              1L << 40,
              "bytes",
              "disk space of the lane bulk");
    };
  }

  /// How long the first of a batch waits for others.
  private static Map<Lane, Duration> windows(YamlSection batch) {
    Duration telemetry =
        batch.millis(
            "windowMs", 1000, 0, HOUR_MS, "how long the first reading of a batch waits for others");
    Duration bulk =
        batch.millis(
            "bulkWindowMs", 60_000, 0, HOUR_MS, "the same in the lane bulk, for large batches");
    return Map.of(
        Lane.ALARM,
        Duration.ZERO,
        Lane.TELEMETRY,
        telemetry,
        Lane.WINDOW,
        telemetry,
        Lane.BULK,
        bulk);
  }
}
