// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

/// What the policies say of one request.
public sealed interface Decision {
  /// Allowed by this statement, and denied by none.
  record Allow(Statement by) implements Decision {}

  /// No statement allows it.
  record ImplicitDeny() implements Decision {}

  /// Denied by this statement, whatever others allow.
  record ExplicitDeny(Statement by) implements Decision {}

  default boolean isAllow() {
    return this instanceof Allow;
  }
}
