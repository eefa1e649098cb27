// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import io.fieldline.iotsql.protobuf.MessageType.EnumType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The types of a `FileDescriptorSet`, as `protoc --descriptor_set_out` writes it.
public final class DescriptorSet {
  private static final String EXTENSION = ".proto";

  private final Map<String, String> packages = new HashMap<>();
  private final Map<String, MessageType> messages = new HashMap<>();
  private final Map<String, EnumType> enums = new HashMap<>();

  private DescriptorSet() {}

  /// Reads a descriptor file.
  ///
  /// @throws MalformedProtobuf if the bytes are none
  public static DescriptorSet parse(byte[] bytes) {
    var set = new DescriptorSet();
    var files = new DescriptorReader(set).files(bytes);
    if (files.isEmpty()) {
      throw new MalformedProtobuf("the descriptor holds no .proto file");
    }
    return set;
  }

  /// The message type of that name in the file of that name: with or without the package, the file
  /// with or without `.proto` (the guide shows both).
  ///
  /// @throws MalformedProtobuf if there is none
  public MessageType message(String protoName, String messageName) {
    var wanted = fileName(protoName);
    var inPackage = packages.get(wanted);
    if (inPackage == null) {
      throw new MalformedProtobuf(
          "the descriptor has no file "
              + wanted
              + EXTENSION
              + ", it has "
              + String.join(", ", packages.keySet().stream().sorted().toList()));
    }
    for (String name : List.of(inPackage + "." + messageName, "." + messageName)) {
      var message = messages.get(name.startsWith("..") ? name.substring(1) : name);
      if (message != null) {
        return message;
      }
    }
    throw new MalformedProtobuf("the descriptor has no message type " + messageName);
  }

  MessageType message(String fullName) {
    var message = messages.get(fullName);
    if (message == null) {
      throw new MalformedProtobuf(
          "the descriptor lacks " + fullName + ": build it with --include_imports");
    }
    return message;
  }

  EnumType enumeration(String fullName) {
    var found = enums.get(fullName);
    if (found == null) {
      throw new MalformedProtobuf(
          "the descriptor lacks " + fullName + ": build it with --include_imports");
    }
    return found;
  }

  void add(String file, String packageName) {
    packages.put(fileName(file), packageName);
  }

  void add(MessageType message) {
    messages.put(message.fullName(), message);
  }

  void add(String fullName, EnumType type) {
    enums.put(fullName, type);
  }

  private static String fileName(String path) {
    var name = path.substring(path.lastIndexOf('/') + 1);
    return name.endsWith(EXTENSION) ? name.substring(0, name.length() - EXTENSION.length()) : name;
  }
}
