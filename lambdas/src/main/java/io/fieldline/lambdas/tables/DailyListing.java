// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.tables;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;

/// Items with a partition for each UTC day, in parts, from the newest to the oldest.
///
/// @param prefix what the partition keys begin with; the day follows
/// @param kept how long an item is kept
/// @param attributes which of them to read; none for all
public record DailyListing(String prefix, Duration kept, List<String> attributes) {
  private static final int READ_AT_ONCE = 100;
  private static final int MOST_READS = 120;

  /// Reads a part.
  ///
  /// @param after the sort key after which to go on
  /// @param wanted those that count
  /// @param limit at most so many; fewer do not say that there are no more
  public Listing.Page page(
      DynamoDbClient tables,
      String table,
      Optional<Key> after,
      Predicate<Map<String, AttributeValue>> wanted,
      int limit,
      long nowMs) {
    var found = new ArrayList<Map<String, AttributeValue>>();
    var last = TelemetryKeys.day(nowMs - kept.toMillis());
    var day = after.map(this::day).orElse(TelemetryKeys.day(nowMs));
    var start = after.orElse(newestOf(day));
    for (int reads = 0; !day.isBefore(last); reads++) {
      if (reads == MOST_READS) {
        return new Listing.Page(found, Optional.of(start.sk()));
      }
      var read = tables.query(request(table, start));
      for (var item : read.items()) {
        if (wanted.test(item)) {
          if (found.size() == limit) {
            return new Listing.Page(found, Attributes.text(found.getLast(), "sk"));
          }
          found.add(item);
        }
      }
      if (read.hasLastEvaluatedKey()) {
        start = new Key(start.pk(), Attributes.text(read.lastEvaluatedKey(), "sk").orElseThrow());
      } else {
        day = day.minusDays(1);
        start = newestOf(day);
      }
    }
    return new Listing.Page(found, Optional.empty());
  }

  private LocalDate day(Key key) {
    return LocalDate.parse(key.pk().substring(prefix.length()));
  }

  /// Above all items of a day.
  private Key newestOf(LocalDate day) {
    long nextMs = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    return FleetKeys.dated(prefix, nextMs - 1, "~");
  }

  private QueryRequest request(String table, Key after) {
    var request =
        QueryRequest.builder()
            .tableName(table)
            .keyConditionExpression("pk = :pk")
            .expressionAttributeValues(Map.of(":pk", Attributes.text(after.pk())))
            .scanIndexForward(false)
            .limit(READ_AT_ONCE)
            .exclusiveStartKey(after.attributes());
    if (!attributes.isEmpty()) {
      var names = new HashMap<String, String>();
      IntStream.range(0, attributes.size()).forEach(i -> names.put("#a" + i, attributes.get(i)));
      request
          .projectionExpression(
              names.keySet().stream().sorted().collect(Collectors.joining(", ", "pk, sk, ", "")))
          .expressionAttributeNames(names);
    }
    return request.build();
  }
}
