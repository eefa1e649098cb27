// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/// What functions said in a run: how long each invocation was billed, and how old readings were. It
/// is asked for while they run, since the local stack keeps the newest events of a stream only.
final class FleetLog {
  private static final Pattern BILLED = Pattern.compile("Billed Duration: (\\d+) ms");
  private static final Pattern INIT = Pattern.compile("Init Duration: ([0-9.]+) ms");

  private final CloudWatchLogsClient logs;
  private final List<FunctionConfiguration> functions;
  private final Map<String, Billed> billed = new TreeMap<>();
  private final Samples ages = new Samples();
  private final ObjectMapper json = new ObjectMapper();
  private Instant gathered;

  FleetLog(Stack stack, Instant from) {
    this.logs = stack.client(CloudWatchLogsClient.builder());
    this.functions =
        stack.client(LambdaClient.builder()).listFunctionsPaginator().functions().stream().toList();
    this.gathered = from;
  }

  private record Billed(long invocations, double ms, int memoryMiB) {
    Billed plus(Billed other) {
      return new Billed(invocations + other.invocations, ms + other.ms, memoryMiB);
    }
  }

  /// Takes what was said since it was last asked for.
  void gather(Instant until) {
    for (var function : functions) {
      logs.filterLogEventsPaginator(filter ->
              filter
                  .logGroupName(function.loggingConfig().logGroup())
                  .startTime(gathered.toEpochMilli())
                  .endTime(until.toEpochMilli() - 1))
          .events()
          .forEach(event -> take(function, event.message()));
    }
    gathered = until;
  }

  /// A start that SnapStart would spare on AWS is not billed here.
  private void take(FunctionConfiguration function, String message) {
    Matcher duration = BILLED.matcher(message);
    if (duration.find()) {
      Matcher init = INIT.matcher(message);
      double ms =
          Double.parseDouble(duration.group(1))
              - (init.find() ? Double.parseDouble(init.group(1)) : 0);
      billed.merge(function.functionName(), new Billed(1, ms, function.memorySize()), Billed::plus);
    } else if (message.contains("ReadingAge")) {
      age(message);
    }
  }

  private void age(String message) {
    try {
      JsonNode age = json.readTree(message).path("ReadingAge");
      if (age.isArray()) {
        age.forEach(one -> ages.add(one.asDouble()));
      } else {
        ages.add(age.asDouble());
      }
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("expected a line of JSON, got " + message, e);
    }
  }

  /// Billed durations by memory.
  double gigabyteSeconds() {
    double sum = 0;
    for (var one : billed.entrySet()) {
      var of = one.getValue();
      System.out.printf(
          "  %s: %d invocations, %.1f ms billed each%n",
          one.getKey(), of.invocations(), of.ms() / of.invocations());
      sum += of.ms() / 1000 * of.memoryMiB() / 1024;
    }
    return sum;
  }

  /// How old each batch's newest reading was when it was stored.
  Samples ages() {
    return ages;
  }
}
