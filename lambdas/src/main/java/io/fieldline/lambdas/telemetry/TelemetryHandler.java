// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.alarm.AlarmLife;
import io.fieldline.lambdas.alarm.AlarmNotices;
import io.fieldline.lambdas.alarm.AlarmRules;
import io.fieldline.lambdas.alarm.AlarmStates;
import io.fieldline.lambdas.aws.BatchItemFailures;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.log.Measures;
import io.fieldline.lambdas.series.HourParts;
import io.fieldline.lambdas.series.PackedCodec;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.Quarantined;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Takes batches of telemetry of a queue or of a stream. A message that fails for a reason that may
/// pass is reported as failed and comes again; one that no retry can heal goes to the quarantine.
///
/// Source: AWS Lambda Developer Guide, reporting batch item failures for Amazon SQS; partial batch
/// response with Kinesis.
public final class TelemetryHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(TelemetryHandler.class.getName());

  /// A time that a reading may have.
  private static final long PRIMING_MS = 1_000_000_000_000L;

  private final TelemetryTable telemetry;
  private final LatestState latest;
  private final DeviceRegister devices;
  private final Alarms alarms;
  private final Quarantine quarantine;
  private final SqsClient queues;
  private final String ingestQueueUrl;
  private final Clock clock;

  /// The function as Lambda makes it.
  public TelemetryHandler() {
    this(
        Environment.ofProcess(),
        Clients.dynamoDb(),
        Clients.iotData(),
        Clients.sqs(),
        Clients.sns(),
        Clock.systemUTC());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  /// The function on what is there.
  public TelemetryHandler(
      Environment environment,
      DynamoDbClient tables,
      IotDataPlaneClient shadows,
      SqsClient queues,
      SnsClient topics,
      Clock clock) {
    this.clock = clock;
    var fleet = environment.text("FLEET_TABLE");
    this.telemetry =
        new TelemetryTable(
            tables,
            environment.text("TELEMETRY_TABLE"),
            Duration.ofDays(environment.positive("RAW_RETENTION_DAYS")));
    this.latest =
        new LatestState(
            tables,
            environment.text("TELEMETRY_TABLE"),
            new RollupQueue(queues, environment.text("ROLLUP_QUEUE_URL")));
    this.devices = new DeviceRegister(tables, fleet, clock);
    var commandRetention = Duration.ofDays(environment.positive("COMMAND_RETENTION_DAYS"));
    var rules = new AlarmRules(tables, fleet, clock);
    this.alarms =
        new Alarms(
            rules,
            new AlarmLife(
                rules,
                new AlarmStates(tables, fleet, commandRetention),
                new CommandDispatch(tables, shadows, fleet, commandRetention),
                new AlarmNotices(topics, environment.text("ALARM_TOPIC_ARN"))),
            clock);
    this.queues = queues;
    this.ingestQueueUrl = environment.text("INGEST_QUEUE_URL");
    this.quarantine = new Quarantine(queues, environment.text("QUARANTINE_QUEUE_URL"));
  }

  /// A batch of a device that cannot be: read, packed and judged, and stored nowhere.
  @Override
  public void prime() throws QuarantineException {
    var reading = new Reading("none", "none", "1", PRIMING_MS, 1);
    var batch = TelemetryBatch.of(new TelemetryBatch.Identity(0, 0, 0), List.of(reading));
    var body =
        "{\"batch\":%s,\"thing\":\"none\",\"receivedMs\":%d}"
            .formatted(new String(MessageCodec.encode(batch), StandardCharsets.UTF_8), PRIMING_MS);
    var envelope = Envelope.parse(body);
    HourParts.of(envelope.batch()).forEach(part -> PackedCodec.pack(part.columns()));
    int _ = alarms.evaluate(envelope, List.of());
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(
        LogScope.of(
            context,
            () -> {
              var measures = new Measures(context, clock);
              var answer = answer(JsonObject.parse(input), context, measures);
              if (!measures.isEmpty()) {
                LOG.log(System.Logger.Level.INFO, "measured", measures);
              }
              return answer;
            }));
  }

  private byte[] answer(JsonObject event, Context context, Measures measures)
      throws MessageException {
    var failed = new BatchItemFailures();
    for (var record : event.objects("Records")) {
      var message = IngestMessage.of(record);
      if (!LogScope.with(Map.of("messageId", message.id()), () -> taken(message, measures))) {
        failed.add(message.id());
      }
    }
    return failed.answer(context);
  }

  private boolean taken(IngestMessage message, Measures measures) {
    try {
      take(message, measures);
      return true;
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.ERROR, "message failed, will be retried", e);
      return message.carrier() == IngestMessage.Carrier.STREAM && handedOver(message);
    }
  }

  /// What fails in a queue comes again by itself and ends in its dead letters; in a stream it would
  /// hold up all that is behind it. So the queue takes it.
  private boolean handedOver(IngestMessage message) {
    try {
      queues.sendMessage(send -> send.queueUrl(ingestQueueUrl).messageBody(message.body()));
      return true;
    } catch (SdkException e) {
      LOG.log(System.Logger.Level.ERROR, "the queue did not take it, the shard waits", e);
      return false;
    }
  }

  private void take(IngestMessage message, Measures measures) {
    Envelope envelope;
    try {
      envelope = Envelope.parse(message.body());
    } catch (QuarantineException e) {
      quarantine(message, e);
      measures.count("BatchesQuarantined", 1);
      return;
    }
    LogScope.with(
        Map.of("thing", envelope.thing(), "device", envelope.batch().device()),
        () -> {
          try {
            take(envelope, measures);
          } catch (QuarantineException e) {
            quarantine(message, e);
            measures.count("BatchesQuarantined", 1);
          }
          return true;
        });
  }

  private void quarantine(IngestMessage message, QuarantineException e) {
    LOG.log(
        System.Logger.Level.WARNING,
        "quarantined",
        Map.of("kind", e.kind().name(), "reason", String.valueOf(e.getMessage())));
    quarantine.put(message, e);
  }

  /// All that can be taken is taken before the rest is told of.
  private void take(Envelope envelope, Measures measures) throws QuarantineException {
    var batch = envelope.batch();
    if (!devices.heard(batch.device(), envelope.thing(), envelope.receivedMs())) {
      // Whoever deleted it wants nothing of it kept: not in the quarantine either.
      LOG.log(System.Logger.Level.INFO, "dropped: its device was deleted");
      return;
    }
    int tooOld = telemetry.put(batch, envelope.receivedMs());
    int raised = alarms.evaluate(envelope, latest.update(batch).keySet());
    if (raised > 0) {
      measures.count("AlarmsRaised", raised);
    }
    measured(batch, tooOld, measures);
    if (tooOld > 0) {
      var reason =
          "%d of %d readings: expected those of the last %d days, got older ones; the rest is stored";
      throw new QuarantineException(
          Quarantined.Kind.TOO_OLD,
          reason.formatted(tooOld, batch.readings().size(), telemetry.retention().toDays()));
    }
  }

  /// What came twice counts twice: these tell what is done, not what there is. The age is that of
  /// the newest reading, from when the device read it.
  private void measured(TelemetryBatch batch, int tooOld, Measures measures) {
    measures.count("BatchesStored", 1);
    measures.count("ReadingsStored", batch.readings().size() - (long) tooOld);
    batch.readings().stream()
        .mapToLong(Reading::atMs)
        .max()
        .ifPresent(
            newest -> measures.milliseconds("ReadingAge", Math.max(0, clock.millis() - newest)));
  }
}
