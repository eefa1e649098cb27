// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.cloud;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.telemetry.TelemetryHandler;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/// Functions on a test's part of the stack.
public final class Functions {
  private Functions() {}

  /// What the stack tells the functions that messages go through.
  public static Environment environment(Cloud cloud) {
    return new Environment(
        Map.of(
            "TELEMETRY_TABLE", cloud.telemetryTable(),
            "FLEET_TABLE", cloud.fleetTable(),
            "INGEST_QUEUE_URL", cloud.ingestQueueUrl(),
            "QUARANTINE_QUEUE_URL", cloud.queueUrl(),
            "ROLLUP_QUEUE_URL", cloud.rollupQueueUrl(),
            "ALARM_TOPIC_ARN", cloud.topicArn(),
            "RAW_RETENTION_DAYS", "30",
            "HOUR_RETENTION_DAYS", "365",
            "COMMAND_RETENTION_DAYS", "90",
            "AUDIT_RETENTION_DAYS", "90"));
  }

  /// The telemetry function, for which it is always this time.
  public static TelemetryHandler telemetry(Cloud cloud, long nowMs) {
    return new TelemetryHandler(
        environment(cloud),
        cloud.tables(),
        cloud.shadows(),
        cloud.queues(),
        cloud.topics(),
        Clock.fixed(Instant.ofEpochMilli(nowMs), ZoneOffset.UTC));
  }
}
