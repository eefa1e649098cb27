// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A socket whose bytes travel in WebSocket frames, each write in one. Source: RFC 6455.
final class WebSocketClient extends Socket {
  static final int TEXT = 1;
  static final int BINARY = 2;
  private static final int CLOSE = 8;
  static final int PING = 9;
  static final int PONG = 10;
  private static final byte[] MASK = {1, 2, 3, 4};

  private final DataInputStream frames;
  private byte[] rest = {};
  private int lastOpcode;

  /// Asks for the upgrade and fails with the answer's first line where it is refused.
  WebSocketClient(InetSocketAddress address, String uri, String protocol) throws IOException {
    super(address.getAddress(), address.getPort());
    setSoTimeout(5_000);
    frames = new DataInputStream(super.getInputStream());
    String request =
        "GET %s HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                .formatted(uri)
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Protocol: %s\r\nX-Token: secret\r\n\r\n".formatted(protocol);
    super.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    String answer = head();
    if (!answer.startsWith("HTTP/1.1 101 ")) {
      throw new IOException(answer.lines().findFirst().orElse("no answer"));
    }
  }

  private String head() throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int b = frames.read();
      if (b < 0) {
        break;
      }
      head.append((char) b);
    }
    return head.toString();
  }

  void send(int opcode, boolean last, byte[] content) throws IOException {
    var frame = new ByteArrayOutputStream();
    frame.write(last ? 0x80 | opcode : opcode);
    if (content.length < 126) {
      frame.write(0x80 | content.length);
    } else {
      frame.write(0x80 | 126);
      frame.write(content.length >> 8);
      frame.write(content.length);
    }
    frame.write(MASK);
    for (int i = 0; i < content.length; i++) {
      frame.write(content[i] ^ MASK[i % 4]);
    }
    super.getOutputStream().write(frame.toByteArray());
  }

  /// The content of the next frame, or null at the end.
  byte[] receive() throws IOException {
    int first = frames.read();
    if (first < 0) {
      return null;
    }
    lastOpcode = first & 0x0F;
    int length = frames.readUnsignedByte();
    length = length == 126 ? frames.readUnsignedShort() : length;
    return frames.readNBytes(length);
  }

  int lastOpcode() {
    return lastOpcode;
  }

  @Override
  public OutputStream getOutputStream() {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b});
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        send(BINARY, true, Arrays.copyOfRange(bytes, from, from + length));
      }
    };
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        while (rest.length == 0) {
          byte[] next = receive();
          if (next == null || lastOpcode == CLOSE) {
            return -1;
          }
          rest = next;
        }
        int count = Math.min(length, rest.length);
        System.arraycopy(rest, 0, into, from, count);
        rest = Arrays.copyOfRange(rest, count, rest.length);
        return count;
      }
    };
  }
}
