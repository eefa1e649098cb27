// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import io.fieldline.iotsql.value.Value;
import java.util.List;
import java.util.Optional;

/// The tree of an expression. Two trees are equal where they mean the same, wherever they stood.
///
/// Source: AWS IoT developer guide, "SQL reference".
public sealed interface Expr {
  record Literal(Value value) implements Expr {}

  /// A top-level name of the payload, or of the element inside a nested SELECT.
  record Name(String name) implements Expr {}

  /// `@name`, assigned by SET.
  record Variable(String name) implements Expr {}

  /// `*`, the whole message (or element).
  record Star() implements Expr {}

  record Member(Expr target, String name) implements Expr {}

  record Index(Expr target, Expr index) implements Expr {}

  record Negate(Expr operand) implements Expr {}

  record Not(Expr operand) implements Expr {}

  record Binary(Operator operator, Expr left, Expr right) implements Expr {}

  /// A function by its lower-case name.
  record Call(String function, List<Expr> arguments) implements Expr {}

  record Cast(Expr operand, String type) implements Expr {}

  record Case(Expr subject, List<When> branches, Optional<Expr> otherwise) implements Expr {}

  record When(Expr test, Expr result) {}

  record SubQuery(Select select) implements Expr {}

  record Exists(Select select) implements Expr {}

  record ArrayLiteral(List<Expr> elements) implements Expr {}

  record ObjectLiteral(List<Entry> entries) implements Expr {}

  record Entry(String key, Expr value) {}

  /// One item of a SELECT list; an empty alias list means that none was written.
  record Item(Expr expr, List<String> alias) {}

  /// A nested SELECT over an array or object.
  record Select(
      boolean value, List<Item> items, Expr from, Optional<String> alias, Optional<Expr> where) {}

  /// Operators with their place in the order of precedence (a larger one binds tighter).
  enum Operator {
    OR("OR", 1),
    AND("AND", 2),
    EQUAL("=", 4),
    NOT_EQUAL("<>", 4),
    LESS("<", 4),
    LESS_OR_EQUAL("<=", 4),
    GREATER(">", 4),
    GREATER_OR_EQUAL(">=", 4),
    IN("IN", 4),
    PLUS("+", 5),
    MINUS("-", 5),
    TIMES("*", 6),
    DIVIDE("/", 6),
    REMAINDER("%", 6);

    private final String symbol;
    private final int level;

    Operator(String symbol, int level) {
      this.symbol = symbol;
      this.level = level;
    }

    public String symbol() {
      return symbol;
    }

    int level() {
      return level;
    }
  }
}
