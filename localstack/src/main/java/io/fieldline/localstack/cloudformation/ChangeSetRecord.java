// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import java.time.Instant;
import java.util.List;

/// A change set as it is kept.
record ChangeSetRecord(
    String id,
    String name,
    String stackId,
    String stackName,
    boolean creates,
    String status,
    String reason,
    String executionStatus,
    Instant createdAt,
    Deployment deployment,
    List<String> capabilities,
    boolean rollback,
    List<Change> changes) {

  /// One resource that would change.
  ///
  /// @param action Add, Modify or Remove
  /// @param replacement True, False, Conditional; empty where it does not apply
  record Change(
      String action,
      String logicalId,
      String physicalId,
      String type,
      String replacement,
      List<String> properties) {}

  ChangeSetRecord executed(String newStatus) {
    return new ChangeSetRecord(
        id,
        name,
        stackId,
        stackName,
        creates,
        status,
        reason,
        newStatus,
        createdAt,
        deployment,
        capabilities,
        rollback,
        changes);
  }
}
