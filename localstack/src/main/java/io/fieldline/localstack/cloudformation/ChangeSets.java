// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.*;

/// What would change, and doing it.
final class ChangeSets {
  /// Source: CloudFormation API; the cdk command line compares the beginning of this text.
  private static final String NOTHING_CHANGES =
      "The submitted information didn't contain changes. Submit different information to create a"
          + " change set.";

  private final Api api;
  private final MVMap<String, ChangeSetRecord> changeSets;
  private final StackRecords records;
  private final Stacks stacks;
  private final Deployments deployments;
  private final StackInfo stackInfo;
  private final StackClock clock;

  ChangeSets(
      Api api,
      Store store,
      StackRecords records,
      Stacks stacks,
      Deployments deployments,
      StackInfo stackInfo,
      StackClock clock) {
    this.api = api;
    this.changeSets = store.map("cloudformation/changeSets", ChangeSetRecord.class);
    this.records = records;
    this.stacks = stacks;
    this.deployments = deployments;
    this.stackInfo = stackInfo;
    this.clock = clock;
  }

  void register() {
    api.on(CreateChangeSetRequest.class, this::create).access(this::createNeeds);
    api.on(DescribeChangeSetRequest.class, this::describe)
        .resource(r -> stacks.arn(stackOf(r.stackName(), r.changeSetName())));
    api.on(ExecuteChangeSetRequest.class, this::execute)
        .resource(r -> stacks.arn(stackOf(r.stackName(), r.changeSetName())));
    api.on(DeleteChangeSetRequest.class, this::delete)
        .resource(r -> stacks.arn(stackOf(r.stackName(), r.changeSetName())));
    api.on(ListChangeSetsRequest.class, this::list).resource(r -> stacks.arn(r.stackName()));
  }

  private List<Access> createNeeds(CreateChangeSetRequest request) {
    var needed = new ArrayList<Access>();
    needed.add(new Access("cloudformation:CreateChangeSet", stacks.arn(request.stackName())));
    if (request.roleARN() != null) {
      needed.add(
          new Access(
              "iam:PassRole",
              request.roleARN(),
              Map.of("iam:PassedToService", "cloudformation.amazonaws.com")));
    }
    return needed;
  }

  private CreateChangeSetResponse create(CreateChangeSetRequest request) {
    boolean creates = request.changeSetType() == ChangeSetType.CREATE;
    Optional<StackRecord> existing = records.find(request.stackName());
    if (!creates && existing.isEmpty()) {
      throw AwsFailure.validationError("Stack [" + request.stackName() + "] does not exist");
    }
    if (creates && existing.isPresent() && !existing.get().status().equals("REVIEW_IN_PROGRESS")) {
      throw AwsFailure.validationError(
          "Stack [%s] already exists and cannot be created again with the changeSet [%s]."
              .formatted(request.stackName(), request.changeSetName()));
    }
    existing.filter(_ -> !creates).ifPresent(Stacks::requireIdle);
    Deployment deployment = deployment(request, existing);
    TemplateParser.parse(deployment.template());
    StackRecord stack =
        existing.orElseGet(
            () -> stacks.shell(request.stackName(), deployment, request.capabilitiesAsStrings()));
    if (find(stack.id(), request.changeSetName()).isPresent()) {
      throw new AwsFailure(
          "AlreadyExistsException",
          400,
          "ChangeSet " + request.changeSetName() + " already exists");
    }
    ChangeSetRecord record = evaluate(request, creates, stack, deployment);
    changeSets.put(record.id(), record);
    return CreateChangeSetResponse.builder().id(record.id()).stackId(stack.id()).build();
  }

  private Deployment deployment(CreateChangeSetRequest request, Optional<StackRecord> existing) {
    String text =
        Boolean.TRUE.equals(request.usePreviousTemplate())
            ? existing.map(StackRecord::template).orElse("")
            : Stacks.required(TemplateText.of(request.templateBody(), request.templateURL(), api));
    return new Deployment(
        text,
        Stacks.parameters(
            request.parameters(), existing.map(StackRecord::parameters).orElse(Map.of())),
        Stacks.tags(request.tags()),
        request.roleARN() == null
            ? existing.map(StackRecord::roleArn).orElse(null)
            : request.roleARN());
  }

  private ChangeSetRecord evaluate(
      CreateChangeSetRequest request, boolean creates, StackRecord stack, Deployment deployment) {
    List<ChangeSetRecord.Change> changes = List.of();
    String failure = "";
    try {
      TemplateScope scope = deployments.check(stack.id(), stack.name(), deployment);
      changes = new TemplateDiff(deployments.types(), scope).changes(stack, deployment);
      boolean same =
          deployment.parameters().equals(stack.parameters())
              && deployment.tags().equals(stack.tags())
              && sameOutputs(stack.template(), deployment.template());
      if (!creates && changes.isEmpty() && same) {
        failure = NOTHING_CHANGES;
      }
    } catch (AwsFailure invalid) {
      failure = invalid.message();
    }
    String id =
        stackInfo.arn(
            "cloudformation", "changeSet/" + request.changeSetName() + "/" + UUID.randomUUID());
    return new ChangeSetRecord(
        id,
        request.changeSetName(),
        stack.id(),
        stack.name(),
        creates,
        failure.isEmpty() ? "CREATE_COMPLETE" : "FAILED",
        failure,
        failure.isEmpty() ? "AVAILABLE" : "UNAVAILABLE",
        clock.instant(),
        deployment,
        request.capabilitiesAsStrings(),
        request.onStackFailure() != OnStackFailure.DO_NOTHING,
        changes);
  }

  private static boolean sameOutputs(String before, String after) {
    if (before.isEmpty()) {
      return false;
    }
    JsonNode old = TemplateParser.parse(before).section("Outputs");
    return old.equals(TemplateParser.parse(after).section("Outputs"));
  }

  private DescribeChangeSetResponse describe(DescribeChangeSetRequest request) {
    ChangeSetRecord c = get(request.stackName(), request.changeSetName());
    return DescribeChangeSetResponse.builder()
        .changeSetId(c.id())
        .changeSetName(c.name())
        .stackId(c.stackId())
        .stackName(c.stackName())
        .creationTime(c.createdAt())
        .status(c.status())
        .statusReason(c.reason().isEmpty() ? null : c.reason())
        .executionStatus(c.executionStatus())
        .capabilitiesWithStrings(c.capabilities())
        .includeNestedStacks(false)
        .parameters(
            c.deployment().parameters().entrySet().stream()
                .map(e ->
                    Parameter.builder()
                        .parameterKey(e.getKey())
                        .parameterValue(e.getValue())
                        .build())
                .toList())
        .changes(c.changes().stream().map(ChangeSets::shape).toList())
        .build();
  }

  private ExecuteChangeSetResponse execute(ExecuteChangeSetRequest request) {
    ChangeSetRecord c = get(request.stackName(), request.changeSetName());
    if (!c.executionStatus().equals("AVAILABLE")) {
      throw new AwsFailure(
          "InvalidChangeSetStatus",
          400,
          "ChangeSet [%s] cannot be executed in its current execution status of [%s]"
              .formatted(c.id(), c.executionStatus()));
    }
    StackRecord stack = records.get(c.stackId());
    if (!c.creates()) {
      Stacks.requireIdle(stack);
    }
    changeSets.put(c.id(), c.executed("EXECUTE_COMPLETE"));
    records.change(stack.id(), s -> s.withChangeSet(c.id()));
    if (c.creates()) {
      deployments.create(stack.id(), c.deployment(), c.rollback());
    } else {
      deployments.update(stack.id(), c.deployment());
    }
    return ExecuteChangeSetResponse.builder().build();
  }

  private DeleteChangeSetResponse delete(DeleteChangeSetRequest request) {
    find(request.stackName(), request.changeSetName()).ifPresent(c -> changeSets.remove(c.id()));
    return DeleteChangeSetResponse.builder().build();
  }

  private ListChangeSetsResponse list(ListChangeSetsRequest request) {
    StackRecord stack = records.get(request.stackName());
    var found =
        changeSets.values().stream()
            .filter(c -> c.stackId().equals(stack.id()))
            .map(c ->
                ChangeSetSummary.builder()
                    .changeSetId(c.id())
                    .changeSetName(c.name())
                    .stackId(c.stackId())
                    .stackName(c.stackName())
                    .status(c.status())
                    .statusReason(c.reason())
                    .executionStatus(c.executionStatus())
                    .creationTime(c.createdAt())
                    .build())
            .toList();
    return ListChangeSetsResponse.builder().summaries(found).build();
  }

  private ChangeSetRecord get(@Nullable String stackName, String name) {
    return find(stackName, name)
        .orElseThrow(() ->
            new AwsFailure("ChangeSetNotFound", 404, "ChangeSet [" + name + "] does not exist"));
  }

  private String stackOf(@Nullable String stackName, String name) {
    return stackName != null
        ? stackName
        : find(null, name).map(ChangeSetRecord::stackId).orElse(name);
  }

  private Optional<ChangeSetRecord> find(@Nullable String stackName, String name) {
    if (name.startsWith("arn:")) {
      return Optional.ofNullable(changeSets.get(name));
    }
    String stackId =
        stackName == null ? "" : records.find(stackName).map(StackRecord::id).orElse("");
    return changeSets.values().stream()
        .filter(c -> c.name().equals(name) && c.stackId().equals(stackId))
        .findFirst();
  }

  private static Change shape(ChangeSetRecord.Change c) {
    return Change.builder()
        .type(ChangeType.RESOURCE)
        .resourceChange(r ->
            r.action(c.action())
                .logicalResourceId(c.logicalId())
                .physicalResourceId(c.physicalId().isEmpty() ? null : c.physicalId())
                .resourceType(c.type())
                .replacement(c.replacement().isEmpty() ? null : c.replacement())
                .scope(c.properties().isEmpty() ? List.of() : List.of(ResourceAttribute.PROPERTIES))
                .details(c.properties().stream().map(p -> detail(p, c.replacement())).toList()))
        .build();
  }

  private static ResourceChangeDetail detail(String property, String replacement) {
    return ResourceChangeDetail.builder()
        .target(t ->
            t.attribute(ResourceAttribute.PROPERTIES)
                .name(property)
                .requiresRecreation(
                    replacement.equals("True")
                        ? RequiresRecreation.ALWAYS
                        : RequiresRecreation.NEVER))
        .evaluation(EvaluationType.STATIC)
        .changeSource(ChangeSource.DIRECT_MODIFICATION)
        .build();
  }
}
