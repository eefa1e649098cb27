// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// MQTT 3.1.1 with QoS 1, as fast as a client can be: many packets in one record of TLS.
final class MqttClient implements AutoCloseable {
  private static final int CONNECT = 0x10;
  private static final int PUBLISH_QOS1 = 0x32;
  private static final int PUBACK = 0x40;
  private static final int SUBSCRIBE = 0x82;
  private static final int BUFFER = 16 * 1024;
  private static final int LARGEST_ID = 65_535;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;
  private final Consumer<byte[]> received;
  private int lastId;

  /// @param received takes the payloads, on one thread
  MqttClient(SSLSocketFactory tls, int port, String clientId, Consumer<byte[]> received)
      throws IOException {
    this(secured(tls, port), clientId, received);
  }

  private static Socket secured(SSLSocketFactory tls, int port) throws IOException {
    SSLSocket secure = (SSLSocket) tls.createSocket("localhost", port);
    secure.setTcpNoDelay(true);
    secure.startHandshake();
    return secure;
  }

  /// On a connection that is there.
  MqttClient(Socket socket, String clientId, Consumer<byte[]> received) throws IOException {
    this.socket = socket;
    this.received = received;
    this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER));
    this.out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER));
    var connect = new ByteArrayOutputStream();
    var body = new DataOutputStream(connect);
    body.writeUTF("MQTT");
    body.writeByte(4);
    body.writeByte(2); // a clean session
    body.writeShort(1_200);
    body.writeUTF(clientId);
    send(CONNECT, connect.toByteArray());
    expect("CONNACK", 0x20, 1);
  }

  void subscribe(String filter) throws IOException {
    var subscribe = new ByteArrayOutputStream();
    var body = new DataOutputStream(subscribe);
    body.writeShort(nextId());
    body.writeUTF(filter);
    body.writeByte(1);
    send(SUBSCRIBE, subscribe.toByteArray());
    expect("SUBACK", 0x90, 2);
  }

  private synchronized void send(int head, byte[] body) throws IOException {
    write(head, body.length);
    out.write(body);
    out.flush();
  }

  private void expect(String what, int head, int codeAt) throws IOException {
    int came = in.readUnsignedByte();
    byte[] body = in.readNBytes(length());
    if (came != head || body.length <= codeAt || (body[codeAt] & 0x80) != 0) {
      throw new IOException("expected a good " + what + ", got packet type " + (came >> 4));
    }
  }

  /// From now on packets are read, on a thread of their own.
  MqttClient listening() {
    Thread.ofPlatform().daemon().start(this::listen);
    return this;
  }

  private void listen() {
    try {
      while (true) {
        int head = in.readUnsignedByte();
        byte[] body = in.readNBytes(length());
        if ((head & 0xF0) == 0x30) {
          delivered(head, body);
        }
      }
    } catch (IOException ended) {
      // Closed: whoever waits for messages sees that they do not come.
    }
  }

  private void delivered(int head, byte[] body) throws IOException {
    var fields = new DataInputStream(new ByteArrayInputStream(body));
    fields.skipNBytes(fields.readUnsignedShort());
    if ((head & 0x06) != 0) {
      int id = fields.readUnsignedShort();
      synchronized (this) {
        write(PUBACK, 2);
        out.writeShort(id);
        if (in.available() == 0) {
          out.flush();
        }
      }
    }
    received.accept(fields.readAllBytes());
  }

  /// Waits for so many acknowledgements; not for one that is listening.
  void acknowledged(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int came = in.readUnsignedByte();
      in.skipNBytes(length());
      if (came != PUBACK) {
        throw new IOException("expected a PUBACK, got packet type " + (came >> 4));
      }
    }
  }

  /// Hands the packet over; `flush` sends it at the latest.
  synchronized void publish(String topic, byte[] payload) throws IOException {
    byte[] name = topic.getBytes(StandardCharsets.UTF_8);
    write(PUBLISH_QOS1, 2 + name.length + 2 + payload.length);
    out.writeShort(name.length);
    out.write(name);
    out.writeShort(nextId());
    out.write(payload);
  }

  synchronized void flush() throws IOException {
    out.flush();
  }

  private int nextId() {
    lastId = lastId % LARGEST_ID + 1;
    return lastId;
  }

  private void write(int head, int length) throws IOException {
    out.writeByte(head);
    int left = length;
    while (left > 127) {
      out.writeByte(left & 0x7F | 0x80);
      left >>= 7;
    }
    out.writeByte(left);
  }

  private int length() throws IOException {
    int length = 0;
    for (int shift = 0; ; shift += 7) {
      int part = in.readUnsignedByte();
      length |= (part & 0x7F) << shift;
      if (part < 0x80) {
        return length;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
