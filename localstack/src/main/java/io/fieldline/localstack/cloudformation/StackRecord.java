// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A stack as it is kept.
///
/// @param template the text of the template in force; empty while the stack is only under review
record StackRecord(
    String id,
    String name,
    String status,
    String reason,
    String template,
    String description,
    Map<String, String> parameters,
    Map<String, String> tags,
    List<String> capabilities,
    @Nullable String roleArn,
    Instant createdAt,
    @Nullable Instant updatedAt,
    Map<String, Resource> resources,
    List<Output> outputs,
    boolean terminationProtection,
    @Nullable String changeSetId) {

  /// A resource as it is kept, with the resolved properties that it was made from.
  record Resource(
      String logicalId,
      String type,
      String physicalId,
      String status,
      String reason,
      Instant at,
      JsonNode properties,
      Map<String, String> attributes) {}

  record Output(String key, String value, String description, @Nullable String exportName) {}

  StackRecord withStatus(String newStatus, String why, Instant at) {
    return new StackRecord(
        id,
        name,
        newStatus,
        why,
        template,
        description,
        parameters,
        tags,
        capabilities,
        roleArn,
        createdAt,
        at,
        resources,
        outputs,
        terminationProtection,
        changeSetId);
  }

  StackRecord withResource(String logicalId, @Nullable Resource resource) {
    var changed = new LinkedHashMap<>(resources);
    if (resource == null) {
      changed.remove(logicalId);
    } else {
      changed.put(logicalId, resource);
    }
    return new StackRecord(
        id,
        name,
        status,
        reason,
        template,
        description,
        parameters,
        tags,
        capabilities,
        roleArn,
        createdAt,
        updatedAt,
        changed,
        outputs,
        terminationProtection,
        changeSetId);
  }

  StackRecord withTemplate(Deployment deployment, List<Output> newOutputs) {
    return new StackRecord(
        id,
        name,
        status,
        reason,
        deployment.template(),
        description,
        deployment.parameters(),
        deployment.tags(),
        capabilities,
        deployment.roleArn(),
        createdAt,
        updatedAt,
        resources,
        newOutputs,
        terminationProtection,
        changeSetId);
  }

  StackRecord withChangeSet(@Nullable String newChangeSetId) {
    return new StackRecord(
        id,
        name,
        status,
        reason,
        template,
        description,
        parameters,
        tags,
        capabilities,
        roleArn,
        createdAt,
        updatedAt,
        resources,
        outputs,
        terminationProtection,
        newChangeSetId);
  }

  StackRecord withTerminationProtection(boolean on) {
    return new StackRecord(
        id,
        name,
        status,
        reason,
        template,
        description,
        parameters,
        tags,
        capabilities,
        roleArn,
        createdAt,
        updatedAt,
        resources,
        outputs,
        on,
        changeSetId);
  }

  boolean isGone() {
    return status.equals("DELETE_COMPLETE");
  }

  boolean isBusy() {
    return status.endsWith("_IN_PROGRESS") && !status.equals("REVIEW_IN_PROGRESS");
  }
}
