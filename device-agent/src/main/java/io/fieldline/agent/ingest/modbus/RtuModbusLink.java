// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import com.digitalpetri.modbus.Crc16;
import com.digitalpetri.modbus.ModbusRtuFrame;
import com.digitalpetri.modbus.ModbusRtuResponseFrameParser;
import io.fieldline.agent.ingest.Link;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Modbus RTU, on a serial line or on a TCP connection that carries its frames.
///
/// Source: Modbus over Serial Line Specification V1.02, sections 2.4 and 2.5.1: address, PDU, CRC
/// with its low byte first, silence before each frame. The end of an answer is told by its length,
/// not by the silence after it, which USB adapters do not keep.
final class RtuModbusLink implements ModbusLink {
  /// More than 3.5 characters at 9600 baud and 1.75 ms at any higher rate.
  private static final Duration SILENCE = Duration.ofMillis(5);

  private final Opener opener;
  private @Nullable Line line;

  /// Something that is opened anew after each failure.
  @FunctionalInterface
  interface Opener {
    Line open(Duration atMost) throws IOException;
  }

  /// An open line.
  record Line(Link link, Closeable end) {}

  RtuModbusLink(Opener opener) {
    this.opener = opener;
  }

  @Override
  public ByteBuffer exchange(int unitId, ByteBuffer pdu, Duration atMost)
      throws IOException, InterruptedException {
    try {
      return exchange(open(atMost).link(), unitId, pdu, System.nanoTime() + atMost.toNanos());
    } catch (SocketTimeoutException | ModbusException e) {
      throw e;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Line open(Duration atMost) throws IOException {
    Line open = line;
    if (open == null) {
      open = opener.open(atMost);
      line = open;
    }
    return open;
  }

  private static ByteBuffer exchange(Link link, int unitId, ByteBuffer pdu, long deadline)
      throws IOException, InterruptedException {
    discardLateAnswers(link);
    link.out().write(frame(unitId, pdu));
    link.out().flush();
    var parser = new ModbusRtuResponseFrameParser();
    byte[] chunk = new byte[256];
    while (true) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new SocketTimeoutException("no answer in time");
      }
      int length = link.read(chunk, Duration.ofNanos(left));
      if (length < 0) {
        throw new EOFException("the serial line ended");
      }
      switch (parser.parse(Arrays.copyOf(chunk, length))) {
        case ModbusRtuResponseFrameParser.Accumulated(ModbusRtuFrame answer) -> {
          return checked(answer, unitId);
        }
        case ModbusRtuResponseFrameParser.ParseError(_, String why) ->
            throw new ModbusException("an answer of Modbus RTU expected: " + why);
        default -> {}
      }
    }
  }

  private static void discardLateAnswers(Link link) throws IOException, InterruptedException {
    byte[] late = new byte[256];
    try {
      while (link.read(late, SILENCE) >= 0) {
        // Until it is silent.
      }
      throw new EOFException("the serial line ended");
    } catch (SocketTimeoutException e) {
      return;
    }
  }

  private static byte[] frame(int unitId, ByteBuffer pdu) {
    ByteBuffer frame = ByteBuffer.allocate(1 + pdu.remaining() + 2).order(ByteOrder.LITTLE_ENDIAN);
    frame.put((byte) unitId).put(pdu);
    return frame.putShort((short) crc(ByteBuffer.wrap(frame.array(), 0, frame.position()))).array();
  }

  private static int crc(ByteBuffer bytes) {
    var crc = new Crc16();
    crc.update(bytes);
    return crc.getValue();
  }

  private static ByteBuffer checked(ModbusRtuFrame answer, int unitId) throws ModbusException {
    ByteBuffer pdu = answer.pdu().slice();
    ByteBuffer whole = ByteBuffer.allocate(1 + pdu.remaining());
    whole.put((byte) answer.unitId()).put(pdu.duplicate()).flip();
    int sent = answer.crc().slice().order(ByteOrder.LITTLE_ENDIAN).getShort() & 0xffff;
    if (crc(whole) != sent) {
      throw new ModbusException("the answer's checksum is wrong: is the line noisy?");
    }
    if (answer.unitId() != unitId) {
      throw new ModbusException(
          "an answer of unit " + unitId + " expected, got one of " + answer.unitId());
    }
    return pdu;
  }

  @Override
  public void close() {
    Line open = line;
    line = null;
    if (open != null) {
      try {
        open.end().close();
      } catch (IOException e) {
        // It is gone either way.
        return;
      }
    }
  }
}
