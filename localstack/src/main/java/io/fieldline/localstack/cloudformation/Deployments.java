// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Starts deployments, each on a thread of its own, as the role given or else as whoever asked.
final class Deployments {
  private static final System.Logger LOG = System.getLogger(Deployments.class.getName());

  private final Api api;
  private final StackRecords records;
  private final ResourceTypes types;
  private final StackInfo stackInfo;
  private final StackClock clock;

  Deployments(
      Api api, StackRecords records, ResourceTypes types, StackInfo stackInfo, StackClock clock) {
    this.api = api;
    this.records = records;
    this.types = types;
    this.stackInfo = stackInfo;
    this.clock = clock;
  }

  ResourceTypes types() {
    return types;
  }

  /// Everything that can be said against a deployment before it starts.
  TemplateScope check(String stackId, String stackName, Deployment deployment) {
    Template template = TemplateParser.parse(deployment.template());
    for (var entry : template.resources().entrySet()) {
      String type = Template.type(entry.getValue());
      if (!types.knows(type)) {
        throw AwsFailure.validationError(
            "Template format error: Unrecognized resource types: ["
                + type
                + "] (resource "
                + entry.getKey()
                + ")");
      }
    }
    template.checkReferences();
    template.creationOrder();
    TemplateScope scope =
        asDeployer(deployment.roleArn()).run(() -> scope(stackId, stackName, template, deployment));
    scope.checkRules();
    return scope;
  }

  void create(String stackId, Deployment deployment, boolean rollback) {
    records.status(stackId, "CREATE_IN_PROGRESS", "User Initiated");
    start(stackId, deployment, deployer -> deployer.create(deployment, rollback), "CREATE_FAILED");
  }

  void update(String stackId, Deployment deployment) {
    records.status(stackId, "UPDATE_IN_PROGRESS", "User Initiated");
    start(stackId, deployment, deployer -> deployer.update(deployment), "UPDATE_ROLLBACK_FAILED");
  }

  void delete(StackRecord stack, @Nullable String roleArn) {
    records.status(stack.id(), "DELETE_IN_PROGRESS", "User Initiated");
    String role = roleArn == null ? stack.roleArn() : roleArn;
    if (stack.template().isEmpty()) {
      records.status(stack.id(), "DELETE_COMPLETE", "");
      return;
    }
    var deployment = new Deployment(stack.template(), stack.parameters(), stack.tags(), role);
    start(stack.id(), deployment, StackDeployer::delete, "DELETE_FAILED");
  }

  private void start(
      String stackId,
      Deployment deployment,
      java.util.function.Consumer<StackDeployer> work,
      String onCrash) {
    String name = records.get(stackId).name();
    Caller deployer = asDeployer(deployment.roleArn());
    Thread.ofVirtual()
        .name("cloudformation-" + name)
        .start(() ->
            deployer.run(() -> {
              run(stackId, name, deployment, work, onCrash);
              return true;
            }));
  }

  private void run(
      String stackId,
      String name,
      Deployment deployment,
      java.util.function.Consumer<StackDeployer> work,
      String onCrash) {
    try {
      Template template = TemplateParser.parse(deployment.template());
      TemplateScope scope = scope(stackId, name, template, deployment);
      work.accept(new StackDeployer(records, types, clock, stackId, template, scope));
    } catch (RuntimeException bug) {
      // The thread ends here: without a status the stack would be in progress for ever.
      LOG.log(System.Logger.Level.ERROR, "deployment of " + name + " broke off", bug);
      records.status(stackId, onCrash, StackDeployer.message(bug));
    }
  }

  private TemplateScope scope(
      String stackId, String stackName, Template template, Deployment deployment) {
    Supplier<StackRecord> current = () -> records.get(stackId);
    return new TemplateScope(
        template,
        Parameters.resolve(template, deployment.parameters(), api),
        pseudo(stackId, stackName),
        current,
        this::export);
  }

  private Map<String, String> pseudo(String stackId, String stackName) {
    return Map.of(
        "AWS::AccountId",
        stackInfo.accountId(),
        "AWS::Region",
        stackInfo.region(),
        "AWS::Partition",
        "aws",
        "AWS::URLSuffix",
        "amazonaws.com",
        "AWS::StackId",
        stackId,
        "AWS::StackName",
        stackName);
  }

  private String export(String name) {
    return records
        .all()
        .filter(s -> !s.isGone())
        .flatMap(s -> s.outputs().stream())
        .filter(o -> name.equals(o.exportName()))
        .findFirst()
        .map(StackRecord.Output::value)
        .orElseThrow(() -> AwsFailure.validationError("No export named " + name + " found."));
  }

  /// Source: IAM User Guide, "AWS global condition context keys", aws:CalledVia.
  private static Caller asDeployer(@Nullable String roleArn) {
    Caller caller = Caller.current();
    var via = Map.of("aws:CalledVia", "cloudformation.amazonaws.com");
    if (roleArn == null) {
      return caller.as(caller.principal(), via);
    }
    String role = roleArn.substring(roleArn.lastIndexOf('/') + 1);
    return caller.as(new Principal.RoleSession(caller.accountId(), role, "AWSCloudFormation"), via);
  }
}
