// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import com.digitalpetri.modbus.MbapHeader;
import io.fieldline.agent.ingest.Sockets;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Modbus TCP. Source: Modbus Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3 (MBAP
/// header), section 4.4.2 (an answer that came too late is told by its transaction).
final class TcpModbusLink implements ModbusLink {
  private static final int HEADER_BYTES = 7;
  private static final int MAX_LENGTH = 254;

  private final InetSocketAddress connect;
  private @Nullable Socket socket;
  private int transaction;

  TcpModbusLink(InetSocketAddress connect) {
    this.connect = connect;
  }

  @Override
  public ByteBuffer exchange(int unitId, ByteBuffer pdu, Duration atMost) throws IOException {
    try {
      return exchange(open(atMost), unitId, pdu, System.nanoTime() + atMost.toNanos());
    } catch (SocketTimeoutException e) {
      // The device is silent, but its gateway may serve others.
      throw e;
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private Socket open(Duration atMost) throws IOException {
    Socket open = socket;
    if (open == null) {
      open = Sockets.connect(connect, atMost);
      socket = open;
    }
    return open;
  }

  private ByteBuffer exchange(Socket open, int unitId, ByteBuffer pdu, long deadline)
      throws IOException {
    transaction = (transaction + 1) & 0xffff;
    ByteBuffer request = ByteBuffer.allocate(HEADER_BYTES + pdu.remaining());
    MbapHeader.Serializer.encode(
        new MbapHeader(transaction, 0, 1 + pdu.remaining(), unitId), request);
    open.getOutputStream().write(request.put(pdu).array());
    var in = new DataInputStream(open.getInputStream());
    while (true) {
      open.setSoTimeout(millisTo(deadline));
      byte[] header = new byte[HEADER_BYTES];
      if (in.read(header, 0, 1) < 0) {
        throw new EOFException("the device closed the connection");
      }
      in.readFully(header, 1, HEADER_BYTES - 1);
      MbapHeader answer = MbapHeader.Serializer.decode(ByteBuffer.wrap(header));
      if (answer.protocolId() != 0 || answer.length() < 2 || answer.length() > MAX_LENGTH) {
        throw new IOException("a Modbus TCP header expected, got " + answer);
      }
      byte[] body = new byte[answer.length() - 1];
      in.readFully(body);
      if (answer.transactionId() == transaction) {
        return ByteBuffer.wrap(body);
      }
    }
  }

  private static int millisTo(long deadline) throws SocketTimeoutException {
    long millis = (deadline - System.nanoTime()) / 1_000_000;
    if (millis <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    return (int) millis;
  }

  @Override
  public void close() {
    Sockets.close(socket);
    socket = null;
  }
}
