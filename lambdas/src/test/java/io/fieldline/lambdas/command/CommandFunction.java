// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Random;

/// The function on a test's part of the stack.
final class CommandFunction {
  /// When every request of a test comes.
  static final long NOW = 1_764_042_000_000L;

  private CommandFunction() {}

  static CommandHandler on(Cloud cloud) {
    return on(cloud, NOW);
  }

  /// @param nowMs when the queue's messages are taken
  static CommandHandler on(Cloud cloud, long nowMs) {
    return new CommandHandler(
        new Environment(
            Map.of(
                "FLEET_TABLE",
                cloud.fleetTable(),
                "COMMAND_QUEUE_URL",
                cloud.queueUrl(),
                "MIRROR_QUEUE_URL",
                cloud.mirrorQueueUrl(),
                "COMMAND_RETENTION_DAYS",
                "90",
                "AUDIT_RETENTION_DAYS",
                "90")),
        cloud.tables(),
        cloud.shadows(),
        cloud.queues(),
        Clock.fixed(Instant.ofEpochMilli(nowMs), ZoneOffset.UTC),
        new Random(nowMs));
  }
}
