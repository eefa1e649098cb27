// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.dynamodb.TableRecord.KeyNames;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.*;

/// Query and Scan, on a table or an index.
final class Queries {
  private final Tables tables;
  private final Permissions permissions;
  private final Consumed consumed;

  Queries(Tables tables, Permissions permissions, Consumed consumed) {
    this.tables = tables;
    this.permissions = permissions;
    this.consumed = consumed;
  }

  void register(Api api) {
    api.on(QueryRequest.class, this::query).access(this::queryAccess);
    api.on(ScanRequest.class, this::scan)
        .access(r ->
            List.of(permissions.items("dynamodb:Scan", r.tableName(), r.indexName(), Map.of())));
  }

  private List<Access> queryAccess(QueryRequest r) {
    Map<String, String> context = Map.of();
    if (r.keyConditionExpression() != null && tables.has(Tables.plain(r.tableName()))) {
      Table table = tables.table(r.tableName());
      var placeholders =
          new Placeholders(r.expressionAttributeNames(), r.expressionAttributeValues());
      context = Permissions.leading(range(r, table, placeholders).hash());
    }
    return List.of(permissions.items("dynamodb:Query", r.tableName(), r.indexName(), context));
  }

  private static KeyNames keys(Table table, @Nullable String index) {
    return index == null ? table.record.key() : table.index(index).key();
  }

  private static KeyRange range(QueryRequest r, Table table, Placeholders placeholders) {
    if (r.keyConditionExpression() == null) {
      throw AwsFailure.validation(
          "Either the KeyConditions or KeyConditionExpression parameter must be specified in the"
              + " request.");
    }
    Condition condition =
        Parser.condition("KeyConditionExpression", r.keyConditionExpression(), placeholders);
    return KeyRange.of(condition, keys(table, r.indexName()), table.record.attributes());
  }

  private QueryResponse query(QueryRequest r) {
    Requests.refuse(r, Requests.LEGACY);
    Table table = tables.table(r.tableName());
    var placeholders =
        new Placeholders(r.expressionAttributeNames(), r.expressionAttributeValues());
    KeyRange range = range(r, table, placeholders);
    KeyNames keys = keys(table, r.indexName());
    Condition filter = filter(r.filterExpression(), placeholders);
    if (filter != null) {
      refuseKeys(filter, keys);
    }
    List<Path> paths = paths(r.projectionExpression(), r.select(), placeholders);
    placeholders.checkAllUsed();
    checkIndex(table, r.indexName(), r.select(), r.consistentRead());
    Page page =
        Page.read(
            new Page.Order(
                table,
                r.indexName(),
                keys,
                range.low(),
                range.high(),
                !Boolean.FALSE.equals(r.scanIndexForward()),
                r.limit(),
                r.exclusiveStartKey(),
                filter,
                _ -> true));
    var answer =
        QueryResponse.builder()
            .count(page.items().size())
            .scannedCount(page.scanned())
            .lastEvaluatedKey(page.last())
            .consumedCapacity(
                Capacity.of(
                    r.returnConsumedCapacity(),
                    table,
                    consumed.read(table, Capacity.read(page.bytes(), r.consistentRead()))));
    if (r.select() != Select.COUNT) {
      answer.items(cut(page, paths));
    }
    return answer.build();
  }

  private ScanResponse scan(ScanRequest r) {
    Requests.refuse(r, Requests.LEGACY);
    Table table = tables.table(r.tableName());
    var placeholders =
        new Placeholders(r.expressionAttributeNames(), r.expressionAttributeValues());
    Condition filter = filter(r.filterExpression(), placeholders);
    List<Path> paths = paths(r.projectionExpression(), r.select(), placeholders);
    placeholders.checkAllUsed();
    checkIndex(table, r.indexName(), r.select(), r.consistentRead());
    int total = r.totalSegments() == null ? 1 : r.totalSegments();
    int segment = r.segment() == null ? 0 : r.segment();
    if (segment >= total) {
      throw AwsFailure.validation(
          "The Segment parameter is zero-based and must be less than parameter TotalSegments:"
              + " Segment: "
              + segment
              + " is not less than TotalSegments: "
              + total);
    }
    Page page =
        Page.read(
            new Page.Order(
                table,
                r.indexName(),
                keys(table, r.indexName()),
                "",
                KeyCodec.MAX,
                true,
                r.limit(),
                r.exclusiveStartKey(),
                filter,
                key -> total == 1 || segmentOf(key, total) == segment));
    var answer =
        ScanResponse.builder()
            .count(page.items().size())
            .scannedCount(page.scanned())
            .lastEvaluatedKey(page.last())
            .consumedCapacity(
                Capacity.of(
                    r.returnConsumedCapacity(),
                    table,
                    consumed.read(table, Capacity.read(page.bytes(), r.consistentRead()))));
    if (r.select() != Select.COUNT) {
      answer.items(cut(page, paths));
    }
    return answer.build();
  }

  /// A partition is in one segment as a whole.
  private static int segmentOf(String key, int total) {
    return Math.floorMod(key.substring(0, key.indexOf(KeyCodec.END)).hashCode(), total);
  }

  private static @Nullable Condition filter(@Nullable String text, Placeholders placeholders) {
    return text == null ? null : Parser.condition("FilterExpression", text, placeholders);
  }

  private static List<Path> paths(
      @Nullable String projection, @Nullable Select select, Placeholders placeholders) {
    if (projection == null) {
      if (select == Select.SPECIFIC_ATTRIBUTES) {
        throw AwsFailure.validation(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get"
                + " SPECIFIC_ATTRIBUTES");
      }
      return List.of();
    }
    if (select != null && select != Select.SPECIFIC_ATTRIBUTES) {
      throw AwsFailure.validation(
          "Cannot specify the ProjectionExpression when choosing to get "
              + (select == Select.COUNT ? "only the Count" : select));
    }
    return Parser.projection(projection, placeholders);
  }

  private static void checkIndex(
      Table table, @Nullable String index, @Nullable Select select, @Nullable Boolean consistent) {
    if (index == null) {
      if (select == Select.ALL_PROJECTED_ATTRIBUTES) {
        throw AwsFailure.validation(
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
      }
      return;
    }
    if (Boolean.TRUE.equals(consistent)) {
      throw AwsFailure.validation("Consistent reads are not supported on global secondary indexes");
    }
    if (select == Select.ALL_ATTRIBUTES && !table.index(index).projection().equals("ALL")) {
      throw AwsFailure.validation(
          "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported"
              + " for global secondary index "
              + index
              + " because its projection type is not ALL");
    }
  }

  private static void refuseKeys(Condition filter, KeyNames keys) {
    for (String name : FilterPaths.of(filter)) {
      if (keys.all().contains(name)) {
        throw AwsFailure.validation(
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: "
                + name);
      }
    }
  }

  private static List<Map<String, AttributeValue>> cut(Page page, List<Path> paths) {
    return paths.isEmpty()
        ? page.items()
        : page.items().stream().map(i -> Projections.of(i, paths)).toList();
  }
}
