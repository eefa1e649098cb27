// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.*;

/// Deployments: created, looked at, stopped; those under way are taken on by the stack's clock, one
/// step at a time.
final class Deployments {
  /// A clock that was moved by more was moved by a person: alarms are looked at before traffic goes
  /// on, as they would have been meanwhile.
  private static final Duration MOVED = Duration.ofSeconds(20);

  private final MVMap<String, Deployment> deployments;
  private final DeploymentGroups groups;
  private final TrafficShift shift;
  private final StackClock clock;
  private Instant lastTick;

  Deployments(Store store, DeploymentGroups groups, TrafficShift shift, StackClock clock) {
    this.deployments = store.map("codedeploy/deployments", Deployment.class);
    this.groups = groups;
    this.shift = shift;
    this.clock = clock;
    this.lastTick = clock.instant();
  }

  void register(Api api) {
    api.on(CreateDeploymentRequest.class, this::create)
        .resource(r -> groups.arn(r.applicationName(), String.valueOf(r.deploymentGroupName())));
    api.on(GetDeploymentRequest.class, this::get).resource(r -> groupArn(r.deploymentId()));
    api.on(ListDeploymentsRequest.class, this::list)
        .resource(r ->
            groups.arn(
                String.valueOf(r.applicationName()), String.valueOf(r.deploymentGroupName())));
    // Source: Service Authorization Reference, AWS CodeDeploy: no resource.
    api.on(StopDeploymentRequest.class, this::stop);
    api.on(GetDeploymentConfigRequest.class, this::config);
  }

  private String groupArn(String id) {
    Deployment deployment = deployments.get(id);
    return deployment == null ? "*" : groups.arn(deployment.application(), deployment.group());
  }

  private synchronized CreateDeploymentResponse create(CreateDeploymentRequest request) {
    if (request.deploymentGroupName() == null) {
      throw CodeDeployFailures.of(
          "DeploymentGroupNameRequiredException", "The deployment group name was not specified.");
    }
    DeploymentGroup group = groups.kept(request.applicationName(), request.deploymentGroupName());
    if (request.revision() == null) {
      throw CodeDeployFailures.of("RevisionRequiredException", "The revision was not specified.");
    }
    if (request.overrideAlarmConfiguration() != null
        || request.autoRollbackConfiguration() != null) {
      throw CodeDeployFailures.unsupported(
          "InvalidAlarmConfigException",
          "Another alarm or rollback configuration than the deployment group's");
    }
    underWay(group)
        .ifPresent(other -> {
          throw CodeDeployFailures.of(
              "DeploymentLimitExceededException",
              "The Deployment Group '%s' already has an active Deployment '%s'"
                  .formatted(group.name(), other.id()));
        });
    TrafficConfig config =
        TrafficConfig.named(
            request.deploymentConfigName() == null
                ? group.config()
                : request.deploymentConfigName());
    Instant now = clock.instant();
    var deployment =
        new Deployment(
            TrafficShift.newId(),
            group.application(),
            group.name(),
            config.configName(),
            AppSpec.of(request.revision()),
            "user",
            DeploymentStatus.CREATED.toString(),
            now,
            null,
            0,
            now,
            null,
            null,
            null,
            null);
    deployments.put(deployment.id(), deployment);
    return CreateDeploymentResponse.builder().deploymentId(deployment.id()).build();
  }

  private java.util.Optional<Deployment> underWay(DeploymentGroup group) {
    return deployments.values().stream()
        .filter(Deployment::isUnderWay)
        .filter(d -> d.application().equals(group.application()) && d.group().equals(group.name()))
        .findFirst();
  }

  /// Takes every deployment under way a step on.
  synchronized void tick() {
    Instant now = clock.instant();
    boolean moved = lastTick.plus(MOVED).isBefore(now);
    lastTick = now;
    if (moved) {
      return;
    }
    for (Deployment deployment : List.copyOf(deployments.values())) {
      if (deployment.isUnderWay()) {
        keep(step(deployment, now));
      }
    }
  }

  private TrafficShift.Step step(Deployment deployment, Instant now) {
    DeploymentGroup group;
    try {
      group = group(deployment);
    } catch (AwsFailure gone) {
      return TrafficShift.Step.to(
          deployment.ended(
              DeploymentStatus.FAILED,
              now,
              ErrorCode.DEPLOYMENT_GROUP_MISSING.toString(),
              gone.message()));
    }
    return shift.step(deployment, group, now);
  }

  private DeploymentGroup group(Deployment deployment) {
    return groups.kept(deployment.application(), deployment.group());
  }

  private void keep(TrafficShift.Step step) {
    step.rollback().ifPresent(rollback -> deployments.put(rollback.id(), rollback));
    deployments.put(step.deployment().id(), step.deployment());
  }

  private synchronized StopDeploymentResponse stop(StopDeploymentRequest request) {
    Deployment deployment = kept(request.deploymentId());
    if (!deployment.isUnderWay()) {
      throw CodeDeployFailures.of(
          "DeploymentAlreadyCompletedException",
          "The deployment " + deployment.id() + " is already completed");
    }
    boolean rollBack = Boolean.TRUE.equals(request.autoRollbackEnabled());
    keep(shift.stop(deployment, group(deployment), rollBack));
    return StopDeploymentResponse.builder().status(StopStatus.SUCCEEDED).build();
  }

  private Deployment kept(String id) {
    Deployment deployment = deployments.get(id);
    if (deployment == null) {
      throw CodeDeployFailures.noDeployment(id);
    }
    return deployment;
  }

  private GetDeploymentResponse get(GetDeploymentRequest request) {
    Deployment d = kept(request.deploymentId());
    return GetDeploymentResponse.builder()
        .deploymentInfo(info ->
            info.applicationName(d.application())
                .deploymentGroupName(d.group())
                .deploymentConfigName(d.config())
                .deploymentId(d.id())
                .status(d.status())
                .creator(d.creator())
                .computePlatform(ComputePlatform.LAMBDA)
                .createTime(d.createdAt())
                .startTime(d.shifts() == 0 ? null : d.createdAt())
                .completeTime(d.completedAt())
                .errorInformation(error(d))
                .rollbackInfo(rollback(d)))
        .build();
  }

  private static @Nullable ErrorInformation error(Deployment d) {
    return d.errorCode() == null
        ? null
        : ErrorInformation.builder().code(d.errorCode()).message(d.errorMessage()).build();
  }

  private static @Nullable RollbackInfo rollback(Deployment d) {
    return d.rollsBack() == null && d.rolledBackBy() == null
        ? null
        : RollbackInfo.builder()
            .rollbackTriggeringDeploymentId(d.rollsBack())
            .rollbackDeploymentId(d.rolledBackBy())
            .build();
  }

  /// The newest first.
  private ListDeploymentsResponse list(ListDeploymentsRequest request) {
    return ListDeploymentsResponse.builder()
        .deployments(
            deployments.values().stream()
                .filter(d ->
                    request.applicationName() == null
                        || request.applicationName().equals(d.application()))
                .filter(d ->
                    request.deploymentGroupName() == null
                        || request.deploymentGroupName().equals(d.group()))
                .filter(d ->
                    !request.hasIncludeOnlyStatuses()
                        || request.includeOnlyStatusesAsStrings().contains(d.status()))
                .sorted(java.util.Comparator.comparing(Deployment::createdAt).reversed())
                .map(Deployment::id)
                .toList())
        .build();
  }

  private GetDeploymentConfigResponse config(GetDeploymentConfigRequest request) {
    TrafficConfig config = TrafficConfig.named(request.deploymentConfigName());
    return GetDeploymentConfigResponse.builder()
        .deploymentConfigInfo(info ->
            info.deploymentConfigName(config.configName())
                .computePlatform(ComputePlatform.LAMBDA)
                .trafficRoutingConfig(routing -> {
                  routing.type(config.routingType());
                  if (config.routingType().equals("TimeBasedCanary")) {
                    routing.timeBasedCanary(
                        c -> c.canaryPercentage(config.percent()).canaryInterval(config.minutes()));
                  } else if (config.routingType().equals("TimeBasedLinear")) {
                    routing.timeBasedLinear(
                        l -> l.linearPercentage(config.percent()).linearInterval(config.minutes()));
                  }
                }))
        .build();
  }
}
