// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.api.MetricSink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;

/// What CloudWatch measures of log events, and metrics that are written into log lines: the
/// embedded metric format.
///
/// What is wrong with a line is counted in the namespace `AWS/Logs` and loses its metrics, not the
/// line. Source: Amazon CloudWatch User Guide, "Specification: Embedded metric format", and
/// CloudWatch Logs User Guide, "Monitoring with CloudWatch metrics". Assumed: a line counts for the
/// minute in which it arrives and not by its `Timestamp`, because functions have the machine's
/// time, which a moved clock of the stack has left behind.
final class EmbeddedMetrics {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MARK = "\"_aws\"";
  private static final int MOST_METRICS = 100;
  private static final int MOST_VALUES = 100;
  private static final int MOST_DIMENSIONS = 30;

  private final MetricSink metrics;

  EmbeddedMetrics(MetricSink metrics) {
    this.metrics = metrics;
  }

  /// Counts what a group takes in, and takes out of it what was measured.
  void incoming(String group, List<InputLogEvent> events) {
    for (InputLogEvent event : events) {
      var of = Map.of("LogGroupName", group);
      double bytes = event.message().getBytes(StandardCharsets.UTF_8).length;
      metrics.add("AWS/Logs", "IncomingBytes", of, "Bytes", bytes);
      metrics.add("AWS/Logs", "IncomingLogEvents", of, "Count", 1);
      read(group, event.message());
    }
  }

  private void read(String group, String line) {
    if (!line.contains(MARK)) {
      return;
    }
    try {
      JsonNode root = JSON.readTree(line);
      var measured = new ArrayList<Measured>();
      for (JsonNode directive : root.at("/_aws/CloudWatchMetrics")) {
        collect(root, directive, measured);
      }
      measured.forEach(one ->
          one.values()
              .forEach(value ->
                  metrics.add(one.namespace(), one.name(), one.dimensions(), one.unit(), value)));
    } catch (JsonProcessingException e) {
      failed(group, "EMFParsingErrors");
    } catch (IllegalArgumentException e) {
      failed(group, "EMFValidationErrors");
    }
  }

  private void failed(String group, String metric) {
    metrics.add("AWS/Logs", metric, Map.of("LogGroupName", group), "Count", 1);
  }

  private record Measured(
      String namespace,
      String name,
      Map<String, String> dimensions,
      String unit,
      List<Double> values) {}

  private static void collect(JsonNode root, JsonNode directive, List<Measured> measured) {
    String namespace = directive.path("Namespace").asText();
    JsonNode names = directive.path("Metrics");
    require(!namespace.isEmpty() && !namespace.startsWith("AWS/"));
    require(names.isArray() && names.size() <= MOST_METRICS);
    require(directive.path("Dimensions").isArray());
    for (JsonNode set : directive.path("Dimensions")) {
      var dimensions = dimensions(root, set);
      for (JsonNode metric : names) {
        String name = metric.path("Name").asText();
        measured.add(
            new Measured(
                namespace,
                name,
                dimensions,
                metric.path("Unit").asText("None"),
                values(root.path(name))));
      }
    }
  }

  private static Map<String, String> dimensions(JsonNode root, JsonNode names) {
    require(names.isArray() && names.size() <= MOST_DIMENSIONS);
    var dimensions = new TreeMap<String, String>();
    for (JsonNode name : names) {
      JsonNode value = root.path(name.asText());
      require(value.isTextual() && !value.asText().isEmpty());
      dimensions.put(name.asText(), value.asText());
    }
    return dimensions;
  }

  private static List<Double> values(JsonNode given) {
    Iterable<JsonNode> all = given.isArray() ? given : List.of(given);
    var values = new ArrayList<Double>();
    for (JsonNode value : all) {
      require(value.isNumber());
      values.add(value.asDouble());
    }
    require(values.size() <= MOST_VALUES);
    return values;
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw new IllegalArgumentException("no embedded metric");
    }
  }
}
