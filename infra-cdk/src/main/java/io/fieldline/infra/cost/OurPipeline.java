// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import io.fieldline.infra.StageConfig;
import io.fieldline.infra.construct.PipelineFunction;

/// What the stack of this repository is charged for, from a reading to its rollups. Not in it: what
/// people look at and command, since that is theirs to say.
final class OurPipeline {
  /// Those that functions take from: ingest, quarantine, rollup and deletion.
  private static final int QUEUES = 4;

  /// Five at the least for each mapping, each 20 s long.
  ///
  /// Source: AWS Lambda Developer Guide, scaling of Amazon SQS event source mappings.
  private static final double IDLE_POLLS = 5 * Load.MONTH_SECONDS / 20;

  private static final double BATCH = 10;
  private static final double POLLERS = 5;
  private static final double ROLLUPS_AT_ONCE = 20;
  private static final int ALARMS = 13;

  /// Of the new versions of functions, whether one is going live or not: all but the app's, and
  /// once more for the four of batches.
  private static final int NEW_VERSION_ALARMS = PipelineFunction.values().length - 1 + 4;

  /// Sweep and absence, every minute. Assumed: a warm invocation that finds nothing.
  private static final double BY_THE_CLOCK = 2 * Load.MONTH_SECONDS / 60;

  private static final double BY_THE_CLOCK_SECONDS = 0.010;

  /// Of the archive: the interval at which objects are made, and what deflating leaves.
  private static final double OBJECT_SECONDS = 300;

  private static final double DEFLATED = 0.25;
  private static final double RECORD_BYTES = 5120;

  /// What the telemetry function measures, in its log.
  private static final int METRICS = 4;

  /// Assumed: a warm invocation with one message; each further message; a merged hour.
  private static final double TELEMETRY_SECONDS = 0.012;

  private static final double MESSAGE_SECONDS = 0.004;
  private static final double ROLLUP_SECONDS = 0.020;

  /// START, END and REPORT in JSON, and what was measured.
  private static final double LOG_BYTES = 1150;

  /// Of an item: its keys and their names; what its head has of a sensor; of a reading.
  private static final double KEY_BYTES = 110;

  private static final double HEAD_BYTES = 50;
  private static final double PACKED_BYTES = 1.1;
  private static final double LATEST_BYTES = 60;
  private static final double STEP_BYTES = 5;

  private OurPipeline() {}

  static Bill bill(Load load, StageConfig config) {
    var bill = new Bill();
    double messages = load.messages();
    double perInvocation = messagesPerInvocation(load);
    double hours = load.deviceHours();
    bill.add("AWS IoT", "connection minutes", load.devices() * 43_200.0, Price.CONNECTION_MINUTE);
    bill.add(
        "AWS IoT", "rules triggered (Basic Ingest)", messages * load.messageUnits(), Price.RULE);
    bill.add("AWS IoT", "actions", messages * load.messageUnits(), Price.ACTION);
    boolean isStream = config.delivery().buffer() == StageConfig.Buffer.KINESIS;
    if (isStream) {
      stream(bill, load);
    } else {
      double requests = messages + 2 * messages / perInvocation;
      bill.add("SQS", "requests of the ingest queue", requests, Price.QUEUE_REQUEST);
    }
    config.delivery().archiveRetentionDays().ifPresent(days -> archive(bill, load, days));
    double ofRollups = hours + 2 * hours / ROLLUPS_AT_ONCE;
    bill.add("SQS", "requests of the rollup queue", ofRollups, Price.QUEUE_REQUEST);
    bill.add(
        "SQS", "empty polls of " + QUEUES + " queues", QUEUES * IDLE_POLLS, Price.QUEUE_REQUEST);
    functions(bill, messages, perInvocation, hours);
    tables(bill, load, config);
    bill.add("CloudWatch", "alarms", alarms(config), Price.ALARM);
    bill.add("CloudWatch", "metrics", METRICS, Price.METRIC);
    return bill;
  }

  static int alarms(StageConfig config) {
    int ofTheStream = config.delivery().buffer() == StageConfig.Buffer.KINESIS ? 1 : 0;
    return ALARMS + ofTheStream + (config.deploymentConfig().isPresent() ? NEW_VERSION_ALARMS : 0);
  }

  private static void stream(Bill bill, Load load) {
    double gigabytes = load.messages() * load.messageBytes() / 1e9;
    bill.add("Kinesis", "stream on demand", 1, Price.STREAM);
    bill.add("Kinesis", "GB into the stream", gigabytes, Price.STREAM_GIGABYTE_IN);
    bill.add("Kinesis", "GB out of the stream", gigabytes, Price.STREAM_GIGABYTE_OUT);
  }

  private static void archive(Bill bill, Load load, int retentionDays) {
    double metered = Math.ceil(load.messageBytes() / RECORD_BYTES) * RECORD_BYTES;
    double kept = load.messages() * load.messageBytes() * DEFLATED * retentionDays / 30;
    bill.add("AWS IoT", "actions: archive", load.messages() * load.messageUnits(), Price.ACTION);
    bill.add("Firehose", "GB taken", load.messages() * metered / 1e9, Price.DELIVERY_GIGABYTE);
    bill.add("S3", "objects put", Load.MONTH_SECONDS / OBJECT_SECONDS, Price.OBJECT);
    bill.add("S3", "GB stored, when all is kept", kept / 1e9, Price.OBJECT_GIGABYTE);
  }

  /// Few messages come alone; many wait for their function until there are ten.
  static double messagesPerInvocation(Load load) {
    double perSecond = load.messages() / Load.MONTH_SECONDS;
    return Math.clamp(perSecond * (TELEMETRY_SECONDS + MESSAGE_SECONDS) / POLLERS, 1, BATCH);
  }

  private static void functions(Bill bill, double messages, double perInvocation, double hours) {
    double invocations = messages / perInvocation;
    double ofRollups = hours / ROLLUPS_AT_ONCE;
    bill.add("Lambda", "invocations", invocations + ofRollups + BY_THE_CLOCK, Price.INVOCATION);
    double seconds =
        invocations * TELEMETRY_SECONDS
            + messages * MESSAGE_SECONDS
            + hours * ROLLUP_SECONDS
            + BY_THE_CLOCK * BY_THE_CLOCK_SECONDS;
    bill.add("Lambda", "GB-seconds", seconds, Price.GIGABYTE_SECOND);
    double logged = (invocations + ofRollups + BY_THE_CLOCK) * LOG_BYTES / 1e9;
    bill.add("CloudWatch", "GB of log", logged, Price.LOG_GIGABYTE);
  }

  private static void tables(Bill bill, Load load, StageConfig config) {
    double hours = load.deviceHours();
    double raw = KEY_BYTES + HEAD_BYTES * load.sensors() + PACKED_BYTES * load.readingsPerMessage();
    double latest = KEY_BYTES / 2 + LATEST_BYTES * load.sensors();
    double minutes = Math.min(60, 3600 / load.intervalSeconds());
    double hour = KEY_BYTES + load.sensors() * minutes * STEP_BYTES;
    double day = KEY_BYTES + load.sensors() * 24 * STEP_BYTES;
    // A batch that crosses an hour is two items.
    double items = load.messages() + hours;
    bill.add("DynamoDB", "write units: raw items", items * kilobytes(raw), Price.WRITE_UNIT);
    bill.add(
        "DynamoDB",
        "write units: latest state",
        load.messages() * kilobytes(latest) + 2 * hours * kilobytes(latest),
        Price.WRITE_UNIT);
    bill.add(
        "DynamoDB",
        "write units: hours and days",
        hours * (kilobytes(hour) + kilobytes(day)),
        Price.WRITE_UNIT);
    double ofHour = Math.ceil(items / hours * raw / 4096);
    double ofDay = Math.ceil(12.5 * hour / 4096);
    bill.add("DynamoDB", "read units: for rollups", hours * (ofHour + ofDay), Price.READ_UNIT);
    double days = load.devices() * 30.0;
    double gigabytes =
        (items * raw * config.rawRetentionDays() / 30
                + hours * hour * config.hourRetentionDays() / 30
                + days * day * 12)
            / 1e9;
    bill.add("DynamoDB", "GB stored, after a year", gigabytes, Price.TABLE_GIGABYTE);
    bill.add("DynamoDB", "GB for recovery, likewise", gigabytes, Price.RECOVERY_GIGABYTE);
  }

  private static double kilobytes(double bytes) {
    return Math.ceil(bytes / 1024);
  }
}
