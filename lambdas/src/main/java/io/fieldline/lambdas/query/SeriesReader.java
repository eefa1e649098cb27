// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.query;

import io.fieldline.lambdas.series.Rollup;
import io.fieldline.lambdas.series.Series;
import io.fieldline.lambdas.series.SeriesBuilder;
import io.fieldline.lambdas.series.SeriesPlan;
import io.fieldline.lambdas.series.SeriesPlan.Level;
import io.fieldline.lambdas.series.SeriesPlan.Part;
import io.fieldline.lambdas.series.SeriesRange;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.TelemetryKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Reads the items that a plan asks for, and what a plan cannot know: where a day has no item, its
/// hours; where one of the last hours has none, its raw items. A rollup may be minutes late.
final class SeriesReader {
  private static final long DAY_MS = 24 * Rollup.HOUR_MS;
  private static final int QUERIES_AT_ONCE = 16;

  /// In long ranges, hours that were closed longer ago than this have their rollup, or no readings.
  private static final long CERTAINLY_MERGED_MS = 2 * DAY_MS;

  private final DynamoDbClient tables;
  private final String table;
  private final Duration rawRetention;

  SeriesReader(DynamoDbClient tables, String table, Duration rawRetention) {
    this.tables = tables;
    this.table = table;
    this.rawRetention = rawRetention;
  }

  /// @param nowMs epoch milliseconds
  List<Series> read(String device, SeriesRange range, long nowMs) {
    long openHourMs = openHour(device);
    var plan = SeriesPlan.of(range, openHourMs);
    var builder = built(device, range, plan, openHourMs);
    boolean isGivenUp = range.fromMs() < nowMs - rawRetention.toMillis();
    if (isGivenUp && builder.isEmpty() && plan.leastStepMs() < Rollup.HOUR_MS) {
      // Only here: elsewhere nothing is a gap, and a merged hour that reaches into it would hide
      // it.
      builder = built(device, range, SeriesPlan.at(Level.DAY, range, openHourMs), openHourMs);
    }
    return builder.build();
  }

  /// Steps of a level and nothing else.
  ///
  /// @param range its ends are those of steps
  /// @param level not {@link Level#RAW}
  List<Series> steps(String device, SeriesRange range, Level level) {
    long openHourMs = openHour(device);
    return built(device, range, SeriesPlan.at(level, range, openHourMs), openHourMs).buildSteps();
  }

  /// Every raw item that begins in these hours.
  List<byte[]> raw(String device, long fromHourMs, long toHourMs) {
    return raw(device, new Part(Level.RAW, fromHourMs, toHourMs));
  }

  private long openHour(String device) {
    var item =
        tables
            .getItem(request ->
                request
                    .tableName(table)
                    .key(TelemetryKeys.latest(device).attributes())
                    .projectionExpression(TelemetryKeys.OPEN_HOUR))
            .item();
    return Attributes.whole(item, TelemetryKeys.OPEN_HOUR);
  }

  private SeriesBuilder built(String device, SeriesRange range, SeriesPlan plan, long openHourMs) {
    var builder = new SeriesBuilder(range, plan.leastStepMs());
    var parts = new ArrayList<>(plan.parts());
    boolean isLong = parts.stream().anyMatch(part -> part.level() == Level.DAY);
    long mergedMs = isLong ? openHourMs - CERTAINLY_MERGED_MS : 0;
    for (var level : List.of(Level.DAY, Level.HOUR, Level.RAW)) {
      var finer = new ArrayList<Part>();
      for (var part : parts) {
        if (part.level() != level) {
          finer.add(part);
        } else if (level == Level.RAW) {
          raw(device, part).forEach(builder::add);
        } else {
          finer.addAll(merged(device, part, mergedMs, builder));
        }
      }
      parts = finer;
    }
    return builder;
  }

  /// Adds the rollups of a part; the answer is what to read in the place of those that are not
  /// there.
  private List<Part> merged(String device, Part part, long mergedMs, SeriesBuilder builder) {
    boolean isDays = part.level() == Level.DAY;
    long lengthMs = isDays ? DAY_MS : Rollup.HOUR_MS;
    var missing = new TreeSet<Long>();
    for (long startMs = part.fromMs(); startMs < part.toMs(); startMs += lengthMs) {
      missing.add(startMs);
    }
    for (var item : items(isDays ? years(device, part) : months(device, part))) {
      missing.remove(TelemetryKeys.startMs(item));
      builder.addRollup(TelemetryKeys.packed(item));
    }
    var finer = new ArrayList<Part>();
    for (long startMs : missing) {
      if (isDays || startMs >= mergedMs) {
        join(finer, new Part(isDays ? Level.HOUR : Level.RAW, startMs, startMs + lengthMs));
      }
    }
    return finer;
  }

  /// Neighbours are read at once.
  private static void join(List<Part> parts, Part next) {
    if (!parts.isEmpty() && parts.getLast().toMs() == next.fromMs()) {
      parts.add(new Part(next.level(), parts.removeLast().fromMs(), next.toMs()));
    } else {
      parts.add(next);
    }
  }

  private List<byte[]> raw(String device, Part part) {
    var queries = new ArrayList<Query>();
    for (long dayMs = SeriesPlan.dayOf(part.fromMs()); dayMs < part.toMs(); dayMs += DAY_MS) {
      queries.add(
          new Query(
              TelemetryKeys.rawPartition(device, TelemetryKeys.day(dayMs)),
              TelemetryKeys.rawFrom(part.fromMs()),
              TelemetryKeys.rawTo(part.toMs() - 1)));
    }
    return items(queries).stream().map(TelemetryKeys::packed).toList();
  }

  private static List<Query> months(String device, Part part) {
    var queries = new ArrayList<Query>();
    var last = YearMonth.from(TelemetryKeys.day(part.toMs() - 1));
    var month = YearMonth.from(TelemetryKeys.day(part.fromMs()));
    for (; !month.isAfter(last); month = month.plusMonths(1)) {
      queries.add(rollups(TelemetryKeys.hourPartition(device, month), part));
    }
    return queries;
  }

  private static List<Query> years(String device, Part part) {
    var queries = new ArrayList<Query>();
    int last = Instant.ofEpochMilli(part.toMs() - 1).atOffset(ZoneOffset.UTC).getYear();
    int year = Instant.ofEpochMilli(part.fromMs()).atOffset(ZoneOffset.UTC).getYear();
    for (; year <= last; year++) {
      queries.add(rollups(TelemetryKeys.dayPartition(device, Year.of(year)), part));
    }
    return queries;
  }

  private static Query rollups(String partition, Part part) {
    return new Query(
        partition, TelemetryKeys.rawFrom(part.fromMs()), TelemetryKeys.rawFrom(part.toMs() - 1));
  }

  /// Items of a partition between two sort keys, both included.
  private record Query(String partition, String from, String to) {}

  private List<Map<String, AttributeValue>> items(List<Query> queries) {
    if (queries.size() == 1) {
      return items(queries.getFirst());
    }
    var all = new ArrayList<Map<String, AttributeValue>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int from = 0; from < queries.size(); from += QUERIES_AT_ONCE) {
        var asked = new ArrayList<Future<List<Map<String, AttributeValue>>>>();
        for (var query : queries.subList(from, Math.min(queries.size(), from + QUERIES_AT_ONCE))) {
          asked.add(threads.submit(() -> items(query)));
        }
        asked.forEach(answer -> all.addAll(taken(answer)));
      }
    }
    return all;
  }

  private static <T> T taken(Future<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading series", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private List<Map<String, AttributeValue>> items(Query query) {
    var pages =
        tables.queryPaginator(request ->
            request
                .tableName(table)
                .keyConditionExpression("pk = :pk AND sk BETWEEN :from AND :to")
                .expressionAttributeValues(
                    Map.of(
                        ":pk", Attributes.text(query.partition()),
                        ":from", Attributes.text(query.from()),
                        ":to", Attributes.text(query.to()))));
    return pages.items().stream().toList();
  }
}
