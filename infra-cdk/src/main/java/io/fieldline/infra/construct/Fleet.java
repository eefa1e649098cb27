// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// What becomes of devices themselves, beside what they say: how they come, whether they are
/// connected, and what admins do with them.
public final class Fleet extends Construct {
  /// The rule on lifecycle events.
  static final String PRESENCE = "presence";

  private final LiveFunction presence;
  private final Queue deletionDeadLetters;
  private final Queue deletions;
  private final CommandQueue commands;
  private final MirrorQueue mirrors;
  private final LiveFunction control;
  private final Provisioning provisioning;

  /// The fleet of one stage.
  public Fleet(Construct scope, String id, Deployment deployment, Data data, Ingest ingest) {
    super(scope, id);
    this.presence = presenceFunction(deployment, data, ingest);
    // An account's events are of all its clients: devices have certificates, browsers do not. The
    // principal of a certificate is its identifier.
    //
    // Source: AWS IoT Core Developer Guide, "Lifecycle events".
    TopicRule.toFunction(
        this,
        "PresenceRule",
        new TopicRule.Props(
            deployment.names().rule(PRESENCE),
            "SELECT clientId AS thing, eventType, timestamp AS atMs, versionNumber AS version,"
                + " disconnectReason AS reason, timestamp() AS receivedMs FROM '%s'"
                    .formatted(Topics.PRESENCE_FILTER)
                + " WHERE (eventType = 'connected' OR eventType = 'disconnected')"
                + " AND regexp_matches(principalIdentifier, '^[0-9a-f]{64}$')",
            ingest.quarantine()),
        presence);
    var queues = new Queues(this, deployment.names());
    this.deletionDeadLetters = queues.queue("DeletionDeadLetters", "deletion-dead").build();
    this.deletions =
        queues.taken("Deletions", "deletion", PipelineFunction.FLEET, deletionDeadLetters).build();
    this.commands = new CommandQueue(this, deployment);
    this.mirrors = new MirrorQueue(this, "Mirrors", deployment);
    this.control = controlFunction(deployment, data, ingest);
    // One at a time, since each may take the function's whole time.
    queues.feed("DeletionMapping", deletions, control).batchSize(1).build();
    this.provisioning = new Provisioning(this, "Provisioning", deployment, data, deletions);
  }

  List<LiveFunction> functions() {
    return List.of(presence, control, provisioning.admission());
  }

  /// Who answers the routes of the fleet.
  LiveFunction control() {
    return control;
  }

  /// What tells of deletions, and of what was provisioned.
  Queue deletions() {
    return deletions;
  }

  /// Deletions that failed for good.
  Queue deletionDeadLetters() {
    return deletionDeadLetters;
  }

  /// What is told of commands to many, by people and by schedules.
  CommandQueue commands() {
    return commands;
  }

  /// What is told of whose agents are to know other alarm rules.
  MirrorQueue mirrors() {
    return mirrors;
  }

  /// Who says which device may have a certificate.
  LiveFunction admission() {
    return provisioning.admission();
  }

  private LiveFunction controlFunction(Deployment deployment, Data data, Ingest ingest) {
    var environment =
        new TreeMap<>(
            Map.of(
                "TELEMETRY_TABLE", data.telemetry().getRef(),
                "FLEET_TABLE", data.fleet().getRef(),
                "DELETION_QUEUE_URL", deletions.getQueueUrl(),
                "MIRROR_QUEUE_URL", mirrors.queue().getQueueUrl(),
                "THING_GROUP_PREFIX", deployment.names().of(""),
                "RAW_RETENTION_DAYS", String.valueOf(deployment.config().rawRetentionDays()),
                "AUDIT_RETENTION_DAYS",
                    String.valueOf(deployment.config().commandRetentionDays())));
    var grants =
        new ArrayList<>(
            List.of(
                Queues.taking(deletions),
                Allow.on(deletions.getQueueArn(), "sqs:SendMessage"),
                // Whose agents are to know other alarm rules, since they are in other groups.
                Allow.on(mirrors.queue().getQueueArn(), "sqs:SendMessage"),
                Allow.on(
                    data.fleet().getAttrArn(),
                    "dynamodb:Query",
                    "dynamodb:GetItem",
                    "dynamodb:BatchGetItem",
                    "dynamodb:BatchWriteItem",
                    "dynamodb:ConditionCheckItem",
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                    "dynamodb:DeleteItem"),
                Allow.on(data.telemetry().getAttrArn(), "dynamodb:Query", "dynamodb:DeleteItem"),
                Allow.on(
                    Deployment.arn(this, "iot", "thing/*"),
                    "iot:DescribeThing",
                    "iot:ListThingPrincipals",
                    "iot:DetachThingPrincipal",
                    "iot:ListJobExecutionsForThing",
                    "iot:DeleteJobExecution",
                    "iot:ListThingGroupsForThing",
                    "iot:AddThingToThingGroup",
                    "iot:RemoveThingFromThingGroup",
                    "iot:ListNamedShadowsForThing",
                    "iot:DeleteThingShadow",
                    "iot:DeleteThing"),
                Allow.on(Deployment.arn(this, "iot", "job/*"), "iot:DeleteJobExecution"),
                // A device that is deleted leaves the groups that others have put it into, too.
                Allow.on(
                    Deployment.arn(this, "iot", "thinggroup/*"), "iot:RemoveThingFromThingGroup"),
                Allow.on(
                    Deployment.arn(this, "iot", "thinggroup/" + deployment.names().of("*")),
                    "iot:CreateThingGroup",
                    "iot:DeleteThingGroup",
                    "iot:AddThingToThingGroup"),
                Allow.on(Deployment.arn(this, "iot", "client/*"), "iot:DeleteConnection"),
                Allow.on(
                    Deployment.arn(this, "iot", "cert/*"),
                    "iot:ListPrincipalThings",
                    "iot:DescribeCertificate",
                    "iot:UpdateCertificate",
                    "iot:ListAttachedPolicies",
                    "iot:DetachPolicy",
                    "iot:DeleteCertificate")));
    // A device that is deleted leaves its schedules.
    environment.putAll(commands.environment());
    grants.addAll(commands.keeping(this));
    ingest
        .archive()
        .ifPresent(archive -> {
          environment.put("ARCHIVE_BUCKET", archive.bucketName());
          grants.addAll(archive.takingOut());
        });
    return new LiveFunction(
        this, PipelineFunction.FLEET, deployment, FunctionProps.of(environment, grants));
  }

  private LiveFunction presenceFunction(Deployment deployment, Data data, Ingest ingest) {
    return new LiveFunction(
        this,
        PipelineFunction.PRESENCE,
        deployment,
        FunctionProps.of(
                Map.of("FLEET_TABLE", data.fleet().getRef()),
                List.of(
                    Allow.on(data.fleet().getAttrArn(), "dynamodb:GetItem", "dynamodb:UpdateItem")))
            .deadLettersTo(ingest.deadLetters()));
  }
}
