// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import java.util.Arrays;

/// Reads the wire format. Source: Protocol Buffers documentation, "Encoding".
final class WireReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int BYTES = 2;
  static final int FIXED32 = 5;

  private static final int MAX_VARINT_BYTES = 10;

  private final byte[] bytes;
  private int at;

  WireReader(byte[] bytes) {
    this.bytes = bytes;
  }

  boolean hasMore() {
    return at < bytes.length;
  }

  /// The next field's number and wire type, as the wire has them: `number << 3 | type`.
  int tag() {
    long tag = varint();
    if (tag >>> 32 != 0 || tag >>> 3 == 0) {
      throw new MalformedProtobuf("no field can have the tag " + tag);
    }
    return (int) tag;
  }

  long varint() {
    long value = 0;
    for (int i = 0; i < MAX_VARINT_BYTES; i++) {
      byte next = next();
      value |= (long) (next & 0x7f) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedProtobuf("a varint has more than 10 bytes");
  }

  long fixed(int size) {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (next() & 0xffL) << (8 * i);
    }
    return value;
  }

  byte[] bytes() {
    long length = varint();
    if (length < 0 || length > bytes.length - at) {
      throw new MalformedProtobuf("the message ends within a field of " + length + " bytes");
    }
    int from = at;
    at += (int) length;
    return Arrays.copyOfRange(bytes, from, at);
  }

  void skip(int wireType) {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> fixed(8);
      case BYTES -> bytes();
      case FIXED32 -> fixed(4);
      default -> throw new MalformedProtobuf("wire type " + wireType + " is not supported");
    }
  }

  private byte next() {
    if (at >= bytes.length) {
      throw new MalformedProtobuf("the message ends too early");
    }
    return bytes[at++];
  }
}
