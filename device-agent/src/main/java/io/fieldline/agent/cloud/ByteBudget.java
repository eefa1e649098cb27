// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.Lane;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// How much a lane may still send today (UTC): a lane that has used its bytes waits for tomorrow,
/// on the disk. What was sent is kept over a restart, give or take some seconds.
final class ByteBudget implements AutoCloseable {
  private static final Logger LOG = System.getLogger(ByteBudget.class.getName());
  private static final long SAVE_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

  /// MQTT's header and packet identifier, TLS's record and TCP/IP's headers, of one publish.
  /// Assumed: one record and one segment each; acknowledgements are not counted.
  private static final int OVERHEAD_BYTES = 80;

  private Map<Lane, Long> bytesPerDay;
  private final Path file;
  private final Clock clock;
  private final Metrics metrics;
  private final Map<Lane, Long> sent = new EnumMap<>(Lane.class);
  private LocalDate day;
  private long savedNanos = System.nanoTime();

  /// @param bytesPerDay lanes without a number send what they have
  /// @param folder where the day's sum is kept
  ByteBudget(Map<Lane, Long> bytesPerDay, Path folder, Clock clock, Metrics metrics) {
    this.bytesPerDay = Map.copyOf(bytesPerDay);
    this.file = folder.resolve("uplink-bytes.json");
    this.clock = clock;
    this.metrics = metrics;
    this.day = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    load();
  }

  /// Other limits from now on; what was sent today counts.
  synchronized void limits(Map<Lane, Long> next) {
    bytesPerDay = Map.copyOf(next);
  }

  private void load() {
    if (bytesPerDay.isEmpty() || !Files.exists(file)) {
      return;
    }
    try {
      Map<String, Object> kept = JsonText.parseObject(Files.readString(file));
      if (day.toString().equals(kept.get("day"))) {
        for (Lane lane : Lane.values()) {
          if (kept.get(lane.label()) instanceof Long bytes) {
            sent.put(lane, bytes);
          }
        }
      }
    } catch (IOException | JsonSyntaxException e) {
      LOG.log(Level.WARNING, "the day's bytes cannot be read, counted anew: file={0}", file, e);
    }
  }

  synchronized boolean isOpen(Lane lane) {
    Long limit = bytesPerDay.get(lane);
    if (limit == null) {
      return true;
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (!today.equals(day)) {
      day = today;
      sent.clear();
    }
    return sent.getOrDefault(lane, 0L) < limit;
  }

  synchronized void spent(Lane lane, TelemetryRoute.Outgoing out) {
    long bytes = (long) out.topic().length() + out.payload().length + OVERHEAD_BYTES;
    sent.merge(lane, bytes, Long::sum);
    Long limit = bytesPerDay.get(lane);
    if (limit == null) {
      return;
    }
    boolean usedUp = sent.getOrDefault(lane, 0L) >= limit;
    if (usedUp) {
      metrics.add("fieldline_lane_day_used_up_total{lane=\"" + lane.label() + "\"}", 1);
      LOG.log(
          Level.WARNING,
          "the day''s bytes are used up, the lane waits for tomorrow (UTC): lane={0} bytes={1}",
          lane.label(),
          Long.toString(limit));
    }
    if (usedUp || System.nanoTime() - savedNanos > SAVE_EVERY_NANOS) {
      save();
    }
  }

  private void save() {
    savedNanos = System.nanoTime();
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put("day", day.toString());
    sent.forEach((lane, bytes) -> kept.put(lane.label(), bytes));
    try {
      Path draft = file.resolveSibling("uplink-bytes.new");
      Files.writeString(draft, JsonText.write(kept));
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the day''s bytes cannot be kept: file={0}", file, e);
    }
  }

  @Override
  public synchronized void close() {
    if (!bytesPerDay.isEmpty()) {
      save();
    }
  }
}
