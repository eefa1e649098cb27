// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iam;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.IdentityPolicies;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.store.Store;
import java.util.List;
import java.util.function.Supplier;

/// The service as a whole: its nouns, wired; and the policies of every principal.
public final class Iam implements IdentityPolicies {
  private final ManagedPolicies policies;
  private final Roles roles;
  private final Users users;

  /// @param ids makes the unique part of ids and keys: 16 upper-case letters and digits
  public Iam(Store store, StackInfo stack, StackClock clock, Supplier<String> ids) {
    this.policies = new ManagedPolicies(store, stack, clock, ids);
    this.roles = new Roles(store, policies, stack, clock, ids);
    this.users = new Users(store, policies, stack, clock, ids);
  }

  public void register(Api api) {
    policies.register(api, arn -> roles.isAttached(arn) || users.isAttached(arn));
    roles.register(api);
    users.register(api);
  }

  public Roles roles() {
    return roles;
  }

  public Users users() {
    return users;
  }

  @Override
  public List<PolicyDocument> of(Principal principal) {
    return switch (principal) {
      case Principal.RoleSession session -> roles.policiesOf(session);
      case Principal.User user -> users.policiesOf(user);
      case Principal.Root _, Principal.Service _, Principal.Device _, Principal.Anonymous _ ->
          List.of();
    };
  }
}
