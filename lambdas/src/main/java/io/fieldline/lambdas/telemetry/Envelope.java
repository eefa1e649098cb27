// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Quarantined;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.TelemetryBatch;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A batch as the rules put it on the queue.
///
/// @param thing who published it, from the topic
/// @param receivedMs when AWS IoT received it, epoch milliseconds
/// @param batch what it holds; its device is the thing itself or `<thing>:<child>`
record Envelope(String thing, long receivedMs, TelemetryBatch batch) {
  private static final int MAX_INFLATED = 1 << 20;
  private static final long EARLIEST_MS = 946_684_800_000L;
  private static final long MOST_AHEAD_MS = 24L * 3_600_000;

  /// The envelope of a queue message.
  static Envelope parse(String body) throws QuarantineException {
    try {
      var message = JsonObject.parse(body);
      var thing = message.text("thing");
      long receivedMs = message.whole("receivedMs");
      var payload =
          message.has("deflated")
              ? inflated(message.text("deflated"))
              : message.object("batch").toBytes();
      var batch = MessageCodec.decodeBatch(payload);
      checkTimes(batch, receivedMs);
      return new Envelope(thing, receivedMs, keyed(batch, thing));
    } catch (MessageException | IllegalArgumentException | DataFormatException e) {
      throw new QuarantineException(Quarantined.Kind.MALFORMED, String.valueOf(e.getMessage()));
    }
  }

  /// A thing can write only to itself and to its children, whatever its batch says.
  private static TelemetryBatch keyed(TelemetryBatch batch, String thing) {
    var device = batch.device();
    if (device.equals(thing) || device.startsWith(thing + ":")) {
      return batch;
    }
    return new TelemetryBatch(
        thing + ":" + device,
        batch.epoch(),
        batch.lane(),
        batch.firstSeq(),
        batch.t0Ms(),
        batch.columns());
  }

  private static void checkTimes(TelemetryBatch batch, long receivedMs) throws QuarantineException {
    for (var reading : batch.readings()) {
      if (reading.atMs() < EARLIEST_MS || reading.atMs() > receivedMs + MOST_AHEAD_MS) {
        throw new QuarantineException(
            Quarantined.Kind.TIME,
            "time of %s: expected epoch milliseconds from 2000-01-01 to 24 h ahead, got %d"
                .formatted(reading.sensor(), reading.atMs()));
      }
    }
  }

  private static byte[] inflated(String base64) throws DataFormatException {
    try (var inflater = new Inflater()) {
      inflater.setInput(Base64.getDecoder().decode(base64));
      var out = new byte[MAX_INFLATED];
      int size = inflater.inflate(out);
      if (!inflater.finished()) {
        throw new DataFormatException(
            "deflated batch: expected a whole zlib stream of at most " + MAX_INFLATED + " bytes");
      }
      return java.util.Arrays.copyOf(out, size);
    }
  }
}
