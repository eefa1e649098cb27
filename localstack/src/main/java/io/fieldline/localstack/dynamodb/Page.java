// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.dynamodb.TableRecord.KeyNames;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.h2.mvstore.Cursor;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// One page of a query or scan: at most the limit asked for and 1 MB of items read.
record Page(
    List<Map<String, AttributeValue>> items,
    int scanned,
    long bytes,
    @Nullable Map<String, AttributeValue> last) {
  private static final int MOST_BYTES = 1024 * 1024;

  /// What to read.
  ///
  /// @param keys the names of the key by which the entries are ordered
  record Order(
      Table table,
      @Nullable String index,
      KeyNames keys,
      String low,
      String high,
      boolean forward,
      @Nullable Integer limit,
      Map<String, AttributeValue> startAfter,
      @Nullable Condition filter,
      Predicate<String> segment) {}

  static Page read(Order order) {
    var entries = order.table().entries(order.index());
    String low = order.low();
    String high = order.high();
    if (!order.startAfter().isEmpty()) {
      String start = startKey(order);
      if (order.forward()) {
        String next = start + "\0";
        low = next.compareTo(low) > 0 ? next : low;
      } else {
        high = start.compareTo(high) < 0 ? start : high;
      }
    }
    Cursor<String, byte[]> cursor =
        order.forward() ? entries.cursor(low) : entries.cursor(high, low, true);
    return collect(order, cursor, low, high);
  }

  private static Page collect(Order order, Cursor<String, byte[]> cursor, String low, String high) {
    var items = new ArrayList<Map<String, AttributeValue>>();
    int scanned = 0;
    long bytes = 0;
    while (cursor.hasNext()) {
      String key = cursor.next();
      if (key.compareTo(high) >= 0) {
        if (order.forward()) {
          break;
        }
        continue;
      }
      if (key.compareTo(low) < 0) {
        break;
      }
      if (!order.segment().test(key)) {
        continue;
      }
      Map<String, AttributeValue> item = ItemCodec.decode(cursor.getValue());
      scanned++;
      bytes += Values.size(item);
      if (order.filter() == null || Evaluation.holds(order.filter(), item)) {
        items.add(item);
      }
      boolean full = order.limit() != null && scanned >= order.limit();
      if (full || bytes >= MOST_BYTES) {
        return new Page(items, scanned, bytes, Table.only(item, keyNames(order)));
      }
    }
    return new Page(items, scanned, bytes, null);
  }

  private static List<String> keyNames(Order order) {
    var names = new LinkedHashSet<>(order.table().record.key().all());
    names.addAll(order.keys().all());
    return List.copyOf(names);
  }

  private static String startKey(Order order) {
    Map<String, AttributeValue> start = Values.checked(order.startAfter());
    List<String> names = keyNames(order);
    if (start.size() != names.size() || !start.keySet().containsAll(names)) {
      throw AwsFailure.validation("The provided starting key is invalid");
    }
    for (String name : names) {
      AttributeValue value = start.get(name);
      String type = order.table().record.attributes().get(name);
      if (value == null || !Values.typeName(value).equals(type)) {
        throw AwsFailure.validation(
            "The provided starting key is invalid: The provided key element does not match the"
                + " schema");
      }
    }
    String key = KeyCodec.of(order.table().record.key(), start);
    return order.index() == null ? key : KeyCodec.of(order.keys(), start) + key;
  }
}
