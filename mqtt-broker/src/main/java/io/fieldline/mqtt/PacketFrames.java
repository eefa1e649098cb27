// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.mqtt.MqttMessageFactory;
import java.util.List;
import java.util.function.IntSupplier;

/// Cuts the stream into whole packets and looks at what Netty's decoder lets pass: reserved bits,
/// texts that are not UTF-8, and a length that ends within the packet's own fields.
///
/// Source: MQTT 3.1.1 and 5.0, 1.5 (UTF-8 encoded strings), 2.1 (fixed header).
final class PacketFrames extends ByteToMessageDecoder {
  private static final int PUBLISH = 3;
  private static final int MAX_LENGTH_BYTES = 4;

  private final int maxPacketBytes;
  private final IntSupplier decoded;
  private final PacketTexts texts = new PacketTexts();
  private boolean broken;

  /// @param decoded how many packets have come out of the decoder that follows
  PacketFrames(int maxPacketBytes, IntSupplier decoded) {
    this.maxPacketBytes = maxPacketBytes;
    this.decoded = decoded;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (broken) {
      in.skipBytes(in.readableBytes());
      return;
    }
    try {
      int length = packetLength(in);
      if (length > maxPacketBytes) {
        throw new TooLongFrameException("expected at most " + maxPacketBytes + ", got " + length);
      }
      if (length < 0 || in.readableBytes() < length) {
        return;
      }
      ByteBuf packet = in.readSlice(length);
      texts.check(packet.duplicate());
      int before = decoded.getAsInt();
      context.fireChannelRead(packet.retain());
      if (decoded.getAsInt() == before) {
        throw new DecoderException("the packet ends within its own fields");
      }
    } catch (DecoderException e) {
      broken = true;
      in.skipBytes(in.readableBytes());
      context.fireChannelRead(MqttMessageFactory.newInvalidMessage(e));
    }
  }

  /// The packets go on by another way than `out`: Netty's own method would take that for none, and
  /// read on although reading was paused.
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    discardSomeReadBytes();
    context.fireChannelReadComplete();
  }

  /// The length of the whole packet; -1 where its header has not arrived yet.
  private static int packetLength(ByteBuf in) {
    int at = in.readerIndex();
    int available = in.readableBytes();
    if (available == 0) {
      return -1;
    }
    checkHeader(in.getByte(at) & 0xFF);
    int length = 0;
    for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
      if (available < 2 + i) {
        return -1;
      }
      int b = in.getByte(at + 1 + i);
      length |= (b & 0x7F) << (7 * i);
      if (b >= 0) {
        return length + 2 + i;
      }
    }
    throw new DecoderException("the remaining length takes more than 4 bytes");
  }

  private static void checkHeader(int header) {
    int type = header >> 4;
    int flags = header & 0x0F;
    switch (type) {
      case 0 -> throw new DecoderException("packet type 0 is reserved");
      case PUBLISH -> {
        if ((flags & 0x06) == 0x06) {
          throw new DecoderException("there is no QoS 3");
        }
      }
      case 6, 8, 10 -> expect(type, flags, 2);
      default -> expect(type, flags, 0);
    }
  }

  private static void expect(int type, int flags, int expected) {
    if (flags != expected) {
      throw new DecoderException(
          "packet type %d: expected the flags %d, got %d".formatted(type, expected, flags));
    }
  }
}
