// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What Lambda itself writes into a function's log around each event, as text or as JSON, by the
/// function's logging configuration.
///
/// Source: Lambda Developer Guide, "Sending Lambda function logs to CloudWatch Logs", "Lambda
/// Telemetry API Event schema reference" (platform.start, platform.runtimeDone, platform.report).
final class PlatformLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FunctionVersion function;
  private final FunctionLog log;
  private final InstantSource clock;

  /// How an event ended.
  ///
  /// @param status success, error, failure or timeout
  /// @param init how long the start took, for the first event of an environment
  record Report(
      String requestId,
      String status,
      @Nullable String errorType,
      double millis,
      OptionalDouble init,
      OptionalLong memoryMb) {}

  PlatformLog(FunctionVersion function, FunctionLog log, InstantSource clock) {
    this.function = function;
    this.log = log;
    this.clock = clock;
  }

  private boolean json() {
    return function.logFormat().equals("JSON");
  }

  void started(String requestId) {
    if (json()) {
      write("platform.start", record(requestId).put("version", function.version()));
    } else {
      log.line("START RequestId: " + requestId + " Version: " + function.version());
    }
  }

  /// Why an event was ended from outside; the JSON form says it in the report.
  void ended(String requestId, String why) {
    if (!json()) {
      log.line(clock.instant() + " " + requestId + " " + why);
    }
  }

  void reported(Report report) {
    long billed = (long) Math.ceil(report.millis() + report.init().orElse(0));
    if (json()) {
      writeJson(report, billed);
      return;
    }
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "REPORT RequestId: %s\tDuration: %.2f ms\tBilled Duration: %d ms\tMemory Size: %d MB\t",
            report.requestId(),
            report.millis(),
            billed,
            function.memoryMb()));
    report.memoryMb().ifPresent(mb -> text.append("Max Memory Used: " + mb + " MB\t"));
    report
        .init()
        .ifPresent(ms -> text.append(String.format(Locale.ROOT, "Init Duration: %.2f ms\t", ms)));
    if (!report.status().equals("success") && !report.status().equals("error")) {
      text.append("Status: " + report.status());
      text.append(report.errorType() == null ? "" : "\tError Type: " + report.errorType());
    }
    log.line("END RequestId: " + report.requestId());
    log.line(text.toString());
  }

  private void writeJson(Report report, long billed) {
    ObjectNode record = record(report.requestId());
    ObjectNode metrics = record.putObject("metrics");
    metrics
        .put("durationMs", rounded(report.millis()))
        .put("billedDurationMs", billed)
        .put("memorySizeMB", function.memoryMb());
    report.memoryMb().ifPresent(mb -> metrics.put("maxMemoryUsedMB", mb));
    report.init().ifPresent(ms -> metrics.put("initDurationMs", rounded(ms)));
    record.put("status", report.status());
    if (report.errorType() != null) {
      record.put("errorType", report.errorType());
    }
    write("platform.report", record);
  }

  private static double rounded(double millis) {
    return Math.round(millis * 1000) / 1000.0;
  }

  private static ObjectNode record(String requestId) {
    return JSON.createObjectNode().put("requestId", requestId);
  }

  private void write(String type, ObjectNode record) {
    ObjectNode line =
        JSON.createObjectNode().put("time", clock.instant().toString()).put("type", type);
    line.set("record", record);
    log.line(line.toString());
  }
}
