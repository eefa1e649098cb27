// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.dynamodb.TableRecord.IndexRecord;
import io.fieldline.localstack.store.Store;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.h2.mvstore.MVMap;

/// The tables by name, and the one lock under which items are written.
final class Tables {
  private final Store store;
  private final StackInfo stack;
  private final MVMap<String, TableRecord> records;
  private final Map<String, Table> open = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();

  Tables(Store store, StackInfo stack) {
    this.store = store;
    this.stack = stack;
    this.records = store.map("dynamodb.tables", TableRecord.class);
  }

  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  String arn(String nameOrArn) {
    return stack.arn("dynamodb", "table/" + plain(nameOrArn));
  }

  /// A table may be named by its ARN.
  static String plain(String nameOrArn) {
    int at = nameOrArn.indexOf(":table/");
    return nameOrArn.startsWith("arn:") && at > 0 ? nameOrArn.substring(at + 7) : nameOrArn;
  }

  boolean has(String name) {
    return records.containsKey(name);
  }

  List<String> names() {
    return List.copyOf(records.keySet());
  }

  /// For operations on items.
  Table table(String nameOrArn) {
    String name = plain(nameOrArn);
    return find(name, "Requested resource not found");
  }

  /// For operations on the table itself.
  Table named(String nameOrArn) {
    String name = plain(nameOrArn);
    return find(name, "Requested resource not found: Table: " + name + " not found");
  }

  private Table find(String name, String message) {
    Table table = open.get(name);
    if (table != null) {
      return table;
    }
    TableRecord record = records.get(name);
    if (record == null) {
      throw new AwsFailure("ResourceNotFoundException", 400, message);
    }
    return open.computeIfAbsent(name, _ -> new Table(store, record, arn(name)));
  }

  Table save(TableRecord record) {
    records.put(record.name(), record);
    var table = new Table(store, record, arn(record.name()));
    open.put(record.name(), table);
    return table;
  }

  void drop(Table table) {
    records.remove(table.record.name());
    open.remove(table.record.name());
    store.drop(Table.itemsMap(table.record));
    store.drop(Table.expiryMap(table.record));
    for (IndexRecord index : table.record.indexes()) {
      dropIndex(table.record, index.name());
    }
  }

  void dropIndex(TableRecord table, String index) {
    store.drop(Table.indexMap(table, index));
  }

  void commit() {
    store.commit();
  }
}
