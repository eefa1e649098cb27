// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One statement of a policy. Of each pair (actions, not actions), one is empty.
///
/// @param policy its name; empty where it has none
/// @param json as it was written
/// @param principals null in a policy attached to an identity
public record Statement(
    String policy,
    String json,
    String sid,
    boolean allows,
    List<String> actions,
    List<String> notActions,
    List<String> resources,
    List<String> notResources,
    @Nullable Principals principals,
    boolean notPrincipals,
    List<Condition> conditions) {
  boolean appliesTo(PolicyRequest request) {
    return actionFits(request)
        && resourceFits(request)
        && principalFits(request)
        && conditions.stream().allMatch(c -> c.holds(request));
  }

  private boolean actionFits(PolicyRequest request) {
    if (!notActions.isEmpty()) {
      return notActions.stream().noneMatch(p -> Glob.matchesIgnoreCase(p, request.action()));
    }
    return actions.stream().anyMatch(p -> Glob.matchesIgnoreCase(p, request.action()));
  }

  private boolean resourceFits(PolicyRequest request) {
    if (!notResources.isEmpty()) {
      return notResources.stream().noneMatch(p -> Glob.matches(p, request.resource(), request));
    }
    // A trust policy names no resource: it is about the role that carries it.
    return resources.isEmpty()
        || resources.stream().anyMatch(p -> Glob.matches(p, request.resource(), request));
  }

  private boolean principalFits(PolicyRequest request) {
    return principals == null || principals.include(request.principal()) != notPrincipals;
  }
}
