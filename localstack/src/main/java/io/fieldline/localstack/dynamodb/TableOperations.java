// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.dynamodb.TableRecord.IndexRecord;
import io.fieldline.localstack.dynamodb.TableRecord.KeyNames;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.*;

/// Makes, describes, changes and deletes tables. A table is ACTIVE as soon as it is made.
final class TableOperations {
  private static final Set<String> REFUSED =
      Set.of(
          "LocalSecondaryIndexes",
          "StreamSpecification",
          "ResourcePolicy",
          "ReplicaUpdates",
          "SSESpecification");

  private final Tables tables;
  private final InstantSource clock;
  private final Supplier<String> ids;

  TableOperations(Tables tables, InstantSource clock, Supplier<String> ids) {
    this.tables = tables;
    this.clock = clock;
    this.ids = ids;
  }

  void register(Api api) {
    api.on(CreateTableRequest.class, r -> tables.locked(() -> create(r)))
        .resource(r -> tables.arn(r.tableName()));
    api.on(DescribeTableRequest.class, this::describe).resource(r -> tables.arn(r.tableName()));
    api.on(DeleteTableRequest.class, r -> tables.locked(() -> delete(r)))
        .resource(r -> tables.arn(r.tableName()));
    api.on(UpdateTableRequest.class, r -> tables.locked(() -> update(r)))
        .resource(r -> tables.arn(r.tableName()));
    api.on(ListTablesRequest.class, this::list)
        .access(_ -> List.of(new Access("dynamodb:ListTables", "*")));
  }

  private CreateTableResponse create(CreateTableRequest r) {
    Requests.refuse(r, REFUSED);
    if (tables.has(r.tableName())) {
      throw new AwsFailure("ResourceInUseException", 400, "Table already exists: " + r.tableName());
    }
    var attributes = definitions(r.attributeDefinitions());
    KeyNames key = key(r.keySchema());
    List<IndexRecord> indexes =
        r.globalSecondaryIndexes().stream()
            .map(i -> index(i.indexName(), i.keySchema(), i.projection()))
            .toList();
    checkDefinitions(attributes, key, indexes);
    boolean provisioned = r.billingMode() != BillingMode.PAY_PER_REQUEST;
    ProvisionedThroughput units = r.provisionedThroughput();
    if (provisioned && units == null) {
      throw AwsFailure.validation(
          "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits"
              + " must both be specified when BillingMode is PROVISIONED");
    }
    var record =
        new TableRecord(
            r.tableName(),
            ids.get(),
            clock.instant(),
            attributes,
            key,
            indexes,
            provisioned ? "PROVISIONED" : "PAY_PER_REQUEST",
            units == null ? 0 : units.readCapacityUnits(),
            units == null ? 0 : units.writeCapacityUnits(),
            null,
            Boolean.TRUE.equals(r.deletionProtectionEnabled()),
            false,
            tags(r.tags()));
    return CreateTableResponse.builder().tableDescription(description(tables.save(record))).build();
  }

  private static Map<String, String> tags(List<Tag> tags) {
    var map = new LinkedHashMap<String, String>();
    tags.forEach(t -> map.put(t.key(), t.value()));
    return map;
  }

  private static Map<String, String> definitions(List<AttributeDefinition> definitions) {
    var map = new HashMap<String, String>();
    definitions.forEach(d -> map.put(d.attributeName(), d.attributeTypeAsString()));
    return map;
  }

  private static KeyNames key(List<KeySchemaElement> schema) {
    String hash = null;
    String range = null;
    for (KeySchemaElement element : schema) {
      if (element.keyType() == KeyType.HASH && hash == null) {
        hash = element.attributeName();
      } else if (element.keyType() == KeyType.RANGE && range == null) {
        range = element.attributeName();
      } else {
        throw AwsFailure.validation(
            "Invalid KeySchema: expected one HASH and at most one RANGE element");
      }
    }
    if (hash == null) {
      throw AwsFailure.validation(
          "Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
    }
    return new KeyNames(hash, range);
  }

  private static IndexRecord index(
      String name, List<KeySchemaElement> schema, Projection projection) {
    if (projection.projectionType() == null) {
      throw AwsFailure.validation(
          "One or more parameter values were invalid: Unknown ProjectionType: null");
    }
    return new IndexRecord(
        name,
        key(schema),
        projection.projectionTypeAsString(),
        List.copyOf(projection.nonKeyAttributes()));
  }

  private static void checkDefinitions(
      Map<String, String> attributes, KeyNames key, List<IndexRecord> indexes) {
    var needed = new HashSet<>(key.all());
    indexes.forEach(i -> needed.addAll(i.key().all()));
    if (!attributes.keySet().containsAll(needed)) {
      throw AwsFailure.validation(
          "One or more parameter values were invalid: Some index key attributes are not defined in"
              + " AttributeDefinitions. Keys: "
              + needed
              + ", AttributeDefinitions: "
              + attributes.keySet());
    }
    if (!needed.containsAll(attributes.keySet())) {
      throw AwsFailure.validation(
          "One or more parameter values were invalid: Number of attributes in KeySchema does not"
              + " exactly match number of attributes defined in AttributeDefinitions");
    }
  }

  private DescribeTableResponse describe(DescribeTableRequest r) {
    return DescribeTableResponse.builder().table(description(tables.named(r.tableName()))).build();
  }

  private DeleteTableResponse delete(DeleteTableRequest r) {
    Table table = tables.named(r.tableName());
    if (table.record.deletionProtection()) {
      throw AwsFailure.validation(
          "Resource cannot be deleted as it is currently protected against deletion. Disable"
              + " deletion protection first.");
    }
    TableDescription description = description(table);
    tables.drop(table);
    return DeleteTableResponse.builder()
        .tableDescription(description.toBuilder().tableStatus(TableStatus.DELETING).build())
        .build();
  }

  private UpdateTableResponse update(UpdateTableRequest r) {
    Requests.refuse(r, REFUSED);
    Table table = tables.named(r.tableName());
    TableRecord record = table.record;
    if (r.deletionProtectionEnabled() != null) {
      record = record.withProtection(r.deletionProtectionEnabled());
    }
    ProvisionedThroughput units = r.provisionedThroughput();
    if (r.billingMode() != null || units != null) {
      record =
          record.withBilling(
              r.billingMode() == null ? record.billingMode() : r.billingModeAsString(),
              units == null ? 0 : units.readCapacityUnits(),
              units == null ? 0 : units.writeCapacityUnits());
    }
    table = tables.save(record);
    for (GlobalSecondaryIndexUpdate change : r.globalSecondaryIndexUpdates()) {
      table = changeIndex(table, change, r.attributeDefinitions());
    }
    return UpdateTableResponse.builder().tableDescription(description(table)).build();
  }

  private Table changeIndex(
      Table table, GlobalSecondaryIndexUpdate change, List<AttributeDefinition> definitions) {
    var attributes = new HashMap<>(table.record.attributes());
    attributes.putAll(definitions(definitions));
    var indexes = new java.util.ArrayList<>(table.record.indexes());
    if (change.delete() != null) {
      IndexRecord gone = table.index(change.delete().indexName());
      indexes.remove(gone);
      tables.dropIndex(table.record, gone.name());
      return tables.save(table.record.withIndexes(attributes, indexes));
    }
    if (change.create() != null) {
      var c = change.create();
      IndexRecord made = index(c.indexName(), c.keySchema(), c.projection());
      indexes.add(made);
      checkDefinitions(attributes, table.record.key(), indexes);
      Table now = tables.save(table.record.withIndexes(attributes, indexes));
      now.fill(made);
      return now;
    }
    throw Requests.unsupported("GlobalSecondaryIndexUpdates.Update");
  }

  private ListTablesResponse list(ListTablesRequest r) {
    int limit = r.limit() == null ? 100 : r.limit();
    @Nullable String start = r.exclusiveStartTableName();
    List<String> after =
        tables.names().stream().filter(n -> start == null || n.compareTo(start) > 0).toList();
    boolean more = after.size() > limit;
    List<String> page = more ? after.subList(0, limit) : after;
    return ListTablesResponse.builder()
        .tableNames(page)
        .lastEvaluatedTableName(more ? page.getLast() : null)
        .build();
  }

  static TableDescription description(Table table) {
    TableRecord t = table.record;
    var builder =
        TableDescription.builder()
            .tableName(t.name())
            .tableArn(table.arn)
            .tableId(t.id())
            .tableStatus(TableStatus.ACTIVE)
            .creationDateTime(t.created())
            .keySchema(schema(t.key()))
            .attributeDefinitions(
                t.attributes().entrySet().stream()
                    .map(e ->
                        AttributeDefinition.builder()
                            .attributeName(e.getKey())
                            .attributeType(e.getValue())
                            .build())
                    .toList())
            .itemCount(table.count())
            .deletionProtectionEnabled(t.deletionProtection())
            .provisionedThroughput(p ->
                p.readCapacityUnits(t.readUnits())
                    .writeCapacityUnits(t.writeUnits())
                    .numberOfDecreasesToday(0L));
    if (t.billingMode().equals("PAY_PER_REQUEST")) {
      builder.billingModeSummary(s -> s.billingMode(BillingMode.PAY_PER_REQUEST));
    }
    if (!t.indexes().isEmpty()) {
      builder.globalSecondaryIndexes(t.indexes().stream().map(i -> description(table, i)).toList());
    }
    return builder.build();
  }

  private static GlobalSecondaryIndexDescription description(Table table, IndexRecord index) {
    return GlobalSecondaryIndexDescription.builder()
        .indexName(index.name())
        .indexArn(table.arn + "/index/" + index.name())
        .indexStatus(IndexStatus.ACTIVE)
        .keySchema(schema(index.key()))
        .projection(p -> {
          p.projectionType(index.projection());
          if (!index.included().isEmpty()) {
            p.nonKeyAttributes(index.included());
          }
        })
        .itemCount(table.entries(index.name()).sizeAsLong())
        .build();
  }

  private static List<KeySchemaElement> schema(KeyNames key) {
    var hash = KeySchemaElement.builder().attributeName(key.hash()).keyType(KeyType.HASH).build();
    return key.range() == null
        ? List.of(hash)
        : List.of(
            hash,
            KeySchemaElement.builder().attributeName(key.range()).keyType(KeyType.RANGE).build());
  }
}
