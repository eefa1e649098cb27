// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/// The function on a test's part of the stack.
final class FleetFunction {
  private FleetFunction() {}

  static FleetHandler on(Cloud cloud, Clock clock) {
    return on(cloud, clock, Map.of());
  }

  /// @param more what not every stage has
  static FleetHandler on(Cloud cloud, Clock clock, Map<String, String> more) {
    var variables = new HashMap<>(more);
    variables.putAll(
        Map.of(
            "TELEMETRY_TABLE",
            cloud.telemetryTable(),
            "FLEET_TABLE",
            cloud.fleetTable(),
            "DELETION_QUEUE_URL",
            cloud.queueUrl(),
            "MIRROR_QUEUE_URL",
            cloud.mirrorQueueUrl(),
            "THING_GROUP_PREFIX",
            cloud.named("groups") + "-",
            "RAW_RETENTION_DAYS",
            "30",
            "AUDIT_RETENTION_DAYS",
            "90"));
    variables.putAll(
        Map.of(
            "SCHEDULE_GROUP",
            "default",
            "SCHEDULE_QUEUE_ARN",
            cloud.queueArn(),
            "SCHEDULE_ROLE_ARN",
            "arn:aws:iam::000000000000:role/" + cloud.named("role"),
            "SCHEDULE_DEAD_LETTER_ARN",
            cloud.queueArn()));
    return new FleetHandler(
        new Environment(variables),
        cloud.tables(),
        cloud.iot(),
        cloud.shadows(),
        cloud.queues(),
        cloud.schedules(),
        _ -> cloud.buckets(),
        clock);
  }
}
