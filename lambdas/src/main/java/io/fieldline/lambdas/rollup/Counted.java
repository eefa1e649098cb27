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
/// @param isWhole false if there is an hour that an earlier version merged, and has not counted
record Counted(long items, long bytes, long writeUnits, boolean isWhole) {
  static final Counted NOTHING = new Counted(0, 0, 0, true);

  /// And a raw item.
  Counted plusRaw(Map<String, AttributeValue> item) {
    long size = ItemSize.bytes(item);
    return new Counted(items + 1, bytes + size, writeUnits + ItemSize.writeUnits(size), isWhole);
  }

  /// And those of a rollup.
  Counted plusRollup(Map<String, AttributeValue> item) {
    return new Counted(
        items + Attributes.whole(item, TelemetryKeys.ITEMS),
        bytes + Attributes.whole(item, TelemetryKeys.BYTES),
        writeUnits + Attributes.whole(item, TelemetryKeys.WRITE_UNITS),
        isWhole && item.containsKey(TelemetryKeys.ITEMS));
  }

  /// None of a part: it would be taken for the whole.
  Map<String, AttributeValue> attributes() {
    return isWhole
        ? Map.of(
            TelemetryKeys.ITEMS, Attributes.number(items),
            TelemetryKeys.BYTES, Attributes.number(bytes),
            TelemetryKeys.WRITE_UNITS, Attributes.number(writeUnits))
        : Map.of();
  }
}
