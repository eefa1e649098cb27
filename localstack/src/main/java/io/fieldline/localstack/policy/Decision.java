// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import io.fieldline.localstack.ways.Decided;

/// What the policies say of one request.
public sealed interface Decision extends Decided {
  /// Allowed by this statement, and denied by none.
  record Allow(Statement by) implements ByStatement {
    @Override
    public String effect() {
      return "allow";
    }
  }

  /// No statement allows it.
  record ImplicitDeny() implements Decision {
    @Override
    public String effect() {
      return "none";
    }

    @Override
    public String policy() {
      return "";
    }

    @Override
    public String statement() {
      return "";
    }
  }

  /// Denied by this statement, whatever others allow.
  record ExplicitDeny(Statement by) implements ByStatement {
    @Override
    public String effect() {
      return "deny";
    }
  }

  /// One statement made it.
  sealed interface ByStatement extends Decision {
    Statement by();

    @Override
    default String policy() {
      return by().policy();
    }

    @Override
    default String statement() {
      return by().json();
    }
  }

  @Override
  default boolean isAllow() {
    return this instanceof Allow;
  }
}
