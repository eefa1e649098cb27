// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.eval;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.function.Arguments;
import io.fieldline.iotsql.function.FunctionCatalogue;
import io.fieldline.iotsql.function.JsonFunctions;
import io.fieldline.iotsql.syntax.Expr;
import io.fieldline.iotsql.syntax.Expr.Operator;
import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Null;
import io.fieldline.iotsql.value.Value.Obj;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Expressions to closures; names, variables and functions are resolved here, once.
public final class Compiler {
  private static final Set<String> ON_BYTES = Set.of("encode", "decode");

  private final SqlVersion version;
  private final List<String> variables;
  private final boolean nested;
  private final Optional<String> alias;

  /// @param variables the variables of SET in their order; the place is the slot
  public Compiler(SqlVersion version, List<String> variables) {
    this(version, variables, false, Optional.empty());
  }

  private Compiler(
      SqlVersion version, List<String> variables, boolean nested, Optional<String> alias) {
    this.version = version;
    this.variables = variables;
    this.nested = nested;
    this.alias = alias;
  }

  /// The compiler of the inside of a nested SELECT.
  Compiler inside(Optional<String> elementAlias) {
    return new Compiler(version, variables, true, elementAlias);
  }

  /// Compiles one expression.
  public Code compile(Expr expr) {
    return switch (expr) {
      case Expr.Literal(var value) -> constant(version.number(value));
      case Expr.Name(var name) -> name(name);
      case Expr.Variable(var name) -> variable(variables.indexOf(name));
      case Expr.Star() -> whole();
      case Expr.Member(var target, var name) -> member(compile(target), name);
      case Expr.Index(var target, var index) -> index(compile(target), compile(index));
      case Expr.Negate(var operand) -> negate(compile(operand));
      case Expr.Not(var operand) -> not(compile(operand));
      case Expr.Binary(var operator, var left, var right) ->
          binary(operator, compile(left), compile(right));
      case Expr.Call call -> call(call);
      case Expr.Cast(var operand, var type) -> cast(compile(operand), type);
      case Expr.Case choice -> choice(choice);
      case Expr.SubQuery(var select) -> new NestedSelect(select, this).rows();
      case Expr.Exists(var select) -> new NestedSelect(select, this).exists();
      case Expr.ArrayLiteral(var elements) -> array(compileAll(elements));
      case Expr.ObjectLiteral(var entries) -> object(entries);
    };
  }

  private List<Code> compileAll(List<Expr> exprs) {
    return exprs.stream().map(this::compile).toList();
  }

  private static Code constant(Value value) {
    return (scope, element) -> value;
  }

  private Code name(String name) {
    if (!nested) {
      return (scope, element) -> scope.document().member(name);
    }
    return alias.filter(name::equals).isPresent()
        ? (scope, element) -> element
        : (scope, element) -> element.member(name);
  }

  private Code whole() {
    return nested ? (scope, element) -> element : (scope, element) -> scope.document();
  }

  private static Code variable(int slot) {
    return (scope, element) -> scope.variable(slot);
  }

  private static Code member(Code target, String name) {
    return (scope, element) -> target.eval(scope, element).member(name);
  }

  private static Code index(Code target, Code index) {
    return (scope, element) ->
        JsonFunctions.element(target.eval(scope, element), index.eval(scope, element));
  }

  private Code negate(Code operand) {
    return (scope, element) -> Operators.negate(operand.eval(scope, element), version);
  }

  private static Code not(Code operand) {
    return (scope, element) -> Operators.not(operand.eval(scope, element));
  }

  private Code binary(Operator operator, Code left, Code right) {
    return switch (operator) {
      case AND -> logical(left, right, false);
      case OR -> logical(left, right, true);
      default ->
          (scope, element) ->
              Operators.apply(
                  operator, left.eval(scope, element), right.eval(scope, element), version);
    };
  }

  /// AND is decided by false, OR by true, before the right side is looked at (Assumed); an operand
  /// that is no Boolean makes the whole `Undefined`.
  private static Code logical(Code left, Code right, boolean deciding) {
    return (scope, element) -> {
      var first = Conversions.toBool(left.eval(scope, element));
      if (first instanceof Bool(var decided) && decided != deciding) {
        return Conversions.toBool(right.eval(scope, element));
      }
      return first;
    };
  }

  private Code call(Expr.Call call) {
    if (call.function().equals("get_or_default")) {
      return orDefault(compileAll(call.arguments()));
    }
    if (!nested && ON_BYTES.contains(call.function()) && onStar(call)) {
      return onPayload(call);
    }
    var function = FunctionCatalogue.named(call.function());
    var arguments = compileAll(call.arguments());
    return (scope, element) -> {
      List<Value> values = new ArrayList<>(arguments.size());
      for (Code argument : arguments) {
        values.add(argument.eval(scope, element));
      }
      return function.call(new Arguments(values), scope);
    };
  }

  private static boolean onStar(Expr.Call call) {
    return call.arguments().size() > 1 && call.arguments().getFirst() instanceof Expr.Star;
  }

  /// `encode(*, …)` and `decode(*, …)` take the payload's bytes as they came.
  private Code onPayload(Expr.Call call) {
    var function = FunctionCatalogue.named(call.function());
    var others = compileAll(call.arguments().subList(1, call.arguments().size()));
    return (scope, element) -> {
      List<Value> values = new ArrayList<>();
      values.add(new Value.Raw(scope.message().payload()));
      others.forEach(code -> values.add(code.eval(scope, element)));
      return function.call(new Arguments(values), scope);
    };
  }

  /// `get_or_default(expr[, default])`: the default also where the expression fails.
  private static Code orDefault(List<Code> arguments) {
    if (arguments.isEmpty() || arguments.size() > 2) {
      return constant(Value.UNDEFINED);
    }
    var wanted = arguments.getFirst();
    Code otherwise = arguments.size() == 2 ? arguments.get(1) : constant(Value.UNDEFINED);
    return (scope, element) -> {
      try {
        var value = wanted.eval(scope, element);
        return value instanceof Null || value.isUndefined()
            ? otherwise.eval(scope, element)
            : value;
      } catch (LookupFailure e) {
        return otherwise.eval(scope, element);
      }
    };
  }

  private Code cast(Code operand, String type) {
    return (scope, element) -> version.number(Conversions.cast(operand.eval(scope, element), type));
  }

  private Code choice(Expr.Case choice) {
    record Branch(Code test, Code result) {}
    var subject = compile(choice.subject());
    var branches =
        choice.branches().stream()
            .map(when -> new Branch(compile(when.test()), compile(when.result())))
            .toList();
    var otherwise = choice.otherwise().map(this::compile).orElse(constant(Value.UNDEFINED));
    return (scope, element) -> {
      var value = subject.eval(scope, element);
      if (value.isUndefined()) {
        return Value.UNDEFINED;
      }
      for (Branch branch : branches) {
        if (Operators.equal(value, branch.test().eval(scope, element)).equals(Value.TRUE)) {
          return branch.result().eval(scope, element);
        }
      }
      return otherwise.eval(scope, element);
    };
  }

  private static Code array(List<Code> elements) {
    return (scope, element) -> {
      List<Value> values = new ArrayList<>(elements.size());
      for (Code code : elements) {
        values.add(code.eval(scope, element));
      }
      return new Array(values);
    };
  }

  private Code object(List<Expr.Entry> entries) {
    Map<String, Code> codes = new LinkedHashMap<>();
    entries.forEach(entry -> codes.put(entry.key(), compile(entry.value())));
    return (scope, element) -> {
      Map<String, Value> members = new LinkedHashMap<>();
      codes.forEach((key, code) -> {
        var value = code.eval(scope, element);
        if (!value.isUndefined()) {
          members.put(key, value);
        }
      });
      return new Obj(members);
    };
  }
}
