// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.ingest.ReadingException.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Messages preceded by their length. A length beyond the bound ends the connection: more likely
/// than a long message is one that is framed otherwise.
final class LengthFrames implements Frames {
  private final int lengthBytes;
  private final int maxBytes;
  private byte[] pending = new byte[0];

  LengthFrames(int lengthBytes, int maxBytes) {
    this.lengthBytes = lengthBytes;
    this.maxBytes = maxBytes;
  }

  @Override
  public List<Frame> add(byte[] bytes, int length) {
    List<Frame> frames = new ArrayList<>();
    ByteBuffer all = joined(bytes, length);
    while (all.remaining() >= lengthBytes) {
      all.mark();
      long size = lengthBytes == 2 ? all.getShort() & 0xffff : all.getInt() & 0xffff_ffffL;
      if (size > maxBytes) {
        frames.add(
            new Frame.Broken(
                new ReadingException(
                    Reason.SIZE,
                    "a length of "
                        + lengthBytes
                        + " bytes and a message of at most "
                        + maxBytes
                        + " bytes expected, got the length "
                        + size)));
        pending = new byte[0];
        return frames;
      }
      if (all.remaining() < size) {
        all.reset();
        break;
      }
      byte[] message = new byte[(int) size];
      all.get(message);
      frames.add(new Frame.Whole(message));
    }
    pending = new byte[all.remaining()];
    all.get(pending);
    return frames;
  }

  private ByteBuffer joined(byte[] bytes, int length) {
    byte[] all = Arrays.copyOf(pending, pending.length + length);
    System.arraycopy(bytes, 0, all, pending.length, length);
    return ByteBuffer.wrap(all);
  }

  @Override
  public boolean awaitsSilence() {
    return false;
  }

  @Override
  public Frame.Whole takePartial() {
    throw new IllegalStateException("silence ends no message that says its length");
  }

  /// An answer longer than its length can say is cut; none of ours is.
  @Override
  public byte[] framed(String text) {
    byte[] message = text.getBytes(StandardCharsets.UTF_8);
    int size = lengthBytes == 2 ? Math.min(message.length, 0xffff) : message.length;
    ByteBuffer frame = ByteBuffer.allocate(lengthBytes + size);
    if (lengthBytes == 2) {
      frame.putShort((short) size);
    } else {
      frame.putInt(size);
    }
    return frame.put(message, 0, size).array();
  }
}
