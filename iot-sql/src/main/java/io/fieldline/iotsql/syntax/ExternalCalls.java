// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import java.util.List;
import java.util.Set;

/// Finds calls that ask another service.
///
/// Source: AWS IoT developer guide, "Functions", get_or_default: not allowed in the default.
final class ExternalCalls {
  private static final Set<String> EXTERNAL =
      Set.of(
          "get_secret",
          "get_dynamodb",
          "aws_lambda",
          "get_thing_shadow",
          "get_registry_data",
          "machinelearning_predict");

  private ExternalCalls() {}

  static boolean in(Expr expr) {
    return switch (expr) {
      case Expr.Call(var function, var arguments) ->
          EXTERNAL.contains(function)
              || CallRules.isProtobuf(function, arguments)
              || any(arguments);
      case Expr.Member(var target, _) -> in(target);
      case Expr.Index(var target, var index) -> in(target) || in(index);
      case Expr.Negate(var operand) -> in(operand);
      case Expr.Not(var operand) -> in(operand);
      case Expr.Binary(_, var left, var right) -> in(left) || in(right);
      case Expr.Cast(var operand, _) -> in(operand);
      case Expr.Case(var subject, var branches, var otherwise) ->
          in(subject)
              || branches.stream().anyMatch(when -> in(when.test()) || in(when.result()))
              || otherwise.filter(ExternalCalls::in).isPresent();
      case Expr.SubQuery(var select) -> in(select);
      case Expr.Exists(var select) -> in(select);
      case Expr.ArrayLiteral(var elements) -> any(elements);
      case Expr.ObjectLiteral(var entries) -> entries.stream().anyMatch(e -> in(e.value()));
      case Expr.Literal _, Expr.Name _, Expr.Variable _, Expr.Star _ -> false;
    };
  }

  private static boolean in(Expr.Select select) {
    return in(select.from())
        || select.items().stream().anyMatch(item -> in(item.expr()))
        || select.where().filter(ExternalCalls::in).isPresent();
  }

  private static boolean any(List<Expr> exprs) {
    return exprs.stream().anyMatch(ExternalCalls::in);
  }
}
