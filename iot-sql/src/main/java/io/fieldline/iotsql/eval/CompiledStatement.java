// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.eval;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.Result;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.syntax.Expr;
import io.fieldline.iotsql.syntax.Printer;
import io.fieldline.iotsql.syntax.Statement;
import io.fieldline.iotsql.value.Value;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A statement ready to run: SET, then WHERE, then SELECT. Safe to share between threads.
public final class CompiledStatement {
  private final Statement statement;
  private final SqlVersion version;
  private final List<Code> assignments;
  private final Compiler compiler;
  private final Optional<Code> where;
  private final Projection projection;

  public CompiledStatement(Statement statement, SqlVersion version) {
    this.statement = statement;
    this.version = version;
    var names = statement.assignments().stream().map(Statement.Assignment::name).toList();
    this.compiler = new Compiler(version, names);
    this.assignments =
        statement.assignments().stream().map(a -> compiler.compile(a.value())).toList();
    this.where = statement.where().map(compiler::compile);
    this.projection = new Projection(statement.value(), statement.items(), compiler);
  }

  /// Evaluates the statement; a lookup that fails fails the rule.
  public Result apply(Message message, LookupFunctions lookups) {
    try {
      var scope = scope(message, lookups);
      if (where.isPresent() && !where.get().eval(scope, Value.UNDEFINED).equals(Value.TRUE)) {
        return new Result.NoMatch();
      }
      return output(projection.apply(scope, Value.UNDEFINED));
    } catch (LookupFailure failure) {
      return new Result.Failed(String.valueOf(failure.getMessage()));
    }
  }

  /// An expression that sees what the statement sees, its variables included.
  public Code compile(Expr expr) {
    return compiler.compile(expr);
  }

  /// The names that SET assigns.
  public List<String> variables() {
    return statement.assignments().stream().map(Statement.Assignment::name).toList();
  }

  /// A scope with the variables of SET assigned.
  public MessageScope scope(Message message, LookupFunctions lookups) {
    var scope = new MessageScope(message, lookups, version, assignments.size());
    for (int i = 0; i < assignments.size(); i++) {
      scope.assign(i, assignments.get(i).eval(scope, Value.UNDEFINED));
    }
    return scope;
  }

  /// Each clause with its value, in the order of evaluation.
  public Map<String, Value> explain(Message message, LookupFunctions lookups) {
    Map<String, Value> clauses = new LinkedHashMap<>();
    var scope = scope(message, lookups);
    for (int i = 0; i < assignments.size(); i++) {
      clauses.put("SET @" + statement.assignments().get(i).name(), scope.variable(i));
    }
    statement
        .where()
        .ifPresent(expr ->
            clauses.put(
                "WHERE " + Printer.print(expr),
                compiler.compile(expr).eval(scope, Value.UNDEFINED)));
    for (Expr.Item item : statement.items()) {
      clauses.put(
          "SELECT " + Printer.print(item.expr()),
          compiler.compile(item.expr()).eval(scope, Value.UNDEFINED));
    }
    return clauses;
  }

  private Result output(Value value) {
    if (!version.since2016() && statement.value() && value instanceof Value.Array) {
      return new Result.Failed("SQL version 2015-10-08 cannot output an array at the top level");
    }
    return new Result.Output(value);
  }
}
