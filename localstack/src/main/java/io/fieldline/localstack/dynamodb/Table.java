// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.dynamodb.TableRecord.IndexRecord;
import io.fieldline.localstack.dynamodb.TableRecord.KeyNames;
import io.fieldline.localstack.store.Store;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One table's items, its indexes and its order of expiry, in the store. Writes need the lock of
/// {@link Tables}.
final class Table {
  private static final int SECONDS_DIGITS = 19;

  final TableRecord record;
  final String arn;
  private final MVMap<String, byte[]> items;
  private final Map<String, MVMap<String, byte[]>> indexes = new HashMap<>();
  private final MVMap<String, byte[]> expiry;

  Table(Store store, TableRecord record, String arn) {
    this.record = record;
    this.arn = arn;
    items = store.map(itemsMap(record), ByteArrayDataType.INSTANCE);
    expiry = store.map(expiryMap(record), ByteArrayDataType.INSTANCE);
    for (IndexRecord index : record.indexes()) {
      indexes.put(
          index.name(), store.map(indexMap(record, index.name()), ByteArrayDataType.INSTANCE));
    }
  }

  static String itemsMap(TableRecord table) {
    return "dynamodb.items." + table.id();
  }

  static String expiryMap(TableRecord table) {
    return "dynamodb.expiry." + table.id();
  }

  static String indexMap(TableRecord table, String index) {
    return "dynamodb.index." + table.id() + "." + index;
  }

  long count() {
    return items.sizeAsLong();
  }

  MVMap<String, byte[]> items() {
    return items;
  }

  IndexRecord index(String name) {
    return record.indexes().stream()
        .filter(i -> i.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> AwsFailure.validation("The table does not have the specified index: " + name));
  }

  MVMap<String, byte[]> entries(@Nullable String index) {
    if (index == null) {
      return items;
    }
    MVMap<String, byte[]> entries = indexes.get(index);
    if (entries == null) {
      throw AwsFailure.validation("The table does not have the specified index: " + index);
    }
    return entries;
  }

  @Nullable Map<String, AttributeValue> get(String key) {
    byte[] bytes = items.get(key);
    return bytes == null ? null : ItemCodec.decode(bytes);
  }

  /// Replaces, makes or (with null) removes an item, and what the indexes say of it.
  void put(
      String key,
      @Nullable Map<String, AttributeValue> before,
      @Nullable Map<String, AttributeValue> after) {
    for (IndexRecord index : record.indexes()) {
      reindex(index, key, before, after);
    }
    setExpiry(key, before, after);
    if (after == null) {
      items.remove(key);
    } else {
      items.put(key, ItemCodec.encode(after));
    }
  }

  /// Enters every item into one index.
  void fill(IndexRecord index) {
    items.forEach((key, bytes) -> reindex(index, key, null, ItemCodec.decode(bytes)));
  }

  /// Enters every item into the order of expiry.
  void fillExpiry() {
    expiry.clear();
    items.forEach((key, bytes) -> setExpiry(key, null, ItemCodec.decode(bytes)));
  }

  private void reindex(
      IndexRecord index,
      String key,
      @Nullable Map<String, AttributeValue> before,
      @Nullable Map<String, AttributeValue> after) {
    MVMap<String, byte[]> entries = entries(index.name());
    String old = before == null ? null : indexKey(index, before, key);
    String now = after == null ? null : indexKey(index, after, key);
    if (old != null && !old.equals(now)) {
      entries.remove(old);
    }
    if (now != null && after != null) {
      entries.put(now, ItemCodec.encode(projected(index, after)));
    }
  }

  /// Null where the item lacks one of the index's attributes: then it is not in the index.
  private static @Nullable String indexKey(
      IndexRecord index, Map<String, AttributeValue> item, String key) {
    return item.keySet().containsAll(index.key().all())
        ? KeyCodec.of(index.key(), item) + key
        : null;
  }

  private Map<String, AttributeValue> projected(
      IndexRecord index, Map<String, AttributeValue> item) {
    if (index.projection().equals("ALL")) {
      return item;
    }
    var kept = new LinkedHashMap<>(item);
    kept.keySet()
        .removeIf(name ->
            !index.key().all().contains(name)
                && !record.key().all().contains(name)
                && !index.included().contains(name));
    return kept;
  }

  private void setExpiry(
      String key,
      @Nullable Map<String, AttributeValue> before,
      @Nullable Map<String, AttributeValue> after) {
    String old = expiryKey(key, before);
    String now = expiryKey(key, after);
    if (old != null && !old.equals(now)) {
      expiry.remove(old);
    }
    if (now != null) {
      expiry.put(now, new byte[0]);
    }
  }

  private @Nullable String expiryKey(String key, @Nullable Map<String, AttributeValue> item) {
    if (item == null || record.ttlAttribute() == null) {
      return null;
    }
    AttributeValue at = item.get(record.ttlAttribute());
    if (at == null || at.n() == null) {
      return null;
    }
    String seconds = at.n().contains(".") ? at.n().substring(0, at.n().indexOf('.')) : at.n();
    return seconds.startsWith("-") || seconds.length() > SECONDS_DIGITS
        ? null
        : padded(seconds) + key;
  }

  private static String padded(String seconds) {
    return "0".repeat(SECONDS_DIGITS - seconds.length()) + seconds;
  }

  /// Removes what expired between two times, in epoch seconds.
  int expire(long from, long until) {
    var cursor = expiry.cursor(padded(Long.toString(from)));
    String end = padded(Long.toString(until));
    int removed = 0;
    while (cursor.hasNext()) {
      String entry = cursor.next();
      if (entry.compareTo(end) >= 0) {
        break;
      }
      String key = entry.substring(SECONDS_DIGITS);
      Map<String, AttributeValue> item = get(key);
      if (item != null) {
        put(key, item, null);
        removed++;
      } else {
        expiry.remove(entry);
      }
    }
    return removed;
  }

  /// The key of an item that a request names.
  String key(Map<String, AttributeValue> key) {
    KeyNames names = record.key();
    if (key.size() != names.all().size() || !key.keySet().containsAll(names.all())) {
      throw AwsFailure.validation("The provided key element does not match the schema");
    }
    for (String name : names.all()) {
      if (!typeOf(key, name).equals(record.attributes().get(name))) {
        throw AwsFailure.validation("The provided key element does not match the schema");
      }
    }
    checkKeyValues(key);
    return KeyCodec.of(names, key);
  }

  /// The key of an item to be put, whose index attributes are checked too.
  String keyOf(Map<String, AttributeValue> item) {
    for (String name : record.key().all()) {
      if (!item.containsKey(name)) {
        throw invalid("Missing the key " + name + " in the item");
      }
      checkType("Type mismatch for key ", name, item, "");
    }
    for (IndexRecord index : record.indexes()) {
      for (String name : index.key().all()) {
        if (item.containsKey(name)) {
          checkType("Type mismatch for Index Key ", name, item, " IndexName: " + index.name());
        }
      }
    }
    checkKeyValues(item);
    return KeyCodec.of(record.key(), item);
  }

  private void checkType(String what, String name, Map<String, AttributeValue> item, String where) {
    String expected = record.attributes().getOrDefault(name, "");
    String actual = typeOf(item, name);
    if (!actual.equals(expected)) {
      boolean index = !where.isEmpty();
      throw invalid(
          what
              + name
              + (index ? " Expected: " : " expected: ")
              + expected
              + (index ? " Actual: " : " actual: ")
              + actual
              + where);
    }
  }

  private void checkKeyValues(Map<String, AttributeValue> item) {
    for (String name : record.key().all()) {
      AttributeValue value = item.get(name);
      int size = value == null ? 0 : Values.size(value);
      if (size == 0) {
        throw AwsFailure.validation(
            "One or more parameter values are not valid. The AttributeValue for a key attribute"
                + " cannot contain an empty "
                + (value != null && value.b() != null ? "binary" : "string")
                + " value. Key: "
                + name);
      }
      boolean hash = name.equals(record.key().hash());
      int most = hash ? 2048 : 1024;
      if (size > most) {
        throw invalid(
            hash
                ? "Size of hashkey has exceeded the maximum size limit of2048 bytes"
                : "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");
      }
    }
  }

  private static String typeOf(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    return value == null ? "" : Values.typeName(value);
  }

  private static AwsFailure invalid(String detail) {
    return AwsFailure.validation("One or more parameter values were invalid: " + detail);
  }

  Map<String, AttributeValue> keyAttributes(Map<String, AttributeValue> item) {
    return only(item, record.key().all());
  }

  static Map<String, AttributeValue> only(Map<String, AttributeValue> item, List<String> names) {
    var kept = new LinkedHashMap<String, AttributeValue>();
    for (String name : names) {
      AttributeValue value = item.get(name);
      if (value != null) {
        kept.put(name, value);
      }
    }
    return kept;
  }
}
