// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.ingest.ReadingException.Reason;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/// Bytes of a connection to lines, bounded: of a line that is too long only the fact is kept.
final class LineBuffer {
  private final int maxLineBytes;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private boolean skipping;
  private boolean sawNewline;

  LineBuffer(int maxLineBytes) {
    this.maxLineBytes = maxLineBytes;
  }

  /// A line without its end, or why it is none.
  sealed interface Line {
    /// The bytes of a line.
    record Whole(byte[] bytes) implements Line {}

    /// A line that was not kept.
    record Refused(ReadingException why) implements Line {}
  }

  /// The lines that these bytes complete.
  List<Line> add(byte[] bytes, int length) {
    List<Line> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == '\n') {
        sawNewline = true;
        keep(bytes, start, i - start, lines);
        if (!skipping) {
          lines.add(new Line.Whole(partial.toByteArray()));
        }
        partial.reset();
        skipping = false;
        start = i + 1;
      }
    }
    keep(bytes, start, length - start, lines);
    return lines;
  }

  private void keep(byte[] bytes, int start, int length, List<Line> lines) {
    if (skipping) {
      return;
    }
    if (partial.size() + length > maxLineBytes) {
      partial.reset();
      skipping = true;
      lines.add(
          new Line.Refused(
              new ReadingException(
                  Reason.SIZE,
                  "a line of at most " + maxLineBytes + " bytes expected, got a longer one")));
      return;
    }
    partial.write(bytes, start, length);
  }

  /// Whether silence would make what is there a line: only before the first newline.
  boolean awaitsSilence() {
    return !sawNewline && partial.size() > 0;
  }

  /// What is there, as a line.
  Line.Whole takePartial() {
    var line = new Line.Whole(partial.toByteArray());
    partial.reset();
    return line;
  }
}
