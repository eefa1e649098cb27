// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.health;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.aws.Environment;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;

/// `GET /health`: the stage's queues, functions and alarms, and how many readings were stored, of
/// the last hour. An answer is given for half a minute: CloudWatch measures by the minute and takes
/// money for each metric that is asked for.
///
/// Source: Amazon SQS Developer Guide, "Available CloudWatch metrics": of a queue that nobody has
/// used for six hours there are none.
final class HealthRoute {
  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final Duration LOOKED_BACK = Duration.ofHours(1);

  /// How old what is measured of a queue may be to be what is now.
  private static final Duration NOW = Duration.ofMinutes(10);

  private static final String SQS = "AWS/SQS";
  private static final String WAITING = "ApproximateNumberOfMessagesVisible";
  private static final String OLDEST = "ApproximateAgeOfOldestMessage";
  private static final String LAMBDA = "AWS/Lambda";
  private static final List<String> OF_FUNCTIONS = List.of("Invocations", "Errors", "Throttles");
  private static final String OWN = "Fieldline";
  private static final String STORED = "ReadingsStored";
  private static final String RUNBOOK = " What to do: ";

  private final CloudWatchClient metrics;
  private final Clock clock;
  private final String prefix;
  private final List<String> queues;
  private final List<String> deadLetters;
  private final List<String> functions;
  private @Nullable Known known;

  private record Known(Map<String, Object> answer, long atMs) {}

  HealthRoute(Environment environment, CloudWatchClient metrics, Clock clock) {
    this.metrics = metrics;
    this.clock = clock;
    this.prefix = environment.text("NAME_PREFIX");
    this.queues = List.of(environment.text("QUEUES").split(","));
    this.deadLetters = List.of(environment.text("DEAD_LETTER_QUEUES").split(","));
    this.functions = List.of(environment.text("FUNCTIONS").split(","));
  }

  ApiAnswer answer(ApiRequest request) {
    long nowMs = clock.millis();
    var before = known;
    if (before == null || nowMs - before.atMs() > KEPT.toMillis()) {
      before = new Known(look(nowMs), nowMs);
      known = before;
    }
    return ApiAnswer.ok(before.answer());
  }

  private Map<String, Object> look(long nowMs) {
    var now = Instant.ofEpochMilli(nowMs);
    var from = now.truncatedTo(ChronoUnit.MINUTES).minus(LOOKED_BACK);
    var measured = measured(from, now);
    var answer = new LinkedHashMap<String, Object>();
    answer.put("atMs", nowMs);
    answer.put("fromMs", from.toEpochMilli());
    var found = new ArrayList<Map<String, Object>>();
    queues.forEach(queue -> found.add(queue(queue, false, measured, now)));
    deadLetters.forEach(queue -> found.add(queue(queue, true, measured, now)));
    answer.put("queues", found);
    answer.put("functions", functions.stream().map(name -> function(name, measured)).toList());
    answer.put("readings", readings(measured));
    var alarms = alarms();
    answer.put("watched", alarms.size());
    answer.put(
        "alarms",
        alarms.stream()
            .filter(alarm -> alarm.stateValue() == StateValue.ALARM)
            .sorted(Comparator.comparing(MetricAlarm::stateUpdatedTimestamp).reversed())
            .map(this::alarm)
            .toList());
    return answer;
  }

  private Measured measured(Instant from, Instant now) {
    var measured = new Measured();
    for (var queue : queues) {
      measured.want(SQS, WAITING, "QueueName", queue, "Maximum");
      measured.want(SQS, OLDEST, "QueueName", queue, "Maximum");
    }
    for (var queue : deadLetters) {
      measured.want(SQS, WAITING, "QueueName", queue, "Maximum");
    }
    for (var function : functions) {
      OF_FUNCTIONS.forEach(name -> measured.want(LAMBDA, name, "FunctionName", function, "Sum"));
    }
    measured.want(OWN, STORED, "FunctionName", telemetry(), "Sum");
    // The minute that goes on is one of them.
    measured.read(metrics, from, now.plusSeconds(Measured.PERIOD_SECONDS));
    return measured;
  }

  private String telemetry() {
    return prefix + "telemetry";
  }

  private Map<String, Object> queue(
      String queue, boolean isForDeadLetters, Measured measured, Instant now) {
    var json = new LinkedHashMap<String, Object>();
    json.put("queue", own(queue));
    json.put("deadLetters", isForDeadLetters);
    put(json, "waiting", measured.newest(WAITING, queue, now, NOW));
    if (!isForDeadLetters) {
      put(json, "oldestSeconds", measured.newest(OLDEST, queue, now, NOW));
    }
    return json;
  }

  private Map<String, Object> function(String function, Measured measured) {
    var json = new LinkedHashMap<String, Object>();
    json.put("function", own(function));
    put(json, "invocations", measured.sum("Invocations", function));
    put(json, "errors", measured.sum("Errors", function));
    put(json, "throttles", measured.sum("Throttles", function));
    return json;
  }

  private List<Map<String, Object>> readings(Measured measured) {
    var readings = new ArrayList<Map<String, Object>>();
    measured
        .of(STORED, telemetry())
        .forEach((minute, count) ->
            readings.add(Map.of("atMs", minute.toEpochMilli(), "stored", Math.round(count))));
    return readings;
  }

  private List<MetricAlarm> alarms() {
    return metrics
        .describeAlarmsPaginator(list -> list.alarmNamePrefix(prefix))
        .metricAlarms()
        .stream()
        .toList();
  }

  /// What to do is named at the end of its description.
  private Map<String, Object> alarm(MetricAlarm alarm) {
    var description = alarm.alarmDescription() == null ? "" : alarm.alarmDescription();
    int runbook = description.indexOf(RUNBOOK);
    var json = new LinkedHashMap<String, Object>();
    json.put("alarm", own(alarm.alarmName()));
    json.put("sinceMs", alarm.stateUpdatedTimestamp().toEpochMilli());
    json.put("description", runbook < 0 ? description : description.substring(0, runbook));
    json.put("reason", alarm.stateReason() == null ? "" : alarm.stateReason());
    if (runbook >= 0) {
      json.put("runbook", description.substring(runbook + RUNBOOK.length()));
    }
    return json;
  }

  /// A name within the stage.
  private String own(String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }

  /// Nothing where nothing was measured.
  private static void put(Map<String, Object> json, String name, OptionalDouble value) {
    value.ifPresent(number -> json.put(name, Math.round(number)));
  }
}
