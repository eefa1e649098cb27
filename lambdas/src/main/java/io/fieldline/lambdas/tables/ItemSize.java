// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What DynamoDB takes an item for.
///
/// Source: Amazon DynamoDB Developer Guide, "DynamoDB item sizes and formats": names and texts by
/// their bytes; of a number a byte for two digits, and one more; three bytes for a map or a list,
/// and one for each of its members; one for true, false and null.
public final class ItemSize {
  private static final int UNIT_BYTES = 1024;
  private static final int CONTAINER_BYTES = 3;

  private ItemSize() {}

  /// Its bytes.
  public static long bytes(Map<String, AttributeValue> item) {
    return item.entrySet().stream()
        .mapToLong(one -> one.getKey().getBytes(UTF_8).length + bytes(one.getValue()))
        .sum();
  }

  /// The units that writing so many bytes takes.
  public static long writeUnits(long bytes) {
    return Math.max(1, Math.ceilDiv(bytes, UNIT_BYTES));
  }

  private static long bytes(AttributeValue value) {
    return switch (value.type()) {
      case S -> value.s().getBytes(UTF_8).length;
      case N -> number(value.n());
      case B -> value.b().asByteArrayUnsafe().length;
      case BOOL, NUL -> 1;
      case SS -> value.ss().stream().mapToLong(one -> one.getBytes(UTF_8).length).sum();
      case NS -> value.ns().stream().mapToLong(ItemSize::number).sum();
      case BS -> value.bs().stream().mapToLong(one -> one.asByteArrayUnsafe().length).sum();
      case M -> CONTAINER_BYTES + value.m().size() + bytes(value.m());
      case L -> CONTAINER_BYTES + value.l().size() + all(value.l());
      case UNKNOWN_TO_SDK_VERSION ->
          throw new IllegalArgumentException("expected a known type of attribute, got " + value);
    };
  }

  private static long all(List<AttributeValue> values) {
    return values.stream().mapToLong(ItemSize::bytes).sum();
  }

  private static long number(String text) {
    int digits = new BigDecimal(text).stripTrailingZeros().precision();
    return (digits + 1) / 2 + 1;
  }
}
