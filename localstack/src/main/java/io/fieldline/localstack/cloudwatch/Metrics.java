// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.cloudwatch.MetricStore.Point;
import io.fieldline.localstack.cloudwatch.MetricStore.Series;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.model.*;

/// Metrics: put by value, values or statistic set; read back as statistics by the minute or more.
/// Percentiles and metric math are refused by name: values are summed up as they come.
///
/// Assumed: periods are counted from the start that was asked for, rounded down to the minute.
final class Metrics {
  private static final Duration FUTURE = Duration.ofHours(2);
  private static final Duration PAST = Duration.ofDays(14);
  private static final int MINUTE = 60;
  private static final int MOST_POINTS = 1_440;
  private static final int PAGE = 500;

  private final MetricStore store;
  private final InstantSource clock;

  Metrics(MetricStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  void register(Api api) {
    api.on(PutMetricDataRequest.class, this::put)
        .access(r ->
            List.of(
                new Access(
                    "cloudwatch:PutMetricData",
                    "*",
                    Map.of("cloudwatch:namespace", r.namespace()))));
    api.on(ListMetricsRequest.class, this::list);
    api.on(GetMetricStatisticsRequest.class, this::statistics);
    api.on(GetMetricDataRequest.class, this::data);
  }

  /// A count of a service: that many values of 1.
  void count(String namespace, String name, Map<String, String> dimensions, long count) {
    Instant now = clock.instant();
    var series = new Series(namespace, name, dimensions, "Count", now);
    store.add(series, now, new Point(count, 1, 1, count));
  }

  private record Measured(Series series, Instant at, Point point) {}

  /// All or none: what is wrong with one datum is said before any is kept.
  private PutMetricDataResponse put(PutMetricDataRequest request) {
    if (request.namespace().startsWith("AWS/")) {
      throw CloudWatchFailures.invalidValue(
          "The value AWS/ for parameter Namespace is invalid: it is for AWS services, got "
              + request.namespace());
    }
    if (request.hasEntityMetricData()) {
      throw CloudWatchFailures.unsupported("EntityMetricData");
    }
    var measured = new ArrayList<Measured>();
    int index = 1;
    for (MetricDatum datum : request.metricData()) {
      measured.add(measured(request.namespace(), datum, "MetricData.member." + index));
      index++;
    }
    measured.forEach(m -> store.add(m.series(), m.at(), m.point()));
    return PutMetricDataResponse.builder().build();
  }

  private Measured measured(String namespace, MetricDatum datum, String where) {
    if (datum.storageResolution() != null && datum.storageResolution() != MINUTE) {
      throw CloudWatchFailures.unsupported(
          where + ".StorageResolution " + datum.storageResolution() + " (only 60)");
    }
    Instant now = clock.instant();
    Instant at = datum.timestamp() == null ? now : datum.timestamp();
    if (at.isAfter(now.plus(FUTURE)) || at.isBefore(now.minus(PAST))) {
      throw CloudWatchFailures.invalidValue(
          where
              + ".Timestamp must be at most two weeks past and two hours ahead of "
              + now
              + ", got "
              + at);
    }
    String unit = datum.unit() == null ? "None" : datum.unitAsString();
    var series = new Series(namespace, datum.metricName(), byName(datum.dimensions()), unit, at);
    return new Measured(series, at, point(datum, where));
  }

  private static Point point(MetricDatum datum, String where) {
    StatisticSet set = datum.statisticValues();
    int given =
        (datum.value() == null ? 0 : 1) + (set == null ? 0 : 1) + (datum.hasValues() ? 1 : 0);
    if (given != 1) {
      throw CloudWatchFailures.invalidCombination(
          where + " must have exactly one of Value, Values and StatisticValues, got " + given);
    }
    if (set != null) {
      return new Point(
          finite(set.sum(), where + ".StatisticValues.Sum"),
          finite(set.minimum(), where + ".StatisticValues.Minimum"),
          finite(set.maximum(), where + ".StatisticValues.Maximum"),
          finite(set.sampleCount(), where + ".StatisticValues.SampleCount"));
    }
    if (datum.value() != null) {
      double value = finite(datum.value(), where + ".Value");
      return new Point(value, value, value, 1);
    }
    return points(datum, where);
  }

  private static Point points(MetricDatum datum, String where) {
    List<Double> values = datum.values();
    List<Double> counts =
        datum.hasCounts() ? datum.counts() : values.stream().map(_ -> 1.0).toList();
    if (values.isEmpty() || counts.size() != values.size()) {
      throw CloudWatchFailures.invalidCombination(
          where
              + " must have as many Counts as Values, got "
              + counts.size()
              + " and "
              + values.size());
    }
    Point all = null;
    for (int i = 0; i < values.size(); i++) {
      double value = finite(values.get(i), where + ".Values.member." + (i + 1));
      double count = finite(counts.get(i), where + ".Counts.member." + (i + 1));
      var one = new Point(value * count, value, value, count);
      all = all == null ? one : all.plus(one);
    }
    return java.util.Objects.requireNonNull(all);
  }

  private static double finite(@Nullable Double value, String where) {
    if (value == null) {
      throw CloudWatchFailures.missing(where);
    }
    if (!Double.isFinite(value)) {
      throw CloudWatchFailures.invalidValue(where + " must be a finite number, got " + value);
    }
    return value;
  }

  private static Map<String, String> byName(List<Dimension> dimensions) {
    return dimensions.stream()
        .collect(Collectors.toMap(Dimension::name, Dimension::value, (_, b) -> b, TreeMap::new));
  }

  private ListMetricsResponse list(ListMetricsRequest request) {
    Instant recently =
        request.recentlyActive() == null ? Instant.MIN : clock.instant().minus(Duration.ofHours(3));
    var found =
        store.all().stream()
            .filter(s -> request.namespace() == null || request.namespace().equals(s.namespace()))
            .filter(s -> request.metricName() == null || request.metricName().equals(s.name()))
            .filter(s -> request.dimensions().stream().allMatch(f -> fits(s, f)))
            .filter(s -> !s.last().isBefore(recently))
            .map(Metrics::metric)
            .distinct()
            .sorted(Comparator.comparing(Metrics::sortKey))
            .toList();
    var page = Paging.of(found, Metrics::sortKey, request.nextToken(), PAGE);
    return ListMetricsResponse.builder().metrics(page.items()).nextToken(page.next()).build();
  }

  private static boolean fits(Series series, DimensionFilter filter) {
    String value = series.dimensions().get(filter.name());
    return value != null && (filter.value() == null || filter.value().equals(value));
  }

  private static Metric metric(Series series) {
    return Metric.builder()
        .namespace(series.namespace())
        .metricName(series.name())
        .dimensions(
            series.dimensions().entrySet().stream()
                .map(e -> Dimension.builder().name(e.getKey()).value(e.getValue()).build())
                .toList())
        .build();
  }

  private static String sortKey(Metric metric) {
    return new Series(
            metric.namespace(), metric.metricName(), byName(metric.dimensions()), "", Instant.EPOCH)
        .key();
  }

  private GetMetricStatisticsResponse statistics(GetMetricStatisticsRequest request) {
    if (request.hasExtendedStatistics()) {
      throw CloudWatchFailures.unsupported("ExtendedStatistics " + request.extendedStatistics());
    }
    if (request.statistics().isEmpty()) {
      throw CloudWatchFailures.missing("Statistics");
    }
    checkWindow(request.startTime(), request.endTime(), request.period());
    long steps =
        Duration.between(request.startTime(), request.endTime()).toSeconds() / request.period();
    if (steps > MOST_POINTS) {
      throw CloudWatchFailures.invalidCombination(
          "You have requested up to "
              + steps
              + " datapoints, which exceeds the limit of "
              + MOST_POINTS
              + ".");
    }
    var answer = new ArrayList<Datapoint>();
    for (Series series :
        store.find(
            request.namespace(),
            request.metricName(),
            byName(request.dimensions()),
            request.unitAsString())) {
      store
          .read(series, request.startTime(), request.endTime(), request.period())
          .forEach(
              (at, p) -> answer.add(datapoint(series, at, p, Set.copyOf(request.statistics()))));
    }
    return GetMetricStatisticsResponse.builder()
        .label(request.metricName())
        .datapoints(answer)
        .build();
  }

  private static Datapoint datapoint(Series series, Instant at, Point p, Set<Statistic> wanted) {
    var datapoint = Datapoint.builder().timestamp(at).unit(series.unit());
    for (Statistic statistic : wanted) {
      double value = value(p, statistic);
      switch (statistic) {
        case SUM -> datapoint.sum(value);
        case MINIMUM -> datapoint.minimum(value);
        case MAXIMUM -> datapoint.maximum(value);
        case SAMPLE_COUNT -> datapoint.sampleCount(value);
        case AVERAGE -> datapoint.average(value);
        case UNKNOWN_TO_SDK_VERSION -> throw CloudWatchFailures.unsupported("this statistic");
      }
    }
    return datapoint.build();
  }

  static double value(Point point, Statistic statistic) {
    return switch (statistic) {
      case SUM -> point.sum();
      case MINIMUM -> point.minimum();
      case MAXIMUM -> point.maximum();
      case SAMPLE_COUNT -> point.count();
      case AVERAGE -> point.count() == 0 ? 0 : point.sum() / point.count();
      case UNKNOWN_TO_SDK_VERSION -> throw CloudWatchFailures.unsupported("this statistic");
    };
  }

  private static void checkWindow(Instant start, Instant end, int period) {
    if (!start.isBefore(end)) {
      throw CloudWatchFailures.invalidValue(
          "The parameter StartTime must be less than the parameter EndTime, got "
              + start
              + " and "
              + end);
    }
    if (period < MINUTE || period % MINUTE != 0) {
      throw CloudWatchFailures.invalidValue(
          "The parameter Period must be a multiple of 60, got " + period);
    }
  }

  /// Assumed: a query without a unit sums up every unit of its metric.
  private GetMetricDataResponse data(GetMetricDataRequest request) {
    var results = new ArrayList<MetricDataResult>();
    for (MetricDataQuery query : request.metricDataQueries()) {
      if (query.expression() != null || query.metricStat() == null) {
        throw invalidQuery(
            query,
            "metric math is not supported by this local stack: expected a"
                + " MetricStat, got the expression "
                + query.expression());
      }
      MetricDataResult result = result(query, request);
      if (!Boolean.FALSE.equals(query.returnData())) {
        results.add(result);
      }
    }
    return GetMetricDataResponse.builder().metricDataResults(results).build();
  }

  private static AwsFailure invalidQuery(MetricDataQuery query, String why) {
    return AwsFailure.validationError("MetricDataQueries " + query.id() + ": " + why);
  }

  private MetricDataResult result(MetricDataQuery query, GetMetricDataRequest request) {
    MetricStat stat = query.metricStat();
    Statistic statistic = Statistic.fromValue(stat.stat());
    if (statistic == Statistic.UNKNOWN_TO_SDK_VERSION) {
      throw invalidQuery(
          query,
          "the statistic "
              + stat.stat()
              + " is not supported by this local stack: expected"
              + " one of "
              + Statistic.knownValues().stream().map(Statistic::toString).sorted().toList());
    }
    checkWindow(request.startTime(), request.endTime(), stat.period());
    NavigableMap<Instant, Point> found = new TreeMap<>();
    Metric metric = stat.metric();
    for (Series series :
        store.find(
            metric.namespace(),
            metric.metricName(),
            byName(metric.dimensions()),
            stat.unitAsString())) {
      store
          .read(series, request.startTime(), request.endTime(), stat.period())
          .forEach((at, point) -> found.merge(at, point, Point::plus));
    }
    var ordered = request.scanBy() == ScanBy.TIMESTAMP_ASCENDING ? found : found.descendingMap();
    return MetricDataResult.builder()
        .id(query.id())
        .label(query.label() == null ? metric.metricName() : query.label())
        .statusCode(StatusCode.COMPLETE)
        .timestamps(ordered.keySet())
        .values(ordered.values().stream().map(p -> value(p, statistic)).toList())
        .build();
  }
}
