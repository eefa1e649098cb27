// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A device that speaks MQTT 3.1.1 over a plain socket; messages are short.
public final class MqttDevice implements AutoCloseable {
  private final Socket socket;
  private final DataInputStream in;
  private final boolean accepted;

  public MqttDevice(InetSocketAddress broker) throws IOException {
    this(broker, "device", "", "");
  }

  /// With a password, and a last will at that topic; both may be empty.
  public MqttDevice(InetSocketAddress broker, String clientId, String password, String willTopic)
      throws IOException {
    socket = new Socket(broker.getAddress(), broker.getPort());
    socket.setSoTimeout(10_000);
    in = new DataInputStream(socket.getInputStream());
    var connect = new ByteArrayOutputStream();
    var out = new DataOutputStream(connect);
    out.writeUTF("MQTT");
    int flags = 2 | (password.isEmpty() ? 0 : 0xc0) | (willTopic.isEmpty() ? 0 : 4);
    out.write(new byte[] {4, (byte) flags, 0, 60});
    out.writeUTF(clientId);
    if (!willTopic.isEmpty()) {
      out.writeUTF(willTopic);
      out.writeUTF("Offline");
    }
    if (!password.isEmpty()) {
      out.writeUTF("user");
      out.writeUTF(password);
    }
    send(0x10, connect.toByteArray());
    accepted = await(0x20)[1] == 0;
  }

  /// Whether the broker let it in.
  public boolean isAccepted() {
    return accepted;
  }

  public void subscribe(String filter) throws IOException {
    var packet = new ByteArrayOutputStream();
    var out = new DataOutputStream(packet);
    out.writeShort(1);
    out.writeUTF(filter);
    out.writeByte(0);
    send(0x82, packet.toByteArray());
    await(0x90);
  }

  /// Publishes at QoS 1.
  public void publish(String topic, String payload) throws IOException {
    var packet = new ByteArrayOutputStream();
    var out = new DataOutputStream(packet);
    out.writeUTF(topic);
    out.writeShort(2);
    out.write(payload.getBytes(StandardCharsets.UTF_8));
    send(0x32, packet.toByteArray());
  }

  /// The payload of the next message on that topic.
  public String next(String topic) throws IOException {
    while (true) {
      byte[] body = await(0x30);
      int length = (body[0] & 0xff) << 8 | body[1] & 0xff;
      String name = new String(body, 2, length, StandardCharsets.UTF_8);
      if (name.equals(topic)) {
        return new String(body, 2 + length, body.length - 2 - length, StandardCharsets.UTF_8);
      }
    }
  }

  private void send(int head, byte[] body) throws IOException {
    var packet = new ByteArrayOutputStream();
    packet.write(head);
    if (body.length < 0x80) {
      packet.write(body.length);
    } else {
      packet.write(body.length & 0x7f | 0x80);
      packet.write(body.length >> 7);
    }
    packet.writeBytes(body);
    socket.getOutputStream().write(packet.toByteArray());
  }

  private byte[] await(int wanted) throws IOException {
    while (true) {
      int head = in.readUnsignedByte();
      int length = in.readUnsignedByte();
      if ((length & 0x80) != 0) {
        length = length & 0x7f | in.readUnsignedByte() << 7;
      }
      byte[] body = in.readNBytes(length);
      if ((head & 0xf0) == (wanted & 0xf0)) {
        return body;
      }
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
