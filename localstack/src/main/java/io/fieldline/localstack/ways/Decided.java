// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

/// What the policies said of one thing that a step needed.
public interface Decided {
  boolean isAllow();

  /// `allow`, `deny`, or `none` where no statement is about it.
  String effect();

  /// The policy that has the statement; empty where there is none.
  String policy();

  /// The statement, as JSON; empty where there is none.
  String statement();
}
