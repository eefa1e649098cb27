// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.ingest.Intake;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Readings as they are accepted. A reader that is too slow loses some and is told how many; no
/// source ever waits for it.
final class Tail implements Operation {
  private static final int WAITING = 1024;
  private static final Duration TICK = Duration.ofSeconds(1);

  private final Intake intake;

  Tail(Intake intake) {
    this.intake = intake;
  }

  @Override
  public Map<String, Object> run(Arguments arguments, Items items)
      throws IOException, InterruptedException {
    Pattern device = glob(arguments.text("device").orElse("*"));
    Pattern sensor = glob(arguments.text("sensor").orElse("*"));
    long left = arguments.whole("count", Long.MAX_VALUE);
    BlockingQueue<Map<String, Object>> waiting = new ArrayBlockingQueue<>(WAITING);
    var dropped = new AtomicLong();
    Intake.Tap tap =
        (source, readings) -> {
          for (Reading reading : readings) {
            if (device.matcher(reading.device()).matches()
                && sensor.matcher(reading.sensor()).matches()
                && !waiting.offer(item(source, reading))) {
              dropped.incrementAndGet();
            }
          }
        };
    intake.tap(tap);
    try {
      items.send(Map.of("listening", true));
      while (left > 0) {
        @Nullable Map<String, Object> next = waiting.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        long lost = dropped.getAndSet(0);
        if (lost > 0) {
          items.send(Map.of("leftOut", lost));
        }
        if (next == null) {
          // Finds out whether the caller is still there.
          items.send(Map.of("listening", true));
        } else {
          items.send(next);
          left--;
        }
      }
      return Map.of();
    } finally {
      intake.untap(tap);
    }
  }

  private static Map<String, Object> item(String source, Reading reading) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("at", Instant.ofEpochMilli(reading.atMs()).toString());
    item.put("device", reading.device());
    item.put("sensor", reading.sensor());
    item.put("value", reading.value());
    item.put("unit", reading.unit());
    item.put("source", source);
    return item;
  }

  static Pattern glob(String text) {
    var expression = new StringBuilder();
    for (String part : List.of(text.split("\\*", -1))) {
      if (!expression.isEmpty()) {
        expression.append(".*");
      }
      expression.append(Pattern.quote(part));
    }
    return Pattern.compile(expression.toString());
  }
}
