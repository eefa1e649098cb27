// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// One question at a time in MQTT 5, to see the broker's own reason codes. Source: MQTT 5.0.
final class MqttProbe implements AutoCloseable {
  private static final int CONNECT = 0x10;
  private static final int CONNACK = 0x20;
  private static final int PUBLISH_QOS_1 = 0x32;
  private static final int PUBACK = 0x40;
  private static final int SUBSCRIBE = 0x82;
  private static final int SUBACK = 0x90;
  private static final int DISCONNECT = 0xe0;
  private static final int PACKET_ID = 1;
  private static final int KEEP_ALIVE_SECONDS = 60;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  MqttProbe(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = new DataOutputStream(socket.getOutputStream());
  }

  /// The broker ended the connection and said why.
  static final class Ended extends IOException {
    private static final long serialVersionUID = 1L;
    private final int reason;

    Ended(int reason) {
      super("DISCONNECT with reason 0x" + Integer.toHexString(reason));
      this.reason = reason;
    }

    int reason() {
      return reason;
    }
  }

  /// The reason code of the CONNACK; 0 is success.
  int connect(String clientId) throws IOException {
    var body = new ByteArrayOutputStream();
    var fields = new DataOutputStream(body);
    fields.writeUTF("MQTT");
    fields.writeByte(5);
    fields.writeByte(2);
    fields.writeShort(KEEP_ALIVE_SECONDS);
    fields.writeByte(0);
    fields.writeUTF(clientId);
    send(CONNECT, body);
    DataInputStream answer = await(CONNACK);
    answer.readByte();
    return answer.readUnsignedByte();
  }

  /// The reason code of the PUBACK.
  int publish(String topic, byte[] payload) throws IOException {
    var body = new ByteArrayOutputStream();
    var fields = new DataOutputStream(body);
    fields.writeUTF(topic);
    fields.writeShort(PACKET_ID);
    fields.writeByte(0);
    fields.write(payload);
    send(PUBLISH_QOS_1, body);
    DataInputStream answer = await(PUBACK);
    answer.readUnsignedShort();
    return answer.available() > 0 ? answer.readUnsignedByte() : 0;
  }

  /// The reason codes of the SUBACK, one a filter.
  List<Integer> subscribe(List<String> filters) throws IOException {
    var body = new ByteArrayOutputStream();
    var fields = new DataOutputStream(body);
    fields.writeShort(PACKET_ID);
    fields.writeByte(0);
    for (String filter : filters) {
      fields.writeUTF(filter);
      fields.writeByte(1);
    }
    send(SUBSCRIBE, body);
    DataInputStream answer = await(SUBACK);
    answer.readUnsignedShort();
    answer.skipNBytes(length(answer));
    List<Integer> reasons = new ArrayList<>();
    while (answer.available() > 0) {
      reasons.add(answer.readUnsignedByte());
    }
    return reasons;
  }

  private void send(int head, ByteArrayOutputStream body) throws IOException {
    var packet = new ByteArrayOutputStream();
    packet.write(head);
    int left = body.size();
    do {
      packet.write(left > 127 ? left % 128 | 0x80 : left);
      left /= 128;
    } while (left > 0);
    body.writeTo(packet);
    out.write(packet.toByteArray());
    out.flush();
  }

  /// The body of the next packet of that kind; others are passed over.
  private DataInputStream await(int kind) throws IOException {
    while (true) {
      int head = in.readUnsignedByte();
      byte[] body = in.readNBytes(length(in));
      if ((head & 0xf0) == DISCONNECT) {
        throw new Ended(body.length > 0 ? body[0] & 0xff : 0);
      }
      if ((head & 0xf0) == kind) {
        return new DataInputStream(new ByteArrayInputStream(body));
      }
    }
  }

  private static int length(DataInputStream in) throws IOException {
    int value = 0;
    int shift = 0;
    int part;
    do {
      part = in.readUnsignedByte();
      value |= (part & 0x7f) << shift;
      shift += 7;
    } while ((part & 0x80) != 0 && shift < 28);
    return value;
  }

  /// Ends the session as a client does that is done.
  @Override
  public void close() throws IOException {
    try {
      send(DISCONNECT, new ByteArrayOutputStream());
    } catch (IOException e) {
      // The broker was first: there is nothing left to end.
    } finally {
      socket.close();
    }
  }
}
