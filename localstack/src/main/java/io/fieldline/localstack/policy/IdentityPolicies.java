// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import io.fieldline.localstack.api.Principal;
import java.util.List;

/// Where the policies of users and roles come from: IAM.
@FunctionalInterface
public interface IdentityPolicies {
  /// Every policy in force for the principal, inline and managed.
  List<PolicyDocument> of(Principal principal);
}
