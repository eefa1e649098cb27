// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.util.List;

/// A parsed condition, filter or key condition.
sealed interface Condition {
  enum Comparison {
    EQ,
    NE,
    LT,
    LE,
    GT,
    GE
  }

  record And(Condition left, Condition right) implements Condition {}

  record Or(Condition left, Condition right) implements Condition {}

  record Not(Condition condition) implements Condition {}

  record Compare(Operand left, Comparison comparison, Operand right) implements Condition {}

  record Between(Operand value, Operand low, Operand high) implements Condition {}

  record In(Operand value, List<Operand> choices) implements Condition {}

  record Exists(Path path) implements Condition {}

  record NotExists(Path path) implements Condition {}

  record TypeIs(Path path, String type) implements Condition {}

  record BeginsWith(Operand value, Operand prefix) implements Condition {}

  record Contains(Operand container, Operand element) implements Condition {}
}
