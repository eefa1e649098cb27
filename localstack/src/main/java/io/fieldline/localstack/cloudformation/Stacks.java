// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.*;

/// Operations on stacks as a whole.
final class Stacks {
  private final Api api;
  private final StackRecords records;
  private final Deployments deployments;
  private final StackInfo stackInfo;
  private final StackClock clock;

  Stacks(
      Api api,
      StackRecords records,
      Deployments deployments,
      StackInfo stackInfo,
      StackClock clock) {
    this.api = api;
    this.records = records;
    this.deployments = deployments;
    this.stackInfo = stackInfo;
    this.clock = clock;
  }

  void register() {
    api.on(CreateStackRequest.class, this::create).resource(r -> arn(r.stackName()));
    api.on(UpdateStackRequest.class, this::update).resource(r -> arn(r.stackName()));
    api.on(DeleteStackRequest.class, this::delete).resource(r -> arn(r.stackName()));
    api.on(DescribeStacksRequest.class, this::describe)
        .resource(r -> r.stackName() == null ? "*" : arn(r.stackName()));
    api.on(ListStacksRequest.class, this::list);
    api.on(GetTemplateRequest.class, this::getTemplate).resource(r -> arn(r.stackName()));
    api.on(GetTemplateSummaryRequest.class, this::summary);
    api.on(ValidateTemplateRequest.class, this::validate);
    api.on(UpdateTerminationProtectionRequest.class, this::protect)
        .resource(r -> arn(r.stackName()));
    api.on(ListExportsRequest.class, this::exports);
  }

  String arn(@Nullable String nameOrId) {
    String name = String.valueOf(nameOrId);
    return name.startsWith("arn:")
        ? name
        : records
            .find(name)
            .map(StackRecord::id)
            .orElse(stackInfo.arn("cloudformation", "stack/" + name + "/*"));
  }

  /// A new record under review: it has no resources yet.
  StackRecord shell(String name, Deployment deployment, List<String> capabilities) {
    String id = stackInfo.arn("cloudformation", "stack/" + name + "/" + UUID.randomUUID());
    var stack =
        new StackRecord(
            id,
            name,
            "REVIEW_IN_PROGRESS",
            "",
            "",
            "",
            deployment.parameters(),
            deployment.tags(),
            capabilities,
            deployment.roleArn(),
            clock.instant(),
            null,
            Map.of(),
            List.of(),
            false,
            null);
    records.put(stack);
    return stack;
  }

  private CreateStackResponse create(CreateStackRequest request) {
    if (records.find(request.stackName()).isPresent()) {
      throw new AwsFailure(
          "AlreadyExistsException", 400, "Stack [" + request.stackName() + "] already exists");
    }
    var deployment =
        new Deployment(
            required(TemplateText.of(request.templateBody(), request.templateURL(), api)),
            parameters(request.parameters(), Map.of()),
            tags(request.tags()),
            request.roleARN());
    StackRecord stack = shell(request.stackName(), deployment, request.capabilitiesAsStrings());
    try {
      deployments.check(stack.id(), stack.name(), deployment);
    } catch (RuntimeException invalid) {
      records.remove(stack.id());
      throw invalid;
    }
    boolean rollback =
        !Boolean.TRUE.equals(request.disableRollback())
            && request.onFailure() != OnFailure.DO_NOTHING;
    deployments.create(stack.id(), deployment, rollback);
    return CreateStackResponse.builder().stackId(stack.id()).build();
  }

  private UpdateStackResponse update(UpdateStackRequest request) {
    StackRecord stack = records.get(request.stackName());
    requireIdle(stack);
    String text =
        Boolean.TRUE.equals(request.usePreviousTemplate())
            ? stack.template()
            : required(TemplateText.of(request.templateBody(), request.templateURL(), api));
    var deployment =
        new Deployment(
            text,
            parameters(request.parameters(), stack.parameters()),
            request.hasTags() ? tags(request.tags()) : stack.tags(),
            request.roleARN() == null ? stack.roleArn() : request.roleARN());
    if (text.equals(stack.template())
        && deployment.parameters().equals(stack.parameters())
        && deployment.tags().equals(stack.tags())) {
      throw AwsFailure.validationError("No updates are to be performed.");
    }
    deployments.check(stack.id(), stack.name(), deployment);
    deployments.update(stack.id(), deployment);
    return UpdateStackResponse.builder().stackId(stack.id()).build();
  }

  static void requireIdle(StackRecord stack) {
    if (stack.isBusy()
        || stack.status().endsWith("ROLLBACK_FAILED")
        || stack.status().equals("ROLLBACK_COMPLETE")) {
      throw AwsFailure.validationError(
          "Stack:%s is in %s state and can not be updated.".formatted(stack.id(), stack.status()));
    }
  }

  private DeleteStackResponse delete(DeleteStackRequest request) {
    var found = records.find(request.stackName());
    if (found.isEmpty() || found.get().isGone()) {
      return DeleteStackResponse.builder().build();
    }
    StackRecord stack = found.get();
    if (stack.terminationProtection()) {
      throw AwsFailure.validationError(
          "Stack [" + stack.name() + "] cannot be deleted while TerminationProtection is enabled");
    }
    if (!stack.status().equals("DELETE_IN_PROGRESS")) {
      deployments.delete(stack, request.roleARN());
    }
    return DeleteStackResponse.builder().build();
  }

  private DescribeStacksResponse describe(DescribeStacksRequest request) {
    List<StackRecord> found =
        request.stackName() == null
            ? records.all().filter(s -> !s.isGone()).toList()
            : List.of(records.get(request.stackName()));
    return DescribeStacksResponse.builder()
        .stacks(found.stream().map(Stacks::shape).toList())
        .build();
  }

  private ListStacksResponse list(ListStacksRequest request) {
    var wanted = request.stackStatusFiltersAsStrings();
    var found =
        records
            .all()
            .filter(s -> wanted.isEmpty() || wanted.contains(s.status()))
            .map(s ->
                StackSummary.builder()
                    .stackId(s.id())
                    .stackName(s.name())
                    .stackStatus(s.status())
                    .creationTime(s.createdAt())
                    .lastUpdatedTime(s.updatedAt())
                    .build())
            .toList();
    return ListStacksResponse.builder().stackSummaries(found).build();
  }

  private GetTemplateResponse getTemplate(GetTemplateRequest request) {
    StackRecord stack = records.get(request.stackName());
    return GetTemplateResponse.builder()
        .templateBody(stack.template())
        .stagesAvailable(TemplateStage.ORIGINAL, TemplateStage.PROCESSED)
        .build();
  }

  private GetTemplateSummaryResponse summary(GetTemplateSummaryRequest request) {
    String text =
        request.stackName() == null
            ? required(TemplateText.of(request.templateBody(), request.templateURL(), api))
            : records.get(request.stackName()).template();
    Template template = TemplateParser.parse(text);
    return GetTemplateSummaryResponse.builder()
        .resourceTypes(
            template.resources().values().stream().map(Template::type).distinct().sorted().toList())
        .parameters(
            template.section("Parameters").properties().stream()
                .map(e ->
                    ParameterDeclaration.builder()
                        .parameterKey(e.getKey())
                        .parameterType(e.getValue().path("Type").asText())
                        .defaultValue(e.getValue().path("Default").asText(null))
                        .build())
                .toList())
        .description(template.section("Description").asText(null))
        .build();
  }

  private ValidateTemplateResponse validate(ValidateTemplateRequest request) {
    Template template =
        TemplateParser.parse(
            required(TemplateText.of(request.templateBody(), request.templateURL(), api)));
    template.checkReferences();
    template.creationOrder();
    return ValidateTemplateResponse.builder()
        .description(template.section("Description").asText(null))
        .build();
  }

  private UpdateTerminationProtectionResponse protect(UpdateTerminationProtectionRequest request) {
    StackRecord stack = records.get(request.stackName());
    records.change(
        stack.id(),
        s ->
            s.withTerminationProtection(
                Boolean.TRUE.equals(request.enableTerminationProtection())));
    return UpdateTerminationProtectionResponse.builder().stackId(stack.id()).build();
  }

  private ListExportsResponse exports(ListExportsRequest request) {
    var found =
        records
            .all()
            .filter(s -> !s.isGone())
            .flatMap(s ->
                s.outputs().stream()
                    .filter(o -> o.exportName() != null)
                    .map(o ->
                        Export.builder()
                            .exportingStackId(s.id())
                            .name(o.exportName())
                            .value(o.value())
                            .build()))
            .toList();
    return ListExportsResponse.builder().exports(found).build();
  }

  static String required(@Nullable String template) {
    if (template == null) {
      throw AwsFailure.validationError("Either Template URL or Template Body must be specified.");
    }
    return template;
  }

  static Map<String, String> parameters(List<Parameter> given, Map<String, String> previous) {
    var values = new TreeMap<String, String>();
    for (Parameter parameter : given) {
      String value =
          Boolean.TRUE.equals(parameter.usePreviousValue())
              ? previous.get(parameter.parameterKey())
              : parameter.parameterValue();
      if (value != null) {
        values.put(parameter.parameterKey(), value);
      }
    }
    return values;
  }

  static Map<String, String> tags(List<Tag> tags) {
    return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value, (_, b) -> b, TreeMap::new));
  }

  private static Stack shape(StackRecord s) {
    return Stack.builder()
        .stackId(s.id())
        .stackName(s.name())
        .stackStatus(s.status())
        .stackStatusReason(s.reason().isEmpty() ? null : s.reason())
        .creationTime(s.createdAt())
        .lastUpdatedTime(s.updatedAt())
        .changeSetId(s.changeSetId())
        .roleARN(s.roleArn())
        .enableTerminationProtection(s.terminationProtection())
        .disableRollback(false)
        .capabilitiesWithStrings(s.capabilities())
        .parameters(
            s.parameters().entrySet().stream()
                .map(e ->
                    Parameter.builder()
                        .parameterKey(e.getKey())
                        .parameterValue(e.getValue())
                        .build())
                .toList())
        .tags(
            s.tags().entrySet().stream()
                .map(e -> Tag.builder().key(e.getKey()).value(e.getValue()).build())
                .toList())
        .outputs(s.outputs().stream().map(Stacks::shape).toList())
        .driftInformation(d -> d.stackDriftStatus(StackDriftStatus.NOT_CHECKED))
        .build();
  }

  private static Output shape(StackRecord.Output o) {
    return Output.builder()
        .outputKey(o.key())
        .outputValue(o.value())
        .description(o.description().isEmpty() ? null : o.description())
        .exportName(o.exportName())
        .build();
  }
}
