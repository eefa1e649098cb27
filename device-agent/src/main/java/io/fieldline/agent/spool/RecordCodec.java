// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import io.fieldline.agent.spool.LogRecord.Accepted;
import io.fieldline.agent.spool.LogRecord.Checkpoint;
import io.fieldline.agent.spool.LogRecord.Cursor;
import io.fieldline.agent.spool.LogRecord.Sealed;
import io.fieldline.agent.spool.LogRecord.Unknown;
import io.fieldline.agent.spool.LogRecord.WindowId;
import io.fieldline.messages.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// Records to bytes and back. A frame is `length:int crc32c:int body`; the checksum covers the
/// body, whose first byte is the type.
final class RecordCodec {
  static final int HEADER_BYTES = 8;
  static final byte ACCEPTED = 2;
  static final byte SEALED = 3;
  static final byte CHECKPOINT = 5;
  static final byte CURSOR = 6;
  static final byte WINDOWED = 7;
  static final byte LAST_TYPE = WINDOWED;

  /// As agents before the lanes wrote them, with one gap that only grew.
  private static final byte OLD_CHECKPOINT = 1;

  private static final byte OLD_CURSOR = 4;

  private RecordCodec() {}

  /// The whole frame of a record.
  static byte[] frame(LogRecord record) {
    var bytes = new ByteArrayOutputStream(256);
    try (var out = new DataOutputStream(bytes)) {
      out.writeLong(0);
      write(record, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] frame = bytes.toByteArray();
    ByteBuffer header = ByteBuffer.wrap(frame);
    header.putInt(frame.length - HEADER_BYTES);
    header.putInt(checksum(frame, HEADER_BYTES, frame.length - HEADER_BYTES));
    return frame;
  }

  static int checksum(byte[] bytes, int offset, int length) {
    var crc = new CRC32C();
    crc.update(bytes, offset, length);
    return (int) crc.getValue();
  }

  private static void write(LogRecord record, DataOutputStream out) throws IOException {
    switch (record) {
      case Checkpoint checkpoint -> {
        out.writeByte(CHECKPOINT);
        out.writeLong(checkpoint.cursor());
        writeGap(checkpoint.gap(), out);
        out.writeLong(checkpoint.unsealedFrom());
        out.writeInt(checkpoint.nextSeq().size());
        for (Map.Entry<String, Long> device : checkpoint.nextSeq().entrySet()) {
          out.writeUTF(device.getKey());
          out.writeLong(device.getValue());
        }
      }
      case Accepted accepted -> {
        out.writeByte(accepted.window().isPresent() ? WINDOWED : ACCEPTED);
        if (accepted.window().isPresent()) {
          writeWindow(accepted.window().get(), out);
        }
        out.writeUTF(accepted.device());
        out.writeLong(accepted.firstSeq());
        out.writeInt(accepted.samples().size());
        for (Reading sample : accepted.samples()) {
          out.writeUTF(sample.sensor());
          out.writeUTF(sample.unit());
          out.writeLong(sample.atMs());
          out.writeDouble(sample.value());
        }
      }
      case Sealed sealed -> {
        out.writeByte(SEALED);
        out.writeUTF(sealed.id().device());
        out.writeLong(sealed.id().epoch());
        out.writeLong(sealed.id().firstSeq());
        out.writeInt(sealed.readings());
        out.writeLong(sealed.fromMs());
        out.writeLong(sealed.toMs());
        out.writeInt(sealed.payload().length);
        out.write(sealed.payload());
        out.writeByte(sealed.id().lane().number());
        if (!sealed.windows().isEmpty()) {
          out.writeInt(sealed.windows().size());
          for (WindowId window : sealed.windows()) {
            writeWindow(window.window(), out);
            out.writeUTF(window.sensor());
            out.writeUTF(window.unit());
            out.writeLong(window.startMs());
          }
        }
      }
      case Cursor cursor -> {
        out.writeByte(CURSOR);
        out.writeLong(cursor.cursor());
        writeGap(cursor.gap(), out);
      }
      case Unknown unknown ->
          throw new IllegalArgumentException("a known record expected, got type " + unknown.type());
    }
  }

  private static void writeWindow(Window window, DataOutputStream out) throws IOException {
    out.writeLong(window.every().toMillis());
    out.writeLong(window.grace().toMillis());
    out.writeByte(window.of().size());
    for (Aggregate aggregate : window.of()) {
      out.writeByte(aggregate.ordinal());
    }
  }

  private static Window readWindow(DataInputStream in) throws IOException {
    Duration every = Duration.ofMillis(in.readLong());
    Duration grace = Duration.ofMillis(in.readLong());
    List<Aggregate> of = new ArrayList<>();
    Aggregate[] known = Aggregate.values();
    for (int left = in.readUnsignedByte(); left > 0; left--) {
      int number = in.readUnsignedByte();
      if (number < known.length) {
        of.add(known[number]);
      }
    }
    // Those that only a later agent knows are left out; that there were readings is told.
    return new Window(every, grace, of.isEmpty() ? List.of(Aggregate.COUNT) : of);
  }

  private static void writeGap(Gap gap, DataOutputStream out) throws IOException {
    out.writeLong(gap.readings());
    out.writeByte(gap.recent().size());
    for (Gap.Stretch stretch : gap.recent()) {
      out.writeLong(stretch.readings());
      out.writeLong(stretch.fromMs());
      out.writeLong(stretch.toMs());
      out.writeByte(stretch.cause().ordinal());
    }
  }

  /// The record of a body whose checksum was right.
  static LogRecord parse(byte[] body) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(body));
    byte type = in.readByte();
    return switch (type) {
      case CHECKPOINT -> new Checkpoint(in.readLong(), readGap(in), in.readLong(), readNextSeq(in));
      case ACCEPTED -> readAccepted(in, Optional.empty());
      case WINDOWED -> readAccepted(in, Optional.of(readWindow(in)));
      case SEALED -> readSealed(in);
      case CURSOR -> new Cursor(in.readLong(), readGap(in));
      case OLD_CHECKPOINT -> new Checkpoint(in.readLong(), readOldGap(in), 0, readNextSeq(in));
      case OLD_CURSOR -> new Cursor(in.readLong(), readOldGap(in));
      default -> new Unknown(type);
    };
  }

  private static Gap readGap(DataInputStream in) throws IOException {
    long readings = in.readLong();
    int count = in.readUnsignedByte();
    List<Gap.Stretch> recent = new ArrayList<>(count);
    Gap.Cause[] causes = Gap.Cause.values();
    for (int i = 0; i < count; i++) {
      recent.add(
          new Gap.Stretch(
              in.readLong(),
              in.readLong(),
              in.readLong(),
              causes[Math.min(in.readUnsignedByte(), causes.length - 1)]));
    }
    return new Gap(readings, recent);
  }

  private static Gap readOldGap(DataInputStream in) throws IOException {
    return Gap.NONE.plus(
        new Gap.Stretch(in.readLong(), in.readLong(), in.readLong(), Gap.Cause.QUOTA));
  }

  private static Map<String, Long> readNextSeq(DataInputStream in) throws IOException {
    int devices = in.readInt();
    Map<String, Long> nextSeq = new HashMap<>();
    for (int i = 0; i < devices; i++) {
      nextSeq.put(in.readUTF(), in.readLong());
    }
    return nextSeq;
  }

  private static Accepted readAccepted(DataInputStream in, Optional<Window> window)
      throws IOException {
    String device = in.readUTF();
    long firstSeq = in.readLong();
    int count = in.readInt();
    List<Reading> samples = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      samples.add(new Reading(device, in.readUTF(), in.readUTF(), in.readLong(), in.readDouble()));
    }
    return new Accepted(device, firstSeq, samples, window);
  }

  private static Sealed readSealed(DataInputStream in) throws IOException {
    String device = in.readUTF();
    long epoch = in.readLong();
    long firstSeq = in.readLong();
    int readings = in.readInt();
    long fromMs = in.readLong();
    long toMs = in.readLong();
    byte[] payload = in.readNBytes(in.readInt());
    // Before there were lanes nothing followed.
    Lane lane = in.available() > 0 ? Lane.ofNumber(in.readByte()) : Lane.TELEMETRY;
    var id = new BatchId(device, epoch, lane, firstSeq);
    return new Sealed(id, readings, fromMs, toMs, payload, readWindows(in));
  }

  private static List<WindowId> readWindows(DataInputStream in) throws IOException {
    List<WindowId> windows = new ArrayList<>();
    for (int left = in.available() > 0 ? in.readInt() : 0; left > 0; left--) {
      Window window = readWindow(in);
      windows.add(new WindowId(in.readUTF(), in.readUTF(), window, in.readLong()));
    }
    return windows;
  }
}
