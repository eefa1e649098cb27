// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.protobuf;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import java.util.List;
import java.util.Random;

/// Messages of a type with some of their fields set.
record RandomMessage(Random random) {
  private static final int MAX_DEPTH = 4;
  private static final List<Long> WHOLES =
      List.of(0L, 1L, -1L, 127L, 128L, 1L << 31, (1L << 32) - 1, Long.MAX_VALUE, Long.MIN_VALUE);
  private static final List<Double> REALS =
      List.of(0.0, 1.0, -2.5, 1e-7, 123456.75, Double.NaN, Double.POSITIVE_INFINITY);
  private static final List<String> TEXTS = List.of("", "a", "grüße", "\"quoted\"\n", "😀");

  DynamicMessage next(Descriptor type, int depth) {
    var message = DynamicMessage.newBuilder(type);
    if (type.getFullName().equals("google.protobuf.Value")) {
      return oneOf(message, type.getFields().get(random.nextInt(depth < MAX_DEPTH ? 6 : 4)), depth);
    }
    for (FieldDescriptor field : type.getFields()) {
      boolean wanted = field.isRequired() || field.isMapField() || random.nextInt(3) == 0;
      if (!wanted || (depth >= MAX_DEPTH && nested(field))) {
        continue;
      }
      if (field.isMapField()) {
        entries(message, field, depth);
      } else if (field.isRepeated()) {
        for (int i = random.nextInt(4); i > 0; i--) {
          message.addRepeatedField(field, value(field, depth));
        }
      } else {
        message.setField(field, value(field, depth));
      }
    }
    return message.build();
  }

  private DynamicMessage oneOf(DynamicMessage.Builder message, FieldDescriptor field, int depth) {
    if (field.getName().equals("number_value")) {
      return message.setField(field, random.nextInt(100) / 4.0).build();
    }
    return message.setField(field, value(field, depth)).build();
  }

  private void entries(DynamicMessage.Builder message, FieldDescriptor field, int depth) {
    var type = field.getMessageType();
    var key = type.findFieldByNumber(1);
    var value = type.findFieldByNumber(2);
    if (depth >= MAX_DEPTH && nested(value)) {
      return;
    }
    if (random.nextBoolean()) {
      message.addRepeatedField(
          field,
          DynamicMessage.newBuilder(type)
              .setField(key, value(key, depth))
              .setField(value, value(value, depth))
              .build());
    }
  }

  private static boolean nested(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case INT -> whole().intValue();
      case LONG -> whole();
      case FLOAT -> real().floatValue();
      case DOUBLE -> real();
      case BOOLEAN -> random.nextBoolean();
      case STRING -> TEXTS.get(random.nextInt(TEXTS.size()));
      case BYTE_STRING -> ByteString.copyFrom(bytes());
      case ENUM -> constant(field.getEnumType());
      case MESSAGE -> message(field.getMessageType(), depth + 1);
    };
  }

  private Object constant(EnumDescriptor type) {
    return type.getValues().get(random.nextInt(type.getValues().size()));
  }

  /// Times have ranges, and masks a form of their own.
  private Object message(Descriptor type, int depth) {
    var message = DynamicMessage.newBuilder(type);
    return switch (type.getFullName()) {
      case "google.protobuf.Timestamp" ->
          message
              .setField(type.findFieldByName("seconds"), random.nextLong(4_000_000_000L))
              .setField(type.findFieldByName("nanos"), nanos())
              .build();
      case "google.protobuf.Duration" ->
          message
              .setField(type.findFieldByName("seconds"), random.nextLong(100_000))
              .setField(type.findFieldByName("nanos"), nanos())
              .build();
      case "google.protobuf.FieldMask" ->
          message.addRepeatedField(type.findFieldByName("paths"), "one.two_three").build();
      default -> next(type, depth);
    };
  }

  private int nanos() {
    return List.of(0, 5_000_000, 7_000, 9, 999_999_999).get(random.nextInt(5));
  }

  private Long whole() {
    return random.nextBoolean() ? WHOLES.get(random.nextInt(WHOLES.size())) : random.nextLong();
  }

  private Double real() {
    return random.nextBoolean() ? REALS.get(random.nextInt(REALS.size())) : random.nextGaussian();
  }

  private byte[] bytes() {
    var bytes = new byte[random.nextInt(5)];
    random.nextBytes(bytes);
    return bytes;
  }
}
