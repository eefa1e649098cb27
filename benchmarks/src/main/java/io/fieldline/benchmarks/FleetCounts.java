// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// What a stack has counted of a run.
final class FleetCounts {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /// Queues that functions take from; what else comes to a queue is counted with its requests.
  private static final List<String> QUEUE_OPERATIONS =
      List.of("SendMessage", "ReceiveMessage", "DeleteMessageBatch", "ChangeMessageVisibility");

  private final Stack stack;
  private final CloudWatchClient metrics;

  FleetCounts(Stack stack) {
    this.stack = stack;
    this.metrics = stack.client(CloudWatchClient.builder());
  }

  /// Calls by operation and resource.
  record Calls(Map<String, Long> counts) {
    Calls since(Calls before) {
      var since = new TreeMap<String, Long>();
      counts.forEach((what, count) -> {
        long more = count - before.counts.getOrDefault(what, 0L);
        if (more > 0) {
          since.put(what, more);
        }
      });
      return new Calls(since);
    }

    long of(String service, String operation) {
      return counts.entrySet().stream()
          .filter(entry -> entry.getKey().split(" ")[0].equals(service + ":" + operation))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  Calls calls() throws IOException {
    var counts = new TreeMap<String, Long>();
    try (var page = stack.endpoint().resolve("/_local/calls").toURL().openStream()) {
      for (String line : new String(page.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] fields = line.split("\t");
        counts.put(fields[0], Long.parseLong(fields[1]));
      }
    }
    return new Calls(counts);
  }

  /// Waits until no queue has anything left.
  void drained(Duration limit) throws InterruptedException {
    var sqs = stack.client(SqsClient.builder());
    Instant deadline = Instant.now().plus(limit);
    while (waiting(sqs) > 0) {
      if (Instant.now().isAfter(deadline)) {
        throw new IllegalStateException("expected empty queues, got " + waiting(sqs) + " messages");
      }
      Workplace.rest(Duration.ofSeconds(1));
    }
  }

  /// But for the queue of rollups, whose messages wait for minutes.
  private static int waiting(SqsClient sqs) {
    return sqs.listQueuesPaginator().queueUrls().stream()
        .filter(url -> !url.endsWith("-rollup"))
        .mapToInt(url ->
            sqs
                .getQueueAttributes(get ->
                    get.queueUrl(url)
                        .attributeNames(
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum())
        .sum();
  }

  /// Readings that the function has stored since the stack is there.
  double everStored() {
    Instant now = Instant.now();
    return sum("Fieldline", "ReadingsStored", now.minus(Duration.ofHours(3)), now.plus(MINUTE));
  }

  /// By kind of price, as `fieldline cost` names them.
  Map<String, Double> counted(FleetRun.Run run) {
    var counted = new LinkedHashMap<String, Double>();
    Instant from = run.from();
    Instant to = run.to();
    counted.put("READINGS", sum("Fieldline", "ReadingsStored", from, to));
    double minutes = Duration.between(from, to).toSeconds() / 60.0;
    counted.put("CONNECTION_MINUTE", run.connected() * minutes);
    counted.put("RULE", sum("AWS/IoT", "TopicMatch", from, to));
    counted.put(
        "ACTION", sum("AWS/IoT", "Success", from, to) + sum("AWS/IoT", "Failure", from, to));
    counted.put(
        "QUEUE_REQUEST",
        QUEUE_OPERATIONS.stream().mapToDouble(one -> run.calls().of("sqs", one)).sum());
    counted.put("INVOCATION", sum("AWS/Lambda", "Invocations", from, to));
    counted.put("LOG_GIGABYTE", sum("AWS/Logs", "IncomingBytes", from, to) / 1e9);
    counted.put("WRITE_UNIT", sum("AWS/DynamoDB", "ConsumedWriteCapacityUnits", from, to));
    counted.put("READ_UNIT", sum("AWS/DynamoDB", "ConsumedReadCapacityUnits", from, to));
    counted.put("GIGABYTE_SECOND", run.log().gigabyteSeconds());
    System.out.println("  calls: " + run.calls().counts());
    return counted;
  }

  /// Over all that the metric is of; of what is there by function and by version, too, by function.
  private double sum(String namespace, String name, Instant from, Instant to) {
    double sum = 0;
    boolean isOfFunctions = namespace.equals("AWS/Lambda");
    for (var metric :
        metrics
            .listMetricsPaginator(list -> list.namespace(namespace).metricName(name))
            .metrics()) {
      if (isOfFunctions && metric.dimensions().size() > 1) {
        continue;
      }
      double one = sum(namespace, name, metric.dimensions(), from, to);
      if (one > 0) {
        System.out.printf(
            "  %s %s %s: %.1f%n",
            namespace, name, metric.dimensions().stream().map(Dimension::value).toList(), one);
      }
      sum += one;
    }
    return sum;
  }

  private double sum(
      String namespace, String name, List<Dimension> dimensions, Instant from, Instant to) {
    return metrics
        .getMetricStatistics(get ->
            get.namespace(namespace)
                .metricName(name)
                .dimensions(dimensions)
                .startTime(from)
                .endTime(to)
                .period(60)
                .statistics(Statistic.SUM))
        .datapoints()
        .stream()
        .mapToDouble(Datapoint::sum)
        .sum();
  }
}
