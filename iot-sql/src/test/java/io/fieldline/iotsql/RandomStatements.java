// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import io.fieldline.iotsql.function.FunctionCatalogue;
import io.fieldline.iotsql.syntax.Expr;
import io.fieldline.iotsql.syntax.Expr.Operator;
import io.fieldline.iotsql.syntax.Statement;
import io.fieldline.iotsql.value.Numbers;
import io.fieldline.iotsql.value.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Statements grown from the grammar.
final class RandomStatements {
  private static final Set<String> LITERAL_ARGUMENTS =
      Set.of(
          "transform",
          "get_registry_data",
          "get_secret",
          "encode",
          "decode",
          "get_thing_shadow",
          "get_dynamodb");
  private static final List<String> NAMES = List.of("a", "b", "value", "temp_1", "set", "null_");
  private static final List<String> TYPES = List.of("int", "string", "decimal", "boolean");

  private final RandomGenerator random;
  private boolean hasVariable;

  RandomStatements(RandomGenerator random) {
    this.random = random;
  }

  Statement next() {
    List<Statement.Assignment> set = new ArrayList<>();
    hasVariable = false;
    if (random.nextInt(4) == 0) {
      set.add(new Statement.Assignment("v", expr(2)));
      hasVariable = true;
    }
    boolean value = random.nextInt(4) == 0;
    return new Statement(
        set,
        value,
        value ? List.of(new Expr.Item(expr(3), List.of())) : list(3, this::item),
        Optional.of("a/+"),
        random.nextBoolean() ? Optional.of(expr(3)) : Optional.empty());
  }

  private Expr.Item item() {
    return new Expr.Item(
        random.nextInt(5) == 0 ? new Expr.Star() : expr(3),
        switch (random.nextInt(4)) {
          case 0 -> List.of(name());
          case 1 -> List.of(name(), name());
          default -> List.of();
        });
  }

  private Expr expr(int depth) {
    if (depth == 0) {
      return random.nextBoolean() ? literal() : reference();
    }
    return switch (random.nextInt(12)) {
      case 0 -> new Expr.Member(expr(depth - 1), name());
      case 1 -> new Expr.Index(expr(depth - 1), expr(depth - 1));
      case 2 -> new Expr.Negate(expr(depth - 1));
      case 3 -> new Expr.Not(expr(depth - 1));
      case 4, 5 ->
          new Expr.Binary(
              Operator.values()[random.nextInt(Operator.values().length)],
              expr(depth - 1),
              expr(depth - 1));
      case 6 -> call(depth - 1);
      case 7 -> new Expr.Cast(expr(depth - 1), TYPES.get(random.nextInt(TYPES.size())));
      case 8 ->
          new Expr.Case(
              expr(depth - 1),
              List.of(new Expr.When(expr(depth - 1), expr(depth - 1))),
              random.nextBoolean() ? Optional.of(expr(depth - 1)) : Optional.empty());
      case 9 ->
          random.nextBoolean()
              ? new Expr.SubQuery(select(depth - 1))
              : new Expr.Exists(select(depth - 1));
      case 10 -> new Expr.ArrayLiteral(list(3, () -> expr(depth - 1)));
      default ->
          new Expr.ObjectLiteral(
              list(2, () -> new Expr.Entry("k'" + random.nextInt(3), expr(depth - 1))));
    };
  }

  private Expr reference() {
    return hasVariable && random.nextInt(3) == 0 ? new Expr.Variable("v") : new Expr.Name(name());
  }

  /// A call, with literals where a variable is not allowed.
  private Expr call(int depth) {
    var functions = FunctionCatalogue.functions();
    var function = functions.get(random.nextInt(functions.size())).name();
    int most = function.equals("decode") ? 2 : 3;
    return new Expr.Call(
        function,
        list(
            most,
            () -> LITERAL_ARGUMENTS.contains(function) ? literal() : argument(function, depth)));
  }

  /// The default of get_or_default may not ask another service.
  private Expr argument(String function, int depth) {
    return expr(function.equals("get_or_default") ? 0 : depth);
  }

  private Expr.Select select(int depth) {
    return new Expr.Select(
        false,
        List.of(new Expr.Item(expr(depth), List.of())),
        expr(depth),
        random.nextBoolean() ? Optional.of("e") : Optional.empty(),
        random.nextBoolean() ? Optional.of(expr(depth)) : Optional.empty());
  }

  private Expr literal() {
    return new Expr.Literal(
        switch (random.nextInt(6)) {
          case 0 -> Value.NULL;
          case 1 -> Value.TRUE;
          case 2 -> Value.Int.of(random.nextLong(1000));
          case 3 -> Numbers.decimal(BigDecimal.valueOf(random.nextLong(100_000), 3));
          case 4 ->
              Numbers.decimal(new BigDecimal(random.nextInt(1, 10) + "E" + random.nextInt(90)));
          default -> new Value.Text("it's \"" + random.nextInt(9));
        });
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }

  private <T> List<T> list(int most, Supplier<T> element) {
    List<T> list = new ArrayList<>();
    int size = random.nextInt(1, most + 1);
    for (int i = 0; i < size; i++) {
      list.add(element.get());
    }
    return list;
  }
}
