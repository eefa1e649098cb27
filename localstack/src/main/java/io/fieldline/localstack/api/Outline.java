// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.fieldline.localstack.ways.Excerpt;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/// The beginning of a request or response as JSON, in the names of AWS's documentation, without
/// what the service's model marks as sensitive. What is beyond the limit is not looked at.
final class Outline {
  private static final int BYTES_OF_TEXT = 4;

  private final StringBuilder out = new StringBuilder(128);
  private final int most;

  private Outline(int most) {
    this.most = most;
  }

  static Excerpt of(SdkPojo shape, int most) {
    var outline = new Outline(most);
    outline.object(shape);
    boolean cut = outline.out.length() > most;
    if (cut) {
      outline.out.setLength(most);
    }
    return Excerpt.of(outline.out.toString(), cut);
  }

  private boolean isFull() {
    return out.length() > most;
  }

  private void object(SdkPojo shape) {
    Set<String> sensitive = SensitiveFields.of(shape);
    out.append('{');
    char before = 0;
    for (SdkField<?> field : shape.sdkFields()) {
      if (isFull()) {
        return;
      }
      Object value = field.getValueOrDefault(shape);
      if (value != null && !isAbsent(value)) {
        before = separated(before);
        name(field.memberName());
        if (sensitive.contains(field.memberName())) {
          out.append("\"***\"");
        } else {
          value(value);
        }
      }
    }
    out.append('}');
  }

  private static boolean isAbsent(Object value) {
    return value instanceof List<?> list && list.isEmpty()
        || value instanceof Map<?, ?> map && map.isEmpty();
  }

  private char separated(char before) {
    if (before != 0) {
      out.append(before);
    }
    return ',';
  }

  private void name(String name) {
    out.append('"');
    quoted(name);
    out.append("\":");
  }

  private void value(Object value) {
    switch (value) {
      case SdkPojo shape -> object(shape);
      case List<?> list -> {
        out.append('[');
        char before = 0;
        for (Object member : list) {
          if (isFull()) {
            return;
          }
          before = separated(before);
          value(member);
        }
        out.append(']');
      }
      case Map<?, ?> map -> {
        out.append('{');
        char before = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          if (isFull()) {
            return;
          }
          before = separated(before);
          name(entry.getKey().toString());
          value(entry.getValue());
        }
        out.append('}');
      }
      case Number number -> out.append(number);
      case Boolean flag -> out.append(flag.booleanValue());
      case SdkBytes bytes -> bytes(bytes.asByteArrayUnsafe());
      default -> text(value.toString());
    }
  }

  private void text(String text) {
    out.append('"');
    quoted(beginning(text));
    out.append('"');
  }

  private String beginning(String text) {
    int room = Math.max(1, most - out.length() + 1);
    return text.length() <= room ? text : text.substring(0, room);
  }

  private void quoted(String text) {
    JsonStringEncoder.getInstance().quoteAsString(text, out);
  }

  /// A payload is text more often than not.
  private void bytes(byte[] all) {
    int room = Math.max(1, most - out.length() + 1);
    byte[] first = all.length <= room ? all : Arrays.copyOf(all, room);
    int shortest = Math.max(0, first.length - (first.length < all.length ? BYTES_OF_TEXT : 0));
    for (int length = first.length; length >= shortest; length--) {
      try {
        text(
            StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(first, 0, length))
                .toString());
        return;
      } catch (CharacterCodingException cutOrNoText) {
        // One byte less may be text.
      }
    }
    text(Base64.getEncoder().encodeToString(first));
  }
}
