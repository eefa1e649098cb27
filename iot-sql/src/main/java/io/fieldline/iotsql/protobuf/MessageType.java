// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import java.util.Map;
import java.util.SequencedMap;

/// A message type of a descriptor.
///
/// @param fields by number, in the order of the file
/// @param isMapEntry whether it is the pair of a `map<…>`
public record MessageType(
    String fullName, SequencedMap<Integer, Field> fields, boolean isMapEntry, DescriptorSet set) {

  /// A field.
  ///
  /// @param typeName the full name of its message or enum, else empty
  /// @param hasPresence whether its default value is printed where it was sent
  record Field(
      String jsonName,
      int number,
      Type type,
      String typeName,
      boolean repeated,
      boolean hasPresence) {}

  /// An enum: its names by number.
  record EnumType(Map<Integer, String> names) {}

  /// Source: descriptor.proto, FieldDescriptorProto.Type; the order is that of its numbers.
  enum Type {
    NONE,
    DOUBLE,
    FLOAT,
    INT64,
    UINT64,
    INT32,
    FIXED64,
    FIXED32,
    BOOL,
    STRING,
    GROUP,
    MESSAGE,
    BYTES,
    UINT32,
    ENUM,
    SFIXED32,
    SFIXED64,
    SINT32,
    SINT64;

    /// How one value stands on the wire.
    int wireType() {
      return switch (this) {
        case DOUBLE, FIXED64, SFIXED64 -> WireReader.FIXED64;
        case FLOAT, FIXED32, SFIXED32 -> WireReader.FIXED32;
        case STRING, MESSAGE, BYTES -> WireReader.BYTES;
        default -> WireReader.VARINT;
      };
    }
  }
}
