// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

/// How the messages of a connection follow one another.
public sealed interface Framing {
  /// Lines: each message ends with a newline.
  Framing LINES = new EndedBy((byte) '\n');

  /// Each message ends with this byte, which it does not contain.
  record EndedBy(byte end) implements Framing {}

  /// Each message is preceded by its length in bytes, as an unsigned number of this many bytes in
  /// network order.
  ///
  /// @param lengthBytes 2 or 4
  record LengthFirst(int lengthBytes) implements Framing {}
}
