// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

/// Bytes that are not what the descriptor or the wire format says.
public final class MalformedProtobuf extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedProtobuf(String message) {
    super(message);
  }
}
