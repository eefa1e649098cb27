// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.spool.BatchEncoder;
import io.fieldline.agent.spool.BatchId;
import io.fieldline.agent.spool.Lane;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Readings to the payloads of the contract.
public final class TelemetryEncoder implements BatchEncoder {
  /// Source: AWS IoT Core quotas, "Publish size": 128 KB.
  static final int LARGEST_PUBLISH = 128 * 1024;

  private final boolean deflates;

  /// @param deflates whether batches go out deflated where that pays
  public TelemetryEncoder(boolean deflates) {
    this.deflates = deflates;
  }

  @Override
  public int sentBytes(byte[] payload) {
    return deflates
        ? Deflation.ifItPays(payload).map(deflated -> deflated.length).orElse(payload.length)
        : payload.length;
  }

  @Override
  public int largestBytes() {
    return deflates ? Deflation.LARGEST : LARGEST_PUBLISH;
  }

  @Override
  public byte[] encode(BatchId id, List<Reading> readings) {
    var identity = new TelemetryBatch.Identity(id.epoch(), id.lane().number(), id.firstSeq());
    return MessageCodec.encode(TelemetryBatch.of(identity, readings));
  }

  /// The payload of a batch with its times changed by so much.
  public static byte[] restamped(byte[] payload, long shiftMs) {
    try {
      TelemetryBatch batch = MessageCodec.decodeBatch(payload);
      return MessageCodec.encode(
          new TelemetryBatch(
              batch.device(),
              batch.epoch(),
              batch.lane(),
              batch.firstSeq(),
              batch.t0Ms() + shiftMs,
              batch.columns()));
    } catch (MessageException e) {
      throw new IllegalStateException("a batch of this agent's own expected", e);
    }
  }

  /// The latest values, a message a device; such a message is not stored and has no number.
  List<byte[]> live(List<Reading> latest) {
    Map<String, List<Reading>> byDevice = new LinkedHashMap<>();
    for (Reading reading : latest) {
      byDevice.computeIfAbsent(reading.device(), _ -> new ArrayList<>()).add(reading);
    }
    List<byte[]> messages = new ArrayList<>();
    byDevice.forEach((device, readings) ->
        messages.add(encode(new BatchId(device, 0, Lane.TELEMETRY, 0), readings)));
    return messages;
  }
}
