// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.infra.StageConfig;
import io.fieldline.messages.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iot.CfnThingType;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// From the device's topics to the tables: rules, the ingest queue, the telemetry and outcome
/// functions, and where nothing is lost: the quarantine (a rule's action failed, or a function
/// could not use a message), kept in the fleet table by a function of its own; the dead letters of
/// both queues (a message failed for good), and the functions' (an asynchronous invocation did).
public final class Ingest extends Construct {
  private final Deployment deployment;
  private final Data data;
  private final Queues queues;
  private final Rollups rollups;
  private final DeviceAlarms alarms;
  private final Queue quarantineDeadLetters;
  private final Queue quarantine;
  private final Queue ingestDeadLetters;
  private final Queue ingest;
  private final Queue deadLetters;
  private final Optional<IngestStream> stream;
  private final Optional<Archive> archive;
  private final LiveFunction telemetry;
  private final LiveFunction outcome;
  private final LiveFunction sweep;
  private final LiveFunction absence;
  private final LiveFunction keeper;

  /// The way in of one stage, writing to its tables.
  public Ingest(Construct scope, String id, Deployment deployment, Data data) {
    super(scope, id);
    this.deployment = deployment;
    this.data = data;
    this.queues = new Queues(this, deployment.names());
    this.quarantineDeadLetters = queues.queue("QuarantineDeadLetters", "quarantine-dead").build();
    this.quarantine =
        queues
            .taken("Quarantine", "quarantine", PipelineFunction.QUARANTINE, quarantineDeadLetters)
            .build();
    this.ingestDeadLetters = queues.queue("IngestDeadLetters", "ingest-dead").build();
    this.deadLetters = queues.queue("FunctionDeadLetters", "functions-dead").build();
    this.ingest =
        queues
            .taken("IngestQueue", "ingest", PipelineFunction.TELEMETRY, ingestDeadLetters)
            .build();
    var delivery = deployment.config().delivery();
    this.stream =
        delivery.buffer() == StageConfig.Buffer.KINESIS
            ? Optional.of(new IngestStream(this, "IngestStream", deployment.names()))
            : Optional.empty();
    this.archive =
        delivery.archiveRetentionDays().map(days -> new Archive(this, "Archive", deployment, days));
    this.rollups = new Rollups(this, "Rollups", deployment, data);
    this.alarms = new DeviceAlarms(this, "Alarms", deployment);
    this.telemetry = telemetryFunction();
    this.outcome = outcomeFunction();
    this.sweep = sweepFunction();
    this.absence = absenceFunction();
    this.keeper = quarantineFunction();
    rules();
    var names = deployment.names();
    new EveryMinute(this, "SweepSchedule", names.of("sweep"), sweep, deadLetters);
    new EveryMinute(this, "AbsenceSchedule", names.of("absence"), absence, deadLetters);
    CfnThingType.Builder.create(this, "GatewayType")
        .thingTypeName(deployment.names().of("gateway"))
        .build();
    new DevicePolicies(this, "DevicePolicies", deployment.names());
  }

  Queue deadLetters() {
    return deadLetters;
  }

  Queue quarantine() {
    return quarantine;
  }

  Queue quarantineDeadLetters() {
    return quarantineDeadLetters;
  }

  /// Who keeps the quarantine and answers who browses it.
  LiveFunction keeper() {
    return keeper;
  }

  /// To which alarms of devices are told.
  public String alarmTopicArn() {
    return alarms.topicArn();
  }

  /// What merges hours and days.
  Rollups rollups() {
    return rollups;
  }

  LiveFunction telemetry() {
    return telemetry;
  }

  /// What looks for what does not come any more.
  LiveFunction absence() {
    return absence;
  }

  Queue ingestDeadLetters() {
    return ingestDeadLetters;
  }

  Queue ingest() {
    return ingest;
  }

  Optional<Archive> archive() {
    return archive;
  }

  Optional<IngestStream> stream() {
    return stream;
  }

  List<LiveFunction> functions() {
    return List.of(telemetry, outcome, sweep, absence, keeper, rollups.function());
  }

  private LiveFunction telemetryFunction() {
    var grants =
        new ArrayList<>(
            List.of(
                Queues.taking(ingest),
                Allow.on(quarantine.getQueueArn(), "sqs:SendMessage"),
                Allow.on(rollups.queue().getQueueArn(), "sqs:SendMessage"),
                alarms.telling(),
                Allow.on(data.telemetry().getAttrArn(), "dynamodb:PutItem", "dynamodb:UpdateItem"),
                Allow.on(
                    data.fleet().getAttrArn(),
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                    "dynamodb:DeleteItem"),
                commandShadow("iot:UpdateThingShadow")));
    stream.ifPresent(source -> {
      grants.add(source.taking());
      grants.add(Allow.on(ingest.getQueueArn(), "sqs:SendMessage"));
      grants.add(Allow.on(deadLetters.getQueueArn(), "sqs:SendMessage"));
    });
    var config = deployment.config();
    var function =
        new LiveFunction(
            this,
            PipelineFunction.TELEMETRY,
            deployment,
            FunctionProps.of(
                Map.of(
                    "TELEMETRY_TABLE", data.telemetry().getRef(),
                    "FLEET_TABLE", data.fleet().getRef(),
                    "INGEST_QUEUE_URL", ingest.getQueueUrl(),
                    "QUARANTINE_QUEUE_URL", quarantine.getQueueUrl(),
                    "ROLLUP_QUEUE_URL", rollups.queue().getQueueUrl(),
                    "ALARM_TOPIC_ARN", alarms.topicArn(),
                    "RAW_RETENTION_DAYS", String.valueOf(config.rawRetentionDays()),
                    "COMMAND_RETENTION_DAYS", String.valueOf(config.commandRetentionDays())),
                grants));
    queues.feed("IngestMapping", ingest, function).build();
    stream.ifPresent(source -> source.feed(function, deadLetters));
    return function;
  }

  private LiveFunction outcomeFunction() {
    return new LiveFunction(
        this,
        PipelineFunction.OUTCOME,
        deployment,
        FunctionProps.of(
                Map.of("FLEET_TABLE", data.fleet().getRef()),
                List.of(
                    Allow.on(data.fleet().getAttrArn(), "dynamodb:GetItem", "dynamodb:UpdateItem")))
            .deadLettersTo(deadLetters));
  }

  private LiveFunction sweepFunction() {
    return new LiveFunction(
        this,
        PipelineFunction.SWEEP,
        deployment,
        FunctionProps.of(
                Map.of("FLEET_TABLE", data.fleet().getRef()),
                List.of(
                    Allow.on(
                        data.fleet().getAttrArn(),
                        "dynamodb:Query",
                        "dynamodb:UpdateItem",
                        "dynamodb:DeleteItem")))
            .deadLettersTo(deadLetters));
  }

  private LiveFunction absenceFunction() {
    return new LiveFunction(
        this,
        PipelineFunction.ABSENCE,
        deployment,
        FunctionProps.of(
                Map.of(
                    "TELEMETRY_TABLE",
                    data.telemetry().getRef(),
                    "FLEET_TABLE",
                    data.fleet().getRef(),
                    "ALARM_TOPIC_ARN",
                    alarms.topicArn(),
                    "COMMAND_RETENTION_DAYS",
                    String.valueOf(deployment.config().commandRetentionDays())),
                List.of(
                    alarms.telling(),
                    Allow.on(data.telemetry().getAttrArn(), "dynamodb:BatchGetItem"),
                    Allow.on(
                        data.fleet().getAttrArn(),
                        "dynamodb:BatchGetItem",
                        "dynamodb:GetItem",
                        "dynamodb:Query",
                        "dynamodb:PutItem",
                        "dynamodb:UpdateItem",
                        "dynamodb:DeleteItem"),
                    commandShadow("iot:UpdateThingShadow")))
            .deadLettersTo(deadLetters));
  }

  private LiveFunction quarantineFunction() {
    var stage = deployment.config().stage();
    var published =
        List.of(
            Topics.ingest(stage, "*"),
            Topics.deflatedIngest(stage, "*"),
            Topics.basicIngest(outcomeRule(), Topics.OUTCOMES_FILTER.replace('+', '*')),
            Topics.basicIngest(
                deployment.names().rule(Fleet.PRESENCE), Topics.PRESENCE_FILTER.replace('#', '*')));
    var function =
        new LiveFunction(
            this,
            PipelineFunction.QUARANTINE,
            deployment,
            FunctionProps.of(
                Map.of(
                    "FLEET_TABLE", data.fleet().getRef(),
                    "INGEST_QUEUE_URL", ingest.getQueueUrl(),
                    "AUDIT_RETENTION_DAYS",
                        String.valueOf(deployment.config().commandRetentionDays()),
                    "RAW_RETENTION_DAYS", String.valueOf(deployment.config().rawRetentionDays())),
                List.of(
                    Queues.taking(quarantine),
                    Allow.on(ingest.getQueueArn(), "sqs:SendMessage"),
                    Allow.on(
                        published.stream()
                            .map(topic -> Deployment.arn(this, "iot", "topic/" + topic))
                            .toList(),
                        "iot:Publish"),
                    Allow.on(
                        data.fleet().getAttrArn(),
                        "dynamodb:GetItem",
                        "dynamodb:Query",
                        "dynamodb:PutItem",
                        "dynamodb:UpdateItem",
                        "dynamodb:DeleteItem"))));
    queues.feed("QuarantineMapping", quarantine, function).build();
    return function;
  }

  private String outcomeRule() {
    return deployment.names().rule("outcomes");
  }

  private void rules() {
    var stage = deployment.config().stage();
    var actions = new ArrayList<RuleAction>();
    actions.add(stream.map(IngestStream::action).orElseGet(() -> RuleAction.queue(ingest)));
    archive.map(Archive::action).ifPresent(actions::add);
    TopicRule.to(
        this,
        "TelemetryRule",
        new TopicRule.Props(
            Topics.telemetryRule(stage),
            "SELECT * AS batch, topic(2) AS thing, timestamp() AS receivedMs FROM '%s'"
                .formatted(Topics.TELEMETRY_FILTER),
            quarantine),
        actions);
    TopicRule.to(
        this,
        "CompressedTelemetryRule",
        new TopicRule.Props(
            Topics.deflatedTelemetryRule(stage),
            "SELECT encode(*, 'base64') AS deflated, topic(2) AS thing, timestamp() AS receivedMs"
                + " FROM '%s'".formatted(Topics.DEFLATED_TELEMETRY_FILTER),
            quarantine),
        actions);
    TopicRule.toFunction(
        this,
        "OutcomeRule",
        new TopicRule.Props(
            outcomeRule(),
            "SELECT state.reported AS reported, topic(3) AS thing, timestamp() AS receivedMs"
                + " FROM '%s' WHERE NOT isUndefined(state.reported)"
                    .formatted(Topics.OUTCOMES_FILTER),
            quarantine),
        outcome);
  }

  private PolicyStatement commandShadow(String... actions) {
    return Allow.on(Deployment.arn(this, "iot", "thing/*/commands"), actions);
  }
}
