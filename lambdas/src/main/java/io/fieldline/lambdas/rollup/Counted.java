// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.rollup;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.ItemSize;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// How much the raw items of a rollup are: what a device costs is made of it, when they are gone.
///
/// @param items how many
/// @param bytes what they take
/// @param writeUnits what it took to write them
record Counted(long items, long bytes, long writeUnits) {
  static final Counted NOTHING = new Counted(0, 0, 0);

  /// And a raw item.
  Counted plusRaw(Map<String, AttributeValue> item) {
    long size = ItemSize.bytes(item);
    return new Counted(items + 1, bytes + size, writeUnits + ItemSize.writeUnits(size));
  }

  /// And those of a rollup.
  Counted plusRollup(Map<String, AttributeValue> item) {
    return new Counted(
        items + Attributes.whole(item, TelemetryKeys.ITEMS),
        bytes + Attributes.whole(item, TelemetryKeys.BYTES),
        writeUnits + Attributes.whole(item, TelemetryKeys.WRITE_UNITS));
  }

  Map<String, AttributeValue> attributes() {
    return Map.of(
        TelemetryKeys.ITEMS, Attributes.number(items),
        TelemetryKeys.BYTES, Attributes.number(bytes),
        TelemetryKeys.WRITE_UNITS, Attributes.number(writeUnits));
  }
}
