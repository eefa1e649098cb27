// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.Framing;
import java.util.List;

/// Cuts the bytes of a connection into messages, each of bounded length, and frames what is
/// answered in the same way.
interface Frames {
  /// The frames of a connection that is framed like that.
  static Frames of(Framing framing, int maxBytes) {
    return switch (framing) {
      case Framing.EndedBy(byte end) -> new LineBuffer(end, maxBytes);
      case Framing.LengthFirst(int lengthBytes) -> new LengthFrames(lengthBytes, maxBytes);
    };
  }

  /// One message, or why it is none.
  sealed interface Frame {
    /// The bytes of a message.
    record Whole(byte[] bytes) implements Frame {}

    /// A message that was not kept; the next one can be told from it.
    record Refused(ReadingException why) implements Frame {}

    /// What follows cannot be told apart any more.
    record Broken(ReadingException why) implements Frame {}
  }

  /// The messages that these bytes complete.
  List<Frame> add(byte[] bytes, int length);

  /// Whether silence would make what is there a message.
  boolean awaitsSilence();

  /// What is there, as a message.
  Frame.Whole takePartial();

  /// A text as a message of its own.
  byte[] framed(String text);
}
