// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.document.Document;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// Which members of a shape the service's model marks as sensitive: those that the SDK does not
/// print. Asked once of each shape, of one that has a value in every member.
final class SensitiveFields {
  private static final String REDACTED = "=*** Sensitive Data Redacted ***";

  private static final ClassValue<Set<String>> KNOWN =
      new ClassValue<>() {
        @Override
        protected Set<String> computeValue(Class<?> type) {
          return find(type);
        }
      };

  private SensitiveFields() {}

  static Set<String> of(SdkPojo shape) {
    return KNOWN.get(shape.getClass());
  }

  private static Set<String> find(Class<?> type) {
    SdkPojo builder;
    try {
      builder = (SdkPojo) type.getMethod("builder").invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " has no builder", e);
    }
    builder.sdkFields().forEach(field -> set(field, builder));
    String printed = ((SdkBuilder<?, ?>) builder).build().toString();
    var sensitive = new HashSet<String>();
    for (SdkField<?> field : builder.sdkFields()) {
      String name = field.memberName() + REDACTED;
      if (printed.contains("(" + name) || printed.contains(", " + name)) {
        sensitive.add(field.memberName());
      }
    }
    return Set.copyOf(sensitive);
  }

  @SuppressWarnings("unchecked")
  private static void set(SdkField<?> field, SdkPojo builder) {
    Object value = any(field);
    if (value != null) {
      ((SdkField<Object>) field).set(builder, value);
    }
  }

  /// What is in a list or structure does not matter: that it is there is enough.
  private static @Nullable Object any(SdkField<?> field) {
    MarshallingType<?> type = field.marshallingType();
    if (type == MarshallingType.STRING) {
      return "x";
    } else if (type == MarshallingType.SDK_POJO) {
      return ((SdkBuilder<?, ?>) field.constructor().get()).build();
    } else if (type == MarshallingType.LIST) {
      return List.of();
    } else if (type == MarshallingType.MAP) {
      return Map.of();
    } else if (type == MarshallingType.SDK_BYTES) {
      return SdkBytes.fromByteArray(new byte[0]);
    } else if (type == MarshallingType.INSTANT) {
      return Instant.EPOCH;
    } else if (type == MarshallingType.BOOLEAN) {
      return Boolean.TRUE;
    } else if (type == MarshallingType.INTEGER) {
      return 1;
    } else if (type == MarshallingType.LONG) {
      return 1L;
    } else if (type == MarshallingType.SHORT) {
      return (short) 1;
    } else if (type == MarshallingType.DOUBLE) {
      return 1.0;
    } else if (type == MarshallingType.FLOAT) {
      return 1.0f;
    } else if (type == MarshallingType.DOCUMENT) {
      return Document.fromNull();
    }
    return null;
  }
}
