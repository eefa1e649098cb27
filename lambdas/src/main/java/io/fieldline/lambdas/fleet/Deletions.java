// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.archive.ArchiveDeletion;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/// The receipts of deletions: who asked and when, how far it is, and how much went. A receipt is
/// there before anything goes, and keeps the device from coming back. While it runs it also holds
/// what has to be found again after a crash: the devices behind the thing, and certificates.
final class Deletions {
  /// Source: Amazon DynamoDB API, TransactWriteItems: at most 100 actions.
  private static final int AT_ONCE = 99;

  private static final int MOST_TRIES = 5;

  private final DynamoDbClient tables;
  private final String fleetTable;

  Deletions(DynamoDbClient tables, String fleetTable) {
    this.tables = tables;
    this.fleetTable = fleetTable;
  }

  Map<String, AttributeValue> get(String thing) {
    var key = FleetKeys.deletion(thing).attributes();
    return tables.getItem(get -> get.tableName(fleetTable).key(key).consistentRead(true)).item();
  }

  /// Begins one, if it has not begun; asked for again it is as it was.
  void begin(String thing, String by, long atMs) {
    update(
        thing,
        "SET #by = if_not_exists(#by, :by), askedMs = if_not_exists(askedMs, :atMs),"
            + " fromMs = if_not_exists(fromMs, :atMs)",
        Map.of("#by", "by"),
        Map.of(":by", Attributes.text(by), ":atMs", Attributes.number(atMs)));
  }

  /// Remembers what is part of the thing.
  ///
  /// @param fromMs when the first of the devices was heard
  void remember(String thing, Set<String> devices, Set<String> certificates, long fromMs) {
    var values = new HashMap<String, AttributeValue>();
    values.put(":fromMs", Attributes.number(fromMs));
    var added = new ArrayList<String>();
    if (!devices.isEmpty()) {
      added.add("devices :devices");
      values.put(":devices", AttributeValue.fromSs(List.copyOf(devices)));
    }
    if (!certificates.isEmpty()) {
      added.add("certificates :certificates");
      values.put(":certificates", AttributeValue.fromSs(List.copyOf(certificates)));
    }
    var add = added.isEmpty() ? "" : " ADD " + String.join(", ", added);
    update(thing, "SET fromMs = :fromMs" + add, Map.of(), values);
  }

  static Set<String> remembered(Map<String, AttributeValue> receipt, String name) {
    var value = receipt.get(name);
    return value == null ? new TreeSet<>() : new TreeSet<>(value.ss());
  }

  /// Counts what went outside the tables, once it did.
  void gone(String thing, String counter) {
    update(
        thing,
        "ADD #counter :one",
        Map.of("#counter", counter),
        Map.of(":one", Attributes.number(1)));
  }

  /// Counts a certificate that went and forgets it, at once.
  void goneCertificate(String thing, String certificate) {
    update(
        thing,
        "ADD certificatesGone :one DELETE certificates :this",
        Map.of(),
        Map.of(":one", Attributes.number(1), ":this", AttributeValue.fromSs(List.of(certificate))));
  }

  /// How far a round has come in the archive; counts what went there. A crash between an object and
  /// this leaves that object's messages uncounted.
  ArchiveDeletion.Progress archive(String thing, int round) {
    var cursor = "archive" + round;
    return new ArchiveDeletion.Progress() {
      @Override
      public String after() {
        return Attributes.text(get(thing), cursor).orElse("");
      }

      @Override
      public void done(String key, int messages) {
        update(
            thing,
            "SET #cursor = :key ADD archivedMessages :gone",
            Map.of("#cursor", cursor),
            Map.of(":key", Attributes.text(key), ":gone", Attributes.number(messages)));
      }
    };
  }

  /// Ends one: what is left tells no more than that it was, and how much.
  void end(String thing, long atMs) {
    update(
        thing,
        "SET doneMs = :atMs REMOVE devices, certificates, fromMs, archive1, archive2",
        Map.of(),
        Map.of(":atMs", Attributes.number(atMs)));
  }

  private void update(
      String thing,
      String expression,
      Map<String, String> names,
      Map<String, AttributeValue> values) {
    tables.updateItem(update -> {
      update
          .tableName(fleetTable)
          .key(FleetKeys.deletion(thing).attributes())
          .updateExpression(expression)
          .expressionAttributeValues(values);
      if (!names.isEmpty()) {
        update.expressionAttributeNames(names);
      }
    });
  }

  /// Deletes items and counts them in one transaction: the receipt is exact, whatever ends or comes
  /// twice.
  ///
  /// @return whether all went: not where some had gone already, and have to be looked for again
  boolean delete(
      String thing, String table, String counter, List<Map<String, AttributeValue>> keys) {
    for (int from = 0; from < keys.size(); from += AT_ONCE) {
      var some = keys.subList(from, Math.min(keys.size(), from + AT_ONCE));
      if (!deleteSome(thing, table, counter, some)) {
        return false;
      }
    }
    return true;
  }

  private boolean deleteSome(
      String thing, String table, String counter, List<Map<String, AttributeValue>> keys) {
    var writes = new ArrayList<TransactWriteItem>();
    for (var key : keys) {
      writes.add(
          TransactWriteItem.builder()
              .delete(
                  one -> one.tableName(table).key(key).conditionExpression("attribute_exists(pk)"))
              .build());
    }
    writes.add(counted(thing, counter, keys.size()));
    for (int attempt = 1; ; attempt++) {
      try {
        tables.transactWriteItems(request -> request.transactItems(writes));
        return true;
      } catch (TransactionCanceledException e) {
        boolean isGone =
            e.cancellationReasons().stream()
                .anyMatch(reason -> "ConditionalCheckFailed".equals(reason.code()));
        if (isGone) {
          return false;
        }
        if (attempt == MOST_TRIES) {
          throw e;
        }
      }
    }
  }

  /// Counts items of a table, in a transaction with what takes them away.
  TransactWriteItem counted(String thing, String counter, int gone) {
    return TransactWriteItem.builder()
        .update(update ->
            update
                .tableName(fleetTable)
                .key(FleetKeys.deletion(thing).attributes())
                .updateExpression("ADD #counter :gone")
                .expressionAttributeNames(Map.of("#counter", counter))
                .expressionAttributeValues(Map.of(":gone", Attributes.number(gone))))
        .build();
  }
}
