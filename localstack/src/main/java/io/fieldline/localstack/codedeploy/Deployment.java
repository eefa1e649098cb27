// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;

/// One deployment, as it is kept.
///
/// @param creator one of the API's words: user, codeDeployRollback
/// @param shifts how often traffic has gone over so far
/// @param nextAt when it does again
/// @param errorCode why it was stopped or failed
/// @param rollsBack the deployment that this one undoes
/// @param rolledBackBy the deployment that undoes this one
record Deployment(
    String id,
    String application,
    String group,
    String config,
    AppSpec spec,
    String creator,
    String status,
    Instant createdAt,
    @Nullable Instant completedAt,
    int shifts,
    Instant nextAt,
    @Nullable String errorCode,
    @Nullable String errorMessage,
    @Nullable String rollsBack,
    @Nullable String rolledBackBy) {

  boolean isUnderWay() {
    return status.equals(DeploymentStatus.CREATED.toString())
        || status.equals(DeploymentStatus.IN_PROGRESS.toString());
  }

  Deployment shifted(int newShifts, Instant next) {
    return with(DeploymentStatus.IN_PROGRESS, null, newShifts, next, null, null);
  }

  Deployment succeeded(Instant at, int newShifts) {
    return with(DeploymentStatus.SUCCEEDED, at, newShifts, nextAt, null, null);
  }

  Deployment ended(DeploymentStatus how, Instant at, String code, String message) {
    return with(how, at, shifts, nextAt, code, message);
  }

  private Deployment with(
      DeploymentStatus newStatus,
      @Nullable Instant at,
      int newShifts,
      Instant next,
      @Nullable String code,
      @Nullable String message) {
    return new Deployment(
        id,
        application,
        group,
        config,
        spec,
        creator,
        newStatus.toString(),
        createdAt,
        at,
        newShifts,
        next,
        code,
        message,
        rollsBack,
        rolledBackBy);
  }

  Deployment undoneBy(String otherId) {
    return new Deployment(
        id,
        application,
        group,
        config,
        spec,
        creator,
        status,
        createdAt,
        completedAt,
        shifts,
        nextAt,
        errorCode,
        errorMessage,
        rollsBack,
        otherId);
  }
}
