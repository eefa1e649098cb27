// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import io.fieldline.iotsql.protobuf.MessageType.EnumType;
import io.fieldline.iotsql.protobuf.MessageType.Field;
import io.fieldline.iotsql.protobuf.MessageType.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// Descriptor files are protobuf messages themselves; their fields are read here by number.
///
/// Source: descriptor.proto of Protocol Buffers. Assumed: under editions a field has presence.
final class DescriptorReader {
  private static final int REPEATED = 3;
  private static final int MAX_DEPTH = 50;

  private final DescriptorSet set;

  DescriptorReader(DescriptorSet set) {
    this.set = set;
  }

  /// The names of the files of a FileDescriptorSet, whose types go into the set.
  List<String> files(byte[] bytes) {
    List<String> names = new ArrayList<>();
    for (byte[] file : Parts.of(bytes).all(1)) {
      names.add(file(Parts.of(file)));
    }
    return names;
  }

  /// FileDescriptorProto.
  private String file(Parts file) {
    var name = file.text(1);
    var packageName = file.text(2);
    var scope = packageName.isEmpty() ? "" : "." + packageName;
    boolean proto3 = file.text(12).equals("proto3");
    set.add(name, scope);
    for (byte[] message : file.all(4)) {
      message(Parts.of(message), scope, proto3, 0);
    }
    for (byte[] one : file.all(5)) {
      enumeration(Parts.of(one), scope);
    }
    return name;
  }

  /// DescriptorProto.
  private void message(Parts message, String scope, boolean proto3, int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedProtobuf("message types nested more than " + MAX_DEPTH + " deep");
    }
    var fullName = scope + "." + message.text(1);
    SequencedMap<Integer, Field> fields = new LinkedHashMap<>();
    for (byte[] field : message.all(2)) {
      var one = field(Parts.of(field), proto3);
      fields.put(one.number(), one);
    }
    for (byte[] nested : message.all(3)) {
      message(Parts.of(nested), fullName, proto3, depth + 1);
    }
    for (byte[] one : message.all(4)) {
      enumeration(Parts.of(one), fullName);
    }
    boolean mapEntry = message.all(7).stream().anyMatch(o -> Parts.of(o).number(7) != 0);
    set.add(new MessageType(fullName, fields, mapEntry, set));
  }

  /// FieldDescriptorProto; field 9 is the oneof that it belongs to.
  private static Field field(Parts field, boolean proto3) {
    int type = (int) field.number(5);
    if (type < 1 || type >= Type.values().length) {
      throw new MalformedProtobuf("field " + field.text(1) + " has the unknown type " + type);
    }
    var kind = Type.values()[type];
    boolean inOneof = field.has(9);
    var jsonName = field.text(10);
    return new Field(
        jsonName.isEmpty() ? lowerCamelCase(field.text(1)) : jsonName,
        (int) field.number(3),
        kind,
        field.text(6),
        field.number(4) == REPEATED,
        !proto3 || inOneof || kind == Type.MESSAGE);
  }

  private void enumeration(Parts one, String scope) {
    Map<Integer, String> names = new HashMap<>();
    for (byte[] value : one.all(2)) {
      var parts = Parts.of(value);
      names.putIfAbsent((int) parts.number(2), parts.text(1));
    }
    set.add(scope + "." + one.text(1), new EnumType(names));
  }

  static String lowerCamelCase(String name) {
    var json = new StringBuilder();
    boolean upper = false;
    for (char c : name.toCharArray()) {
      if (c == '_') {
        upper = true;
      } else {
        json.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return json.toString();
  }

  /// The fields of one message by number.
  private record Parts(Map<Integer, List<byte[]>> blobs, Map<Integer, Long> numbers) {
    static Parts of(byte[] bytes) {
      Map<Integer, List<byte[]>> blobs = new HashMap<>();
      Map<Integer, Long> numbers = new HashMap<>();
      var reader = new WireReader(bytes);
      while (reader.hasMore()) {
        int tag = reader.tag();
        switch (tag & 7) {
          case WireReader.BYTES ->
              blobs.computeIfAbsent(tag >>> 3, _ -> new ArrayList<>()).add(reader.bytes());
          case WireReader.VARINT -> numbers.put(tag >>> 3, reader.varint());
          default -> reader.skip(tag & 7);
        }
      }
      return new Parts(blobs, numbers);
    }

    List<byte[]> all(int number) {
      return blobs.getOrDefault(number, List.of());
    }

    String text(int number) {
      var all = all(number);
      return all.isEmpty() ? "" : new String(all.getLast(), StandardCharsets.UTF_8);
    }

    long number(int number) {
      return numbers.getOrDefault(number, 0L);
    }

    boolean has(int number) {
      return numbers.containsKey(number);
    }
  }
}
