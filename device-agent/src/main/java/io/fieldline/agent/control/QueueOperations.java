// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.Gap;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.SealedBatch;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolStats;
import io.fieldline.agent.spool.WaitingBatches;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What waits for the cloud, shown, written out, or given up. The spool goes on meanwhile: it is
/// asked for few batches at a time.
final class QueueOperations {
  private static final int AT_A_TIME = 64;
  private static final int COUNTED = 20_000;

  private final Spool spool;

  QueueOperations(Spool spool) {
    this.spool = spool;
  }

  // --- ls --------------------------------------------------------------------------------------

  Map<String, Object> list(Arguments arguments, Operation.Items items) throws ControlException {
    Map<String, Object> lanes = new LinkedHashMap<>();
    for (Lane lane : Lane.values()) {
      try {
        lanes.put(lane.label(), listed(lane));
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
    return lanes;
  }

  private Map<String, Object> listed(Lane lane) throws IOException {
    long batches = 0;
    long readings = 0;
    long fromMs = 0;
    WaitingBatches some = spool.waiting(lane, 0, AT_A_TIME);
    while (!some.batches().isEmpty() && batches < COUNTED) {
      fromMs = batches == 0 ? some.batches().getFirst().fromMs() : fromMs;
      batches += some.batches().size();
      readings += some.batches().stream().mapToLong(SealedBatch::readings).sum();
      some = spool.waiting(lane, some.next(), AT_A_TIME);
    }
    SpoolStats stats = spool.stats(lane);
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("batches", batches);
    shown.put("readings", readings);
    if (!some.batches().isEmpty()) {
      shown.put("andMore", true);
    }
    if (batches > 0) {
      shown.put("oldestAt", Instant.ofEpochMilli(fromMs).toString());
    }
    shown.put("backlogBytes", stats.backlogBytes());
    shown.put("inFlight", stats.inFlight());
    shown.put("segments", stats.segments());
    shown.put("lostReadings", stats.gap().readings());
    return shown;
  }

  // --- peek, export ----------------------------------------------------------------------------

  Map<String, Object> peek(Arguments arguments, Operation.Items items)
      throws ControlException, IOException {
    return Map.of("batches", send(lane(arguments), arguments.whole("count", 10), items));
  }

  Map<String, Object> export(Arguments arguments, Operation.Items items)
      throws ControlException, IOException {
    long batches = 0;
    List<Lane> lanes =
        arguments.text("lane").orElse("all").equals("all")
            ? List.of(Lane.values())
            : List.of(lane(arguments));
    for (Lane lane : lanes) {
      batches += send(lane, Long.MAX_VALUE, items);
    }
    return Map.of("batches", batches);
  }

  private long send(Lane lane, long count, Operation.Items items)
      throws ControlException, IOException {
    long left = count;
    long position = 0;
    while (left > 0) {
      WaitingBatches some = waiting(lane, position, (int) Math.min(left, AT_A_TIME));
      if (some.batches().isEmpty()) {
        break;
      }
      for (SealedBatch batch : some.batches()) {
        items.send(item(batch));
      }
      left -= some.batches().size();
      position = some.next();
    }
    return count - left;
  }

  private WaitingBatches waiting(Lane lane, long from, int atMost) throws ControlException {
    try {
      return spool.waiting(lane, from, atMost);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static ControlException unreadable(IOException cause) {
    return new ControlException("the spool cannot be read: " + cause);
  }

  private static Map<String, Object> item(SealedBatch batch) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("lane", batch.id().lane().label());
    item.put("device", batch.id().device());
    item.put("epoch", batch.id().epoch());
    item.put("firstSeq", batch.id().firstSeq());
    item.put("bytes", batch.payload().length);
    try {
      TelemetryBatch decoded = MessageCodec.decodeBatch(batch.payload());
      item.put("readings", decoded.readings().stream().map(QueueOperations::reading).toList());
    } catch (MessageException e) {
      item.put("readings", JsonText.NULL);
      item.put("unreadable", String.valueOf(e.getMessage()));
    }
    return item;
  }

  private static Map<String, Object> reading(Reading reading) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("at", Instant.ofEpochMilli(reading.atMs()).toString());
    shown.put("sensor", reading.sensor());
    shown.put("value", reading.value());
    shown.put("unit", reading.unit());
    return shown;
  }

  // --- drop ------------------------------------------------------------------------------------

  Map<String, Object> drop(Arguments arguments, Operation.Items items) throws ControlException {
    Lane lane = lane(arguments);
    long count = arguments.whole("count", 0);
    if (!arguments.flag("yes")) {
      throw new ControlException(
          "queue drop: --yes expected: the oldest "
              + count
              + " batches of lane "
              + lane.label()
              + " would be lost for good (queue export keeps them in a file)");
    }
    long left = count;
    long readings = 0;
    try {
      while (left > 0) {
        int some = (int) Math.min(left, AT_A_TIME);
        Gap.Stretch lost = spool.giveUp(lane, some);
        if (lost.readings() == 0) {
          break;
        }
        readings += lost.readings();
        left -= some;
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return Map.of("lane", lane.label(), "droppedReadings", readings);
  }

  private static Lane lane(Arguments arguments) throws ControlException {
    String name = arguments.text("lane").orElse(Lane.TELEMETRY.label());
    return Arrays.stream(Lane.values())
        .filter(lane -> lane.label().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ControlException(
                "one of "
                    + Arrays.stream(Lane.values())
                        .map(Lane::label)
                        .collect(Collectors.joining(", "))
                    + " expected as lane, got "
                    + name));
  }
}
