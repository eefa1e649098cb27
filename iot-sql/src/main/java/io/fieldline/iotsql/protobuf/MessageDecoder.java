// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.protobuf.MessageType.Field;
import io.fieldline.iotsql.protobuf.MessageType.Type;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Obj;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A protobuf message to an object. Fields that were not sent are left out, as are those of the
/// default value where the file gives them no presence; unknown fields are ignored.
///
/// Source: Protocol Buffers documentation, "Encoding", "ProtoJSON Format". Assumed: AWS prints
/// messages in that format, as its guide says "decode protobuf-encoded message payloads to JSON
/// format" and no more.
public final class MessageDecoder {
  private static final int MAX_DEPTH = 100;

  private final SqlVersion version;
  private int depth;

  private MessageDecoder(SqlVersion version) {
    this.version = version;
  }

  /// Decodes one message.
  ///
  /// @throws MalformedProtobuf if the bytes are no message of that type
  public static Value decode(MessageType type, byte[] bytes, SqlVersion version) {
    return new MessageDecoder(version).message(type, bytes);
  }

  private Value message(MessageType type, byte[] bytes) {
    if (++depth > MAX_DEPTH) {
      throw new MalformedProtobuf("messages nested more than " + MAX_DEPTH + " deep");
    }
    Map<Integer, List<Value>> scalars = new HashMap<>();
    Map<Integer, List<byte[]>> messages = new HashMap<>();
    var reader = new WireReader(bytes);
    while (reader.hasMore()) {
      int tag = reader.tag();
      var field = type.fields().get(tag >>> 3);
      if (field == null) {
        reader.skip(tag & 7);
      } else if (field.type() == Type.MESSAGE && (tag & 7) == WireReader.BYTES) {
        messages.computeIfAbsent(field.number(), _ -> new ArrayList<>()).add(reader.bytes());
      } else {
        scalars
            .computeIfAbsent(field.number(), _ -> new ArrayList<>())
            .addAll(values(type, field, tag & 7, reader));
      }
    }
    Map<String, Value> members = new LinkedHashMap<>();
    for (Field field : type.fields().values()) {
      var value =
          field.type() == Type.MESSAGE
              ? messageField(type, field, messages.getOrDefault(field.number(), List.of()))
              : scalarField(type, field, scalars.getOrDefault(field.number(), List.of()));
      if (!value.isUndefined()) {
        members.put(field.jsonName(), value);
      }
    }
    depth--;
    return WellKnownTypes.shown(type.fullName(), members);
  }

  /// What one occurrence on the wire holds: one value, or several where they are packed.
  private List<Value> values(MessageType type, Field field, int wireType, WireReader reader) {
    int own = field.type().wireType();
    if (field.type() == Type.GROUP) {
      throw new MalformedProtobuf("groups are not supported: " + field.jsonName());
    }
    if (wireType == own) {
      return List.of(Scalars.read(field, reader, type.set(), version));
    }
    if (wireType != WireReader.BYTES || own == WireReader.BYTES) {
      throw new MalformedProtobuf(
          "field " + field.jsonName() + " came with wire type " + wireType + ", not " + own);
    }
    List<Value> packed = new ArrayList<>();
    var inner = new WireReader(reader.bytes());
    while (inner.hasMore()) {
      packed.add(Scalars.read(field, inner, type.set(), version));
    }
    return packed;
  }

  private static Value scalarField(MessageType type, Field field, List<Value> sent) {
    if (sent.isEmpty()) {
      return Value.UNDEFINED;
    }
    if (field.repeated()) {
      return new Array(List.copyOf(sent));
    }
    return field.hasPresence() || !Scalars.isDefault(field, sent.getLast(), type.set())
        ? sent.getLast()
        : Value.UNDEFINED;
  }

  private Value messageField(MessageType type, Field field, List<byte[]> sent) {
    if (sent.isEmpty()) {
      return Value.UNDEFINED;
    }
    var inner = type.set().message(field.typeName());
    if (inner.isMapEntry()) {
      return map(inner, sent);
    }
    if (field.repeated()) {
      return new Array(sent.stream().map(bytes -> message(inner, bytes)).toList());
    }
    // A message that comes twice is merged, which is what reading both in a row does.
    var all = new ByteArrayOutputStream();
    sent.forEach(all::writeBytes);
    return message(inner, all.toByteArray());
  }

  private Value map(MessageType entry, List<byte[]> sent) {
    var key = entry.fields().get(1);
    var value = entry.fields().get(2);
    if (key == null || value == null) {
      throw new MalformedProtobuf(entry.fullName() + " is no pair of key and value");
    }
    Map<String, Value> members = new LinkedHashMap<>();
    for (byte[] pair : sent) {
      var read = (Obj) message(entry, pair);
      var name = read.members().getOrDefault(key.jsonName(), Scalars.defaultOf(key, entry.set()));
      members.put(
          Scalars.text(name),
          read.members()
              .getOrDefault(
                  value.jsonName(),
                  value.type() == Type.MESSAGE
                      ? message(entry.set().message(value.typeName()), new byte[0])
                      : Scalars.defaultOf(value, entry.set())));
    }
    return new Obj(members);
  }
}
