// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.DecoderException;
import java.nio.charset.StandardCharsets;

/// The texts of one connection's packets: UTF-8 without U+0000, and within their packet. Netty's
/// decoder would put a replacement character where a byte is wrong. Texts within properties are
/// left to that.
///
/// Source: MQTT 3.1.1, 1.5.3; MQTT 5.0, 1.5.4.
final class PacketTexts {
  private static final int CONNECT = 1;
  private static final int PUBLISH = 3;
  private static final int SUBSCRIBE = 8;
  private static final int UNSUBSCRIBE = 10;

  private int version;

  /// @param packet whole, from its fixed header on
  void check(ByteBuf packet) {
    int type = (packet.readByte() & 0xF0) >> 4;
    skipNumber(packet);
    try {
      switch (type) {
        case CONNECT -> checkConnect(packet);
        case PUBLISH -> checkText(packet, "topic name");
        case SUBSCRIBE -> checkFilters(packet, 1);
        case UNSUBSCRIBE -> checkFilters(packet, 0);
        default -> {
          // No text outside of properties.
        }
      }
    } catch (IndexOutOfBoundsException e) {
      throw new DecoderException("the packet ends within its own fields", e);
    }
  }

  private void checkConnect(ByteBuf packet) {
    checkText(packet, "protocol name");
    version = packet.readByte();
    if (version < 3 || version > 5) {
      return;
    }
    int flags = packet.readByte();
    packet.skipBytes(2);
    skipProperties(packet);
    checkText(packet, "client identifier");
    if ((flags & 0x04) != 0) {
      skipProperties(packet);
      checkText(packet, "will topic");
      packet.skipBytes(packet.readUnsignedShort());
    }
    if ((flags & 0x80) != 0) {
      checkText(packet, "user name");
    }
  }

  private void checkFilters(ByteBuf packet, int optionBytes) {
    packet.skipBytes(2);
    skipProperties(packet);
    while (packet.isReadable()) {
      checkText(packet, "topic filter");
      packet.skipBytes(optionBytes);
    }
  }

  private static void checkText(ByteBuf packet, String what) {
    int length = packet.readUnsignedShort();
    int at = packet.readerIndex();
    packet.skipBytes(length);
    if (!ByteBufUtil.isText(packet, at, length, StandardCharsets.UTF_8)) {
      throw new DecoderException("the " + what + " is not UTF-8");
    }
    if (packet.indexOf(at, at + length, (byte) 0) >= 0) {
      throw new DecoderException("the " + what + " contains U+0000");
    }
  }

  private void skipProperties(ByteBuf packet) {
    if (version == 5) {
      packet.skipBytes(skipNumber(packet));
    }
  }

  private static int skipNumber(ByteBuf packet) {
    int number = 0;
    for (int shift = 0; shift < 28; shift += 7) {
      int b = packet.readByte();
      number |= (b & 0x7F) << shift;
      if (b >= 0) {
        return number;
      }
    }
    throw new DecoderException("a length takes more than 4 bytes");
  }
}
