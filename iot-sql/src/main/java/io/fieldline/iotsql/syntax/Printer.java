// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import io.fieldline.iotsql.syntax.Expr.Item;
import io.fieldline.iotsql.syntax.Expr.Select;
import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Value;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A tree back to text that parses to the same tree. Operands that are themselves operators stand
/// in parentheses.
public final class Printer {
  private Printer() {}

  public static String print(Statement statement) {
    var text = new StringBuilder();
    if (!statement.assignments().isEmpty()) {
      text.append("SET ")
          .append(
              statement.assignments().stream()
                  .map(a -> "@" + a.name() + " = " + print(a.value()))
                  .collect(Collectors.joining(", ")))
          .append(' ');
    }
    text.append(selection(statement.value(), statement.items()));
    statement.topicFilter().ifPresent(filter -> text.append(" FROM ").append(quoted(filter)));
    return text.append(where(statement.where())).toString();
  }

  public static String print(Expr expr) {
    return switch (expr) {
      case Expr.Literal(Value.Text(var text)) -> quoted(text);
      case Expr.Literal(Value.Null()) -> "null";
      case Expr.Literal(Value.Decimal(var decimal)) ->
          decimal.scale() == 0 ? decimal.unscaledValue() + "E0" : decimal.toString();
      case Expr.Literal(Value.Undefined()) -> "1E100000";
      case Expr.Literal(var value) -> Conversions.text(value).orElseThrow();
      case Expr.Name(var name) -> name;
      case Expr.Variable(var name) -> "@" + name;
      case Expr.Star() -> "*";
      case Expr.Member(var target, var name) -> target(target) + "." + name;
      case Expr.Index(var target, var index) -> target(target) + "[" + print(index) + "]";
      case Expr.Negate(var operand) -> "-" + operand(operand);
      case Expr.Not(var operand) -> "NOT " + operand(operand);
      case Expr.Binary(var operator, var left, var right) ->
          operand(left) + " " + operator.symbol() + " " + operand(right);
      case Expr.Call(var function, var arguments) -> function + "(" + list(arguments) + ")";
      case Expr.Cast(var operand, var type) -> "cast(" + print(operand) + " AS " + type + ")";
      case Expr.Case choice -> print(choice);
      case Expr.SubQuery(var select) -> "(" + print(select) + ")";
      case Expr.Exists(var select) -> "EXISTS (" + print(select) + ")";
      case Expr.ArrayLiteral(var elements) -> "[" + list(elements) + "]";
      case Expr.ObjectLiteral(var entries) ->
          entries.stream()
              .map(entry -> quoted(entry.key()) + ": " + print(entry.value()))
              .collect(Collectors.joining(", ", "{", "}"));
    };
  }

  private static String print(Expr.Case choice) {
    var text = new StringBuilder("CASE ").append(operand(choice.subject()));
    for (Expr.When branch : choice.branches()) {
      text.append(" WHEN ").append(operand(branch.test()));
      text.append(" THEN ").append(operand(branch.result()));
    }
    choice.otherwise().ifPresent(expr -> text.append(" ELSE ").append(operand(expr)));
    return text.append(" END").toString();
  }

  private static String print(Select select) {
    return selection(select.value(), select.items())
        + " FROM "
        + operand(select.from())
        + select.alias().map(alias -> " AS " + alias).orElse("")
        + where(select.where());
  }

  private static String selection(boolean value, List<Item> items) {
    return "SELECT "
        + (value ? "VALUE " : "")
        + items.stream()
            .map(item -> value ? operand(item.expr()) + alias(item) : printItem(item))
            .collect(Collectors.joining(", "));
  }

  private static String printItem(Item item) {
    return print(item.expr()) + alias(item);
  }

  private static String alias(Item item) {
    return item.alias().isEmpty() ? "" : " AS " + String.join(".", item.alias());
  }

  private static String where(Optional<Expr> where) {
    return where.map(expr -> " WHERE " + print(expr)).orElse("");
  }

  private static String list(List<Expr> exprs) {
    return exprs.stream().map(Printer::print).collect(Collectors.joining(", "));
  }

  private static String operand(Expr expr) {
    return switch (expr) {
      case Expr.Binary _, Expr.Not _, Expr.Negate _ -> "(" + print(expr) + ")";
      default -> print(expr);
    };
  }

  private static String target(Expr expr) {
    return expr instanceof Expr.Literal ? "(" + print(expr) + ")" : operand(expr);
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
