// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is kept of a table beside its items. {@code id} names its maps in the store.
record TableRecord(
    String name,
    String id,
    Instant created,
    Map<String, String> attributes,
    KeyNames key,
    List<IndexRecord> indexes,
    String billingMode,
    long readUnits,
    long writeUnits,
    @Nullable String ttlAttribute,
    boolean deletionProtection,
    boolean pointInTimeRecovery,
    Map<String, String> tags) {

  /// Names of the attributes of a key.
  record KeyNames(String hash, @Nullable String range) {
    List<String> all() {
      return range == null ? List.of(hash) : List.of(hash, range);
    }
  }

  /// A global secondary index.
  ///
  /// @param projection ALL, KEYS_ONLY or INCLUDE
  record IndexRecord(String name, KeyNames key, String projection, List<String> included) {}

  TableRecord withTtl(@Nullable String attribute) {
    return new TableRecord(
        name,
        id,
        created,
        attributes,
        key,
        indexes,
        billingMode,
        readUnits,
        writeUnits,
        attribute,
        deletionProtection,
        pointInTimeRecovery,
        tags);
  }

  TableRecord withRecovery(boolean on) {
    return new TableRecord(
        name,
        id,
        created,
        attributes,
        key,
        indexes,
        billingMode,
        readUnits,
        writeUnits,
        ttlAttribute,
        deletionProtection,
        on,
        tags);
  }

  TableRecord withProtection(boolean on) {
    return new TableRecord(
        name,
        id,
        created,
        attributes,
        key,
        indexes,
        billingMode,
        readUnits,
        writeUnits,
        ttlAttribute,
        on,
        pointInTimeRecovery,
        tags);
  }

  TableRecord withBilling(String mode, long reads, long writes) {
    return new TableRecord(
        name,
        id,
        created,
        attributes,
        key,
        indexes,
        mode,
        reads,
        writes,
        ttlAttribute,
        deletionProtection,
        pointInTimeRecovery,
        tags);
  }

  TableRecord withTags(Map<String, String> now) {
    return new TableRecord(
        name,
        id,
        created,
        attributes,
        key,
        indexes,
        billingMode,
        readUnits,
        writeUnits,
        ttlAttribute,
        deletionProtection,
        pointInTimeRecovery,
        Map.copyOf(now));
  }

  TableRecord withIndexes(Map<String, String> definitions, List<IndexRecord> now) {
    return new TableRecord(
        name,
        id,
        created,
        definitions,
        key,
        List.copyOf(now),
        billingMode,
        readUnits,
        writeUnits,
        ttlAttribute,
        deletionProtection,
        pointInTimeRecovery,
        tags);
  }
}
