// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.ingest.ReadingException.Reason;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Messages that a byte ends, such as lines: of one that is too long only the fact is kept.
final class LineBuffer implements Frames {
  private final byte end;
  private final int maxLineBytes;
  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private boolean skipping;
  private boolean sawEnd;

  LineBuffer(byte end, int maxLineBytes) {
    this.end = end;
    this.maxLineBytes = maxLineBytes;
  }

  @Override
  public List<Frame> add(byte[] bytes, int length) {
    List<Frame> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == end) {
        sawEnd = true;
        keep(bytes, start, i - start, lines);
        if (!skipping) {
          lines.add(new Frame.Whole(partial.toByteArray()));
        }
        partial.reset();
        skipping = false;
        start = i + 1;
      }
    }
    keep(bytes, start, length - start, lines);
    return lines;
  }

  private void keep(byte[] bytes, int start, int length, List<Frame> lines) {
    if (skipping) {
      return;
    }
    if (partial.size() + length > maxLineBytes) {
      partial.reset();
      skipping = true;
      lines.add(
          new Frame.Refused(
              new ReadingException(
                  Reason.SIZE,
                  "a line of at most " + maxLineBytes + " bytes expected, got a longer one")));
      return;
    }
    partial.write(bytes, start, length);
  }

  /// Only before the first end: then it may be a greeting of something that knows no lines.
  @Override
  public boolean awaitsSilence() {
    return !sawEnd && partial.size() > 0;
  }

  @Override
  public Frame.Whole takePartial() {
    var line = new Frame.Whole(partial.toByteArray());
    partial.reset();
    return line;
  }

  @Override
  public byte[] framed(String text) {
    byte[] line = text.getBytes(StandardCharsets.UTF_8);
    byte[] framed = new byte[line.length + 1];
    System.arraycopy(line, 0, framed, 0, line.length);
    framed[line.length] = end;
    return framed;
  }
}
