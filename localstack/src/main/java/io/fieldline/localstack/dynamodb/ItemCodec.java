// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Items as compact bytes: a tag per value, lengths before contents.
final class ItemCodec {
  private static final AttributeValue.Type[] TAGS = AttributeValue.Type.values();

  private ItemCodec() {}

  static byte[] encode(Map<String, AttributeValue> item) {
    var bytes = new ByteArrayOutputStream(256);
    try (var out = new DataOutputStream(bytes)) {
      map(out, item);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Map<String, AttributeValue> decode(byte[] bytes) {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return map(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void map(DataOutputStream out, Map<String, AttributeValue> map)
      throws IOException {
    out.writeInt(map.size());
    for (var entry : map.entrySet()) {
      text(out, entry.getKey());
      value(out, entry.getValue());
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    bytes(out, text.getBytes(StandardCharsets.UTF_8));
  }

  private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void texts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      text(out, text);
    }
  }

  private static void value(DataOutputStream out, AttributeValue value) throws IOException {
    out.writeByte(value.type().ordinal());
    switch (value.type()) {
      case S -> text(out, value.s());
      case N -> text(out, value.n());
      case B -> bytes(out, value.b().asByteArrayUnsafe());
      case SS -> texts(out, value.ss());
      case NS -> texts(out, value.ns());
      case BS -> {
        out.writeInt(value.bs().size());
        for (SdkBytes b : value.bs()) {
          bytes(out, b.asByteArrayUnsafe());
        }
      }
      case M -> map(out, value.m());
      case L -> {
        out.writeInt(value.l().size());
        for (AttributeValue element : value.l()) {
          value(out, element);
        }
      }
      case BOOL -> out.writeBoolean(value.bool());
      case NUL -> {}
      case UNKNOWN_TO_SDK_VERSION -> throw new IllegalArgumentException("an unknown value");
    }
  }

  private static Map<String, AttributeValue> map(DataInputStream in) throws IOException {
    int size = in.readInt();
    var map = LinkedHashMap.<String, AttributeValue>newLinkedHashMap(size);
    for (int i = 0; i < size; i++) {
      map.put(text(in), value(in));
    }
    return map;
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(bytes(in), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    int size = in.readInt();
    var texts = new ArrayList<String>(size);
    for (int i = 0; i < size; i++) {
      texts.add(text(in));
    }
    return texts;
  }

  private static AttributeValue value(DataInputStream in) throws IOException {
    return switch (TAGS[in.readByte()]) {
      case S -> AttributeValue.fromS(text(in));
      case N -> AttributeValue.fromN(text(in));
      case B -> AttributeValue.fromB(SdkBytes.fromByteArrayUnsafe(bytes(in)));
      case SS -> AttributeValue.fromSs(texts(in));
      case NS -> AttributeValue.fromNs(texts(in));
      case BS -> {
        int size = in.readInt();
        var all = new ArrayList<SdkBytes>(size);
        for (int i = 0; i < size; i++) {
          all.add(SdkBytes.fromByteArrayUnsafe(bytes(in)));
        }
        yield AttributeValue.fromBs(all);
      }
      case M -> AttributeValue.fromM(map(in));
      case L -> {
        int size = in.readInt();
        var all = new ArrayList<AttributeValue>(size);
        for (int i = 0; i < size; i++) {
          all.add(value(in));
        }
        yield AttributeValue.fromL(all);
      }
      case BOOL -> AttributeValue.fromBool(in.readBoolean());
      case NUL -> AttributeValue.fromNul(true);
      case UNKNOWN_TO_SDK_VERSION -> throw new IOException("an unknown value");
    };
  }
}
