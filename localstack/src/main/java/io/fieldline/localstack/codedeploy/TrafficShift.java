// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.AwsFailure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.ErrorCode;

/// Takes a deployment a step on: stops it when an alarm is on, else shifts traffic when it is time.
/// What is stopped or has failed is undone at once, where its group says so.
final class TrafficShift {
  private final ServiceRole role;
  private final InstantSource clock;

  TrafficShift(ServiceRole role, InstantSource clock) {
    this.role = role;
    this.clock = clock;
  }

  /// What it is now, and the deployment that undid it.
  record Step(Deployment deployment, Optional<Deployment> rollback) {
    static Step to(Deployment deployment) {
      return new Step(deployment, Optional.empty());
    }
  }

  Step step(Deployment deployment, DeploymentGroup group, Instant now) {
    try {
      List<String> alarms = alarmsOn(group);
      if (!alarms.isEmpty()) {
        // Source: AWS CodeDeploy User Guide, "Monitoring deployments with CloudWatch alarms".
        return undo(
            deployment.ended(
                DeploymentStatus.STOPPED,
                now,
                ErrorCode.ALARM_ACTIVE.toString(),
                "One or more alarms have been activated according to the Amazon CloudWatch metrics"
                    + " you selected, and the affected deployments have been stopped. Activated"
                    + " alarms: "
                    + alarms),
            group,
            DeploymentGroup.STOP_ON_ALARM);
      }
      return Step.to(
          deployment.shifts() == 0 ? begun(deployment, group, now) : on(deployment, group, now));
    } catch (AwsFailure failure) {
      return undo(
          deployment.ended(DeploymentStatus.FAILED, now, code(failure), failure.message()),
          group,
          DeploymentGroup.FAILURE);
    }
  }

  /// Whoever stops it decides whether traffic goes back, if the group does not.
  Step stop(Deployment deployment, DeploymentGroup group, boolean rollBack) {
    Deployment stopped =
        deployment.ended(
            DeploymentStatus.STOPPED,
            clock.instant(),
            ErrorCode.MANUAL_STOP.toString(),
            "The deployment was stopped on request.");
    return rollBack
        ? undone(stopped, group)
        : undo(stopped, group, DeploymentGroup.STOP_ON_REQUEST);
  }

  private List<String> alarmsOn(DeploymentGroup group) {
    try {
      return role.alarmsOn(group);
    } catch (AwsFailure failure) {
      if (group.ignorePollFailure()) {
        return List.of();
      }
      throw failure;
    }
  }

  private Deployment begun(Deployment deployment, DeploymentGroup group, Instant now) {
    String version = role.versionOf(group, deployment.spec());
    if (!version.equals(deployment.spec().currentVersion())) {
      throw new AwsFailure(
          ErrorCode.INVALID_LAMBDA_CONFIGURATION.toString(),
          400,
          "expected the alias %s at the version %s, which the AppSpec says is current; it is at %s"
              .formatted(deployment.spec().alias(), deployment.spec().currentVersion(), version));
    }
    role.checkProvisionedConcurrency(group, deployment.spec());
    return shifted(deployment, group, now);
  }

  private Deployment on(Deployment deployment, DeploymentGroup group, Instant now) {
    return now.isBefore(deployment.nextAt()) ? deployment : shifted(deployment, group, now);
  }

  private Deployment shifted(Deployment deployment, DeploymentGroup group, Instant now) {
    TrafficConfig config = TrafficConfig.named(deployment.config());
    int shifts = deployment.shifts() + 1;
    int percent = config.percentAfter(shifts);
    role.shift(group, deployment.spec(), percent);
    return percent == 100
        ? deployment.succeeded(now, shifts)
        : deployment.shifted(shifts, now.plus(config.interval()));
  }

  private Step undo(Deployment deployment, DeploymentGroup group, String event) {
    return group.rollsBackOn(event) ? undone(deployment, group) : Step.to(deployment);
  }

  /// Source: AWS CodeDeploy User Guide, "Redeploy and roll back a deployment": the rollback is a
  /// new deployment of what was there before.
  private Step undone(Deployment deployment, DeploymentGroup group) {
    Instant now = clock.instant();
    AppSpec spec = deployment.spec();
    var rollback =
        new Deployment(
            newId(),
            deployment.application(),
            deployment.group(),
            TrafficConfig.LambdaAllAtOnce.configName(),
            new AppSpec(spec.function(), spec.alias(), spec.targetVersion(), spec.currentVersion()),
            "codeDeployRollback",
            DeploymentStatus.IN_PROGRESS.toString(),
            now,
            null,
            0,
            now,
            null,
            null,
            deployment.id(),
            null);
    try {
      role.shift(group, spec, 0);
      rollback = rollback.succeeded(now, 1);
    } catch (AwsFailure failure) {
      rollback = rollback.ended(DeploymentStatus.FAILED, now, code(failure), failure.message());
    }
    return new Step(deployment.undoneBy(rollback.id()), Optional.of(rollback));
  }

  static String newId() {
    return "d-" + UUID.randomUUID().toString().replace("-", "").substring(0, 9).toUpperCase();
  }

  private static String code(AwsFailure failure) {
    if (failure.code().equals(ErrorCode.INVALID_LAMBDA_CONFIGURATION.toString())) {
      return failure.code();
    }
    if (failure.code().startsWith("AccessDenied")) {
      return ErrorCode.IAM_ROLE_PERMISSIONS.toString();
    }
    return failure.status() == 404
        ? ErrorCode.INVALID_LAMBDA_FUNCTION.toString()
        : ErrorCode.INVALID_LAMBDA_CONFIGURATION.toString();
  }
}
