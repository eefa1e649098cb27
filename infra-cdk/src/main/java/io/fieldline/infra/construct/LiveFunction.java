// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.infra.StageConfig;
import java.util.ArrayList;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.CfnAlias;
import software.amazon.awscdk.services.lambda.CfnEventInvokeConfig;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.CfnPermission;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.Tracing;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/// One function as the pipeline runs all of them: a role of its own with nothing but its grants, a
/// log group of its own, a published version, and the alias `live`, which is the only thing that
/// anybody invokes.
final class LiveFunction extends Construct {
  private final PipelineFunction function;
  private final Alias live;
  private final Optional<CfnEventInvokeConfig> failures;

  LiveFunction(
      Construct scope, PipelineFunction function, Deployment deployment, FunctionProps props) {
    super(scope, pascal(function) + "Function");
    this.function = function;
    var logs =
        CfnLogGroup.Builder.create(this, "Log")
            .logGroupName(deployment.names().logGroup(function))
            .retentionInDays(deployment.config().logRetentionDays())
            .build();
    logs.applyRemovalPolicy(RemovalPolicy.DESTROY);
    var builder =
        Function.Builder.create(this, "Code")
            .functionName(deployment.names().of(function.label()))
            .code(Code.fromAsset(deployment.artifacts().zipOf(function)))
            .handler(function.handlerClass() + "::handleRequest")
            .runtime(Runtime.JAVA_25)
            .architecture(Architecture.ARM_64)
            .memorySize(function.memoryMegabytes())
            .timeout(Duration.seconds(function.timeoutSeconds()))
            .environment(props.environment())
            .logGroup(LogGroup.fromLogGroupName(this, "LogName", logs.getRef()))
            .role(role(deployment.config(), logs, props).withoutPolicyUpdates());
    if (deployment.config().tracing()) {
      builder.tracing(Tracing.ACTIVE);
    }
    if (deployment.config().snapStart()) {
      builder.snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS);
    }
    var code = builder.build();
    // Its role is named in its properties already, and holds all grants when it is created.
    ((CfnFunction) Objects.requireNonNull(code.getNode().getDefaultChild()))
        .addDeletionOverride("DependsOn");
    // The alias below publishes a version, which is what the warning asks for.
    Annotations.of(code).acknowledgeWarning("@aws-cdk/aws-lambda:snapStartRequirePublish");
    this.live = code.addAlias("live");
    if (TrafficShifting.has(function)) {
      deployment
          .traffic()
          .ifPresent(traffic ->
              traffic.of(
                  this,
                  function,
                  code.getCurrentVersion().getVersion(),
                  (CfnAlias) Objects.requireNonNull(live.getNode().getDefaultChild())));
    }
    this.failures = props.deadLetters().map(this::failuresTo);
  }

  /// What invokes the function as soon as it is there waits until its failures are recorded.
  void recordsFailuresBefore(Construct invoker) {
    failures.ifPresent(config -> invoker.getNode().addDependency(config));
  }

  /// A destination rather than a dead-letter queue of Lambda: its record tells which function
  /// failed, with what, and how, so that one queue serves all and each event can be invoked again.
  ///
  /// Source: AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
  private CfnEventInvokeConfig failuresTo(IQueue queue) {
    return CfnEventInvokeConfig.Builder.create(this, "Failures")
        .functionName(live.getLambda().getFunctionName())
        .qualifier(live.getAliasName())
        .destinationConfig(
            CfnEventInvokeConfig.DestinationConfigProperty.builder()
                .onFailure(
                    CfnEventInvokeConfig.OnFailureProperty.builder()
                        .destination(queue.getQueueArn())
                        .build())
                .build())
        .build();
  }

  /// The alias's ARN: what rules, event sources, routes and schedules name.
  String arn() {
    return live.getFunctionArn();
  }

  String functionName() {
    return live.getLambda().getFunctionName();
  }

  PipelineFunction function() {
    return function;
  }

  /// Lets a service invoke the alias on behalf of one resource of this account.
  CfnPermission allow(String id, String service, String sourceArn) {
    return permission(id, service, sourceArn).build();
  }

  /// As {@link #allow}, for services that also state the account on whose behalf they call.
  CfnPermission allowFromThisAccount(String id, String service, String sourceArn) {
    return permission(id, service, sourceArn).sourceAccount(Stack.of(this).getAccount()).build();
  }

  private CfnPermission.Builder permission(String id, String service, String sourceArn) {
    return CfnPermission.Builder.create(this, id)
        .action("lambda:InvokeFunction")
        .functionName(live.getFunctionArn())
        .principal(service)
        .sourceArn(sourceArn);
  }

  private Role role(StageConfig config, CfnLogGroup logs, FunctionProps props) {
    var grants = new ArrayList<>(props.grants());
    grants.add(Allow.on(logs.getAttrArn(), "logs:CreateLogStream", "logs:PutLogEvents"));
    props
        .deadLetters()
        .ifPresent(queue -> grants.add(Allow.on(queue.getQueueArn(), "sqs:SendMessage")));
    if (config.tracing()) {
      // Source: Service Authorization Reference, AWS X-Ray: neither knows resources.
      grants.add(Allow.on("*", "xray:PutTraceSegments", "xray:PutTelemetryRecords"));
    }
    return Role.Builder.create(this, "Role")
        .assumedBy(ServicePrincipal.Builder.create("lambda.amazonaws.com").build())
        .inlinePolicies(
            Map.of("grants", PolicyDocument.Builder.create().statements(grants).build()))
        .build();
  }

  private static String pascal(PipelineFunction function) {
    var label = function.label();
    return Character.toUpperCase(label.charAt(0)) + label.substring(1);
  }
}
