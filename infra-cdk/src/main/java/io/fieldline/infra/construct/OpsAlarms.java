// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// The alarms of one stage: wherever a message could be stuck or lost, and wherever somebody waits
/// for an answer. A function that fails on messages has none of its own, because its queue ages or
/// its message is put aside; one that fails once and succeeds when it is tried again calls nobody.
final class OpsAlarms {
  private static final String RUNBOOKS = "What to do: docs/how-to/answer-alarms.md#";

  private final Construct scope;
  private final Names names;
  private final List<String> actions;

  OpsAlarms(Construct scope, Names names, List<String> actions) {
    this.scope = scope;
    this.names = names;
    this.actions = actions;
  }

  void of(Ingest ingest, Fleet fleet, Api api) {
    // The queue is taken into the table at once: its depth would show nothing.
    alarm("QuarantineAlarm", "quarantine", "A rule or function could not use a message.")
        .namespace("AWS/SQS")
        .metricName("NumberOfMessagesSent")
        .dimensions(of(ingest.quarantine()))
        .statistic("Sum")
        .build();
    depth("QuarantineDead", ingest.quarantineDeadLetters(), "A quarantined message was not kept.");
    depth("IngestDead", ingest.ingestDeadLetters(), "A telemetry batch failed for good.");
    depth("FunctionsDead", ingest.deadLetters(), "An asynchronous invocation failed.");
    depth("RollupDead", ingest.rollups().deadLetters(), "An hour or a day could not be merged.");
    depth("DeletionDead", fleet.deletionDeadLetters(), "A device could not be deleted.");
    depth("CommandDead", fleet.commands().deadLetters(), "A command to many was not given to all.");
    depth("MirrorDead", fleet.mirrors().deadLetters(), "Agents were not told alarm rules.");
    age(
        "MirrorAge",
        "mirror-age",
        fleet.mirrors().queue(),
        1800,
        "Alarm rules wait for more than half an hour to be told to agents.");
    age(
        "CommandAge",
        "command-age",
        fleet.commands().queue(),
        60,
        "Commands to many wait for more than a minute.");
    age(
        "DeletionAge",
        "deletion-age",
        fleet.deletions(),
        1800,
        "Deletions wait for more than half an hour.");
    age("IngestAge", "ingest-age", ingest.ingest(), 60, "Telemetry waits for more than a minute.");
    ingest.stream()
        .ifPresent(stream ->
            alarm("StreamAgeAlarm", "stream-age", "Telemetry waits for more than a minute.")
                .namespace("AWS/Kinesis")
                .metricName("GetRecords.IteratorAgeMilliseconds")
                .dimensions(dimension("StreamName", stream.name()))
                .threshold(60_000)
                .evaluationPeriods(3)
                .build());
    age(
        "QuarantineAge",
        "quarantine-age",
        ingest.quarantine(),
        600,
        "Quarantined messages wait for more than ten minutes.");
    age(
        "RollupAge",
        "rollup-age",
        ingest.rollups().queue(),
        1800,
        "Hours wait to be merged for more than half an hour.");
    // One answer in a thousand may be wrong for reasons of AWS's own: three minutes of it may not.
    alarm("ApiFailuresAlarm", "api-failures", "The API answers with failures of its own.")
        .namespace("AWS/ApiGateway")
        .metricName("5xx")
        .dimensions(dimension("ApiId", api.apiId()))
        .statistic("Sum")
        .threshold(1)
        .evaluationPeriods(5)
        .datapointsToAlarm(3)
        .build();
    alarm("AuthorizerAlarm", "authorizer-failures", "Nobody can look at live values.")
        .namespace("AWS/Lambda")
        .metricName("Errors")
        .dimensions(dimension("FunctionName", api.authorizer().functionName()))
        .statistic("Sum")
        .evaluationPeriods(5)
        .datapointsToAlarm(3)
        .build();
    alarm("AdmissionAlarm", "admission-failures", "New devices cannot be provisioned.")
        .namespace("AWS/Lambda")
        .metricName("Errors")
        .dimensions(dimension("FunctionName", fleet.admission().functionName()))
        .statistic("Sum")
        .evaluationPeriods(5)
        .datapointsToAlarm(3)
        .build();
  }

  private void depth(String id, Queue queue, String description) {
    alarm(id + "Alarm", id.toLowerCase(java.util.Locale.ROOT), description)
        .namespace("AWS/SQS")
        .metricName("ApproximateNumberOfMessagesVisible")
        .dimensions(of(queue))
        .build();
  }

  private void age(String id, String name, Queue queue, int seconds, String description) {
    alarm(id + "Alarm", name, description)
        .namespace("AWS/SQS")
        .metricName("ApproximateAgeOfOldestMessage")
        .dimensions(of(queue))
        .threshold(seconds)
        .evaluationPeriods(3)
        .build();
  }

  private CfnAlarm.Builder alarm(String id, String name, String description) {
    return CfnAlarm.Builder.create(scope, id)
        .alarmName(names.of(name))
        .alarmDescription(description + " " + RUNBOOKS + name)
        .statistic("Maximum")
        .period(60)
        .threshold(0)
        .evaluationPeriods(1)
        .comparisonOperator("GreaterThanThreshold")
        .treatMissingData("notBreaching")
        .alarmActions(actions);
  }

  private static List<CfnAlarm.DimensionProperty> of(Queue queue) {
    return dimension("QueueName", queue.getQueueName());
  }

  private static List<CfnAlarm.DimensionProperty> dimension(String name, String value) {
    return List.of(CfnAlarm.DimensionProperty.builder().name(name).value(value).build());
  }
}
