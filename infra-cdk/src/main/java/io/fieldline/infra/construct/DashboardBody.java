// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// The dashboard's JSON: the way in from left to right, then the functions, then the API.
///
/// Source: Amazon CloudWatch API Reference, Dashboard body structure and syntax.
record DashboardBody(String region) {

  String of(Ingest ingest, Api api, List<LiveFunction> functions) {
    var widgets =
        List.of(
            widget(
                0,
                0,
                "Ingest queue",
                "Maximum",
                List.of(
                    metric(
                        "AWS/SQS",
                        "ApproximateNumberOfMessagesVisible",
                        "QueueName",
                        ingest.ingest().getQueueName()),
                    metric(
                        "AWS/SQS",
                        "ApproximateAgeOfOldestMessage",
                        "QueueName",
                        ingest.ingest().getQueueName()))),
            widget(
                12,
                0,
                "Put aside (expected: none)",
                "Sum",
                List.of(
                    metric(
                        "AWS/SQS",
                        "NumberOfMessagesSent",
                        "QueueName",
                        ingest.quarantine().getQueueName()),
                    metric(
                        "AWS/SQS",
                        "ApproximateNumberOfMessagesVisible",
                        "QueueName",
                        ingest.quarantineDeadLetters().getQueueName()),
                    metric(
                        "AWS/SQS",
                        "ApproximateNumberOfMessagesVisible",
                        "QueueName",
                        ingest.ingestDeadLetters().getQueueName()),
                    metric(
                        "AWS/SQS",
                        "ApproximateNumberOfMessagesVisible",
                        "QueueName",
                        ingest.deadLetters().getQueueName()),
                    metric(
                        "AWS/SQS",
                        "ApproximateNumberOfMessagesVisible",
                        "QueueName",
                        ingest.rollups().deadLetters().getQueueName()))),
            widget(
                0,
                18,
                "Readings stored",
                "Sum",
                List.of(
                    own("ReadingsStored", ingest.telemetry()),
                    own("BatchesQuarantined", ingest.telemetry()))),
            widget(
                12,
                18,
                "Age of a batch's newest reading when it is stored, p50",
                "p50",
                List.of(own("ReadingAge", ingest.telemetry()))),
            widget(
                0,
                24,
                "Alarms of devices raised",
                "Sum",
                List.of(
                    own("AlarmsRaised", ingest.telemetry()),
                    own("AlarmsRaised", ingest.absence()))),
            widget(0, 6, "Invocations", "Sum", perFunction("Invocations", functions)),
            widget(12, 6, "Errors", "Sum", perFunction("Errors", functions)),
            widget(0, 12, "Duration, p99", "p99", perFunction("Duration", functions)),
            widget(
                12,
                12,
                "API",
                "Sum",
                List.of(
                    metric("AWS/ApiGateway", "Count", "ApiId", api.apiId()),
                    metric("AWS/ApiGateway", "4xx", "ApiId", api.apiId()),
                    metric("AWS/ApiGateway", "5xx", "ApiId", api.apiId()))));
    return "{\"widgets\":[" + String.join(",", widgets) + "]}";
  }

  /// What a function writes into its log.
  private static String own(String name, LiveFunction function) {
    return metric("Fieldline", name, "FunctionName", function.functionName());
  }

  private static List<String> perFunction(String name, List<LiveFunction> functions) {
    var metrics = new ArrayList<String>();
    for (var function : functions) {
      metrics.add(metric("AWS/Lambda", name, "FunctionName", function.functionName()));
    }
    return metrics;
  }

  private static String metric(String namespace, String name, String dimension, String value) {
    return List.of(namespace, name, dimension, value).stream()
        .map(part -> '"' + part + '"')
        .collect(Collectors.joining(",", "[", "]"));
  }

  private String widget(int x, int y, String title, String statistic, List<String> metrics) {
    return """
    {"type":"metric","x":%d,"y":%d,"width":12,"height":6,"properties":{"title":"%s",\
    "region":"%s","stat":"%s","period":60,"metrics":[%s]}}\
    """
        .formatted(x, y, title, region, statistic, String.join(",", metrics));
  }
}
