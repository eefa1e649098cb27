// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import io.fieldline.infra.StageConfig;
import io.fieldline.infra.construct.PipelineFunction;

/// What the stack of this repository is charged for, from a reading to its rollups. Not in it: what
/// people look at and command, since that is theirs to say.
final class OurPipeline {
  /// Those that functions take from: ingest, quarantine, rollup, deletion, command and mirror. All
  /// but the first have nothing most of the time.
  private static final int IDLE_QUEUES = 5;

  /// Of those the queues of commands and of mirrors have no more pollers than parts at once.
  private static final int COMMAND_POLLERS = 4;

  private static final int MIRROR_POLLERS = 2;

  /// Source: AWS Lambda Developer Guide, Amazon SQS event sources: a long poll of 20 s.
  private static final double POLL_SECONDS = 20;

  private static final int ALARMS = 17;

  /// Every six hours each thing's mirror of alarm rules is looked at; its invocations are too few
  /// to be counted. It takes three reads: of the thing, of its deletion, of what is behind it.
  private static final int MIRROR_PASSES = 4 * 30;

  private static final int MIRROR_READS = 3;

  /// Of the new versions of functions, whether one is going live or not: all but the app's, and
  /// once more for the five of batches.
  private static final int NEW_VERSION_ALARMS = PipelineFunction.values().length - 1 + 5;

  /// Sweep and absence, every minute. Assumed: a warm invocation that finds nothing.
  private static final double CLOCK_SECONDS = 60;

  private static final int BY_THE_CLOCK = 2;
  private static final double BY_THE_CLOCK_SECONDS = 0.010;
  private static final double BY_THE_CLOCK_GIGABYTES = 0.5;

  /// Of the archive: the interval at which objects are made, and what deflating leaves.
  private static final double OBJECT_SECONDS = 300;

  private static final double DEFLATED = 0.25;
  private static final double RECORD_BYTES = 5120;

  /// What the telemetry function measures, in its log; and the alarms that it and absence raise.
  private static final int METRICS = 6;

  /// Of the log, as they are: START, END and REPORT; what was measured; that again for each
  /// message.
  private static final double INVOCATION_LOG_BYTES = 258;

  private static final double MEASURED_LOG_BYTES = 562;
  private static final double MESSAGE_LOG_BYTES = 6;

  /// Of what comes besides the first of a second. Source: AWS Lambda Developer Guide, tracing with
  /// X-Ray: one request a second and five of a hundred of the others.
  private static final double TRACED = 0.05;

  private OurPipeline() {}

  static Bill bill(Load load, StageConfig config) {
    return bill(load, config, Pace.AWS);
  }

  static Bill bill(Load load, StageConfig config, Pace pace) {
    var bill = new Bill();
    double messages = load.messages();
    double metered = messages * load.messageUnits();
    var rehearsal = Rehearsal.of(pace, load.messagesPerSecond());
    double invocations = messages / pace.together().orElse(rehearsal.messagesPerInvocation());
    bill.add("AWS IoT", "connection minutes", load.connectionMinutes(), Price.CONNECTION_MINUTE);
    bill.add("AWS IoT", "rules triggered (Basic Ingest)", metered, Price.RULE);
    bill.add("AWS IoT", "actions", metered, Price.ACTION);
    boolean isStream = config.delivery().buffer() == StageConfig.Buffer.KINESIS;
    if (isStream) {
      stream(bill, load);
    } else {
      double requests = messages + 2 * invocations;
      bill.add("SQS", "requests of the ingest queue", requests, Price.QUEUE_REQUEST);
    }
    config.delivery().archiveRetentionDays().ifPresent(days -> archive(bill, load, days));
    var rollups = new Rollups(load, pace);
    bill.add("SQS", "requests of the rollup queue", rollups.requests(), Price.QUEUE_REQUEST);
    double pollers =
        (IDLE_QUEUES - 2) * pace.pollers()
            + Math.min(pace.pollers(), COMMAND_POLLERS)
            + Math.min(pace.pollers(), MIRROR_POLLERS);
    double polls = pollers * load.period().seconds() / POLL_SECONDS;
    bill.add("SQS", "empty polls of " + IDLE_QUEUES + " queues", polls, Price.QUEUE_REQUEST);
    functions(bill, load, pace, invocations, rollups);
    if (config.tracing()) {
      double seconds = load.period().seconds();
      double traces =
          traces(invocations, seconds)
              + traces(rollups.invocations(), rollups.withinSeconds())
              + BY_THE_CLOCK * seconds / CLOCK_SECONDS;
      bill.add("X-Ray", "traces recorded", traces, Price.TRACE);
    }
    new Tables(load, config, rehearsal.shares()).add(bill);
    if (load.period().isMonth()) {
      double looks = MIRROR_PASSES * load.devices();
      bill.add("AWS IoT", "shadows of alarm rules looked at", looks, Price.SHADOW);
      bill.add("DynamoDB", "read units: for those", looks * MIRROR_READS, Price.READ_UNIT);
      bill.add("CloudWatch", "alarms", alarms(config), Price.ALARM);
      bill.add("CloudWatch", "metrics", METRICS, Price.METRIC);
    }
    return bill;
  }

  /// Of a function's invocations, at random times: the first of each second in which there is one,
  /// and some of the rest.
  private static double traces(double invocations, double seconds) {
    if (invocations == 0) {
      return 0;
    }
    double firsts = seconds * -Math.expm1(-invocations / seconds);
    return firsts + TRACED * (invocations - firsts);
  }

  static int alarms(StageConfig config) {
    int ofTheStream = config.delivery().buffer() == StageConfig.Buffer.KINESIS ? 1 : 0;
    return ALARMS + ofTheStream + (config.deploymentConfig().isPresent() ? NEW_VERSION_ALARMS : 0);
  }

  private static void stream(Bill bill, Load load) {
    double gigabytes = load.messages() * load.messageBytes() / 1e9;
    double months = load.period().seconds() / Period.MONTH.seconds();
    bill.add("Kinesis", "stream on demand", months, Price.STREAM);
    bill.add("Kinesis", "GB into the stream", gigabytes, Price.STREAM_GIGABYTE_IN);
    bill.add("Kinesis", "GB out of the stream", gigabytes, Price.STREAM_GIGABYTE_OUT);
  }

  private static void archive(Bill bill, Load load, int retentionDays) {
    double metered = Math.ceil(load.messageBytes() / RECORD_BYTES) * RECORD_BYTES;
    double kept = load.messages() * load.messageBytes() * DEFLATED * retentionDays / 30;
    bill.add("AWS IoT", "actions: archive", load.messages() * load.messageUnits(), Price.ACTION);
    bill.add("Firehose", "GB taken", load.messages() * metered / 1e9, Price.DELIVERY_GIGABYTE);
    bill.add("S3", "objects put", load.period().seconds() / OBJECT_SECONDS, Price.OBJECT);
    bill.add("S3", "GB stored, when all is kept", kept / 1e9, Price.OBJECT_GIGABYTE);
  }

  private static void functions(
      Bill bill, Load load, Pace pace, double invocations, Rollups rollups) {
    double messages = load.messages();
    double byTheClock = BY_THE_CLOCK * load.period().seconds() / CLOCK_SECONDS;
    double all = invocations + rollups.invocations() + byTheClock;
    bill.add("Lambda", "invocations", all, Price.INVOCATION);
    double seconds =
        invocations * pace.invocationSeconds()
            + messages * pace.messageSeconds()
            + rollups.seconds()
            + byTheClock * BY_THE_CLOCK_SECONDS * BY_THE_CLOCK_GIGABYTES;
    bill.add("Lambda", "GB-seconds", seconds, Price.GIGABYTE_SECOND);
    double logged =
        all * INVOCATION_LOG_BYTES
            + invocations * MEASURED_LOG_BYTES
            + messages * MESSAGE_LOG_BYTES;
    bill.add("CloudWatch", "GB of log", logged / 1e9, Price.LOG_GIGABYTE);
  }
}
