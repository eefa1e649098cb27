// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import java.util.List;
import java.util.Optional;

/// The tree of a rule's statement. `topicFilter` may be absent: such a rule is reached by Basic
/// Ingest only.
public record Statement(
    List<Assignment> assignments,
    boolean value,
    List<Expr.Item> items,
    Optional<String> topicFilter,
    Optional<Expr> where) {
  /// `@name = value` of SET.
  public record Assignment(String name, Expr value) {}
}
