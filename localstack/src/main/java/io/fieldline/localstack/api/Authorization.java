// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import java.util.Optional;

/// Decides whether a caller may do something. The policy package has the only real one.
@FunctionalInterface
public interface Authorization {
  /// Throws {@link AwsFailure} {@code AccessDenied…} in AWS's words, naming principal, action and
  /// resource, unless the caller's policies or the resource's own policy allow it.
  ///
  /// @param resourcePolicy the JSON policy attached to the resource, such as a queue's
  void check(Caller caller, Access access, Optional<String> resourcePolicy);
}
