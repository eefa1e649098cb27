// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.eval;

import io.fieldline.iotsql.syntax.Expr;
import io.fieldline.iotsql.syntax.Expr.Item;
import io.fieldline.iotsql.syntax.Printer;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Raw;
import io.fieldline.iotsql.value.Value.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a SELECT list makes of the message or element.
///
/// Source: AWS IoT developer guide, "SELECT clause": `*` and an object literal without alias give
/// their members. Assumed: a path without alias keeps its nesting (`a.b` gives `{"a":{"b":…}}`),
/// any other expression without alias has its own text as key.
final class Projection {
  private record Column(Code code, List<String> key, boolean merged) {}

  private final boolean bare;
  private final List<Column> columns;

  Projection(boolean value, List<Item> items, Compiler compiler) {
    this.columns = items.stream().map(item -> column(item, compiler)).toList();
    this.bare = value || (columns.size() == 1 && columns.getFirst().merged());
  }

  Value apply(MessageScope scope, Value element) {
    if (bare) {
      return columns.getFirst().code().eval(scope, element);
    }
    Map<String, Value> row = new LinkedHashMap<>();
    for (Column column : columns) {
      var value = column.code().eval(scope, element);
      if (column.merged()) {
        addAll(row, value);
      } else if (value instanceof Raw raw) {
        put(row, column.key(), new Text(raw.text()));
      } else if (!value.isUndefined()) {
        put(row, column.key(), value);
      }
    }
    return new Obj(row);
  }

  private static void addAll(Map<String, Value> row, Value value) {
    if (value instanceof Obj(var members)) {
      row.putAll(members);
    }
  }

  private static Column column(Item item, Compiler compiler) {
    boolean merged =
        item.alias().isEmpty()
            && (item.expr() instanceof Expr.Star || item.expr() instanceof Expr.ObjectLiteral);
    return new Column(compiler.compile(item.expr()), key(item), merged);
  }

  private static List<String> key(Item item) {
    if (!item.alias().isEmpty()) {
      return item.alias();
    }
    List<String> path = new ArrayList<>();
    for (Expr expr = item.expr(); ; ) {
      switch (expr) {
        case Expr.Member(var target, var name) -> {
          path.addFirst(name);
          expr = target;
        }
        case Expr.Name(var name) -> {
          path.addFirst(name);
          return path;
        }
        case Expr.Variable(var name) -> {
          return path.isEmpty() ? List.of(name) : path;
        }
        default -> {
          return List.of(Printer.print(item.expr()));
        }
      }
    }
  }

  /// Puts a value at a path, keeping what stands beside it.
  private static void put(Map<String, Value> row, List<String> path, Value value) {
    var first = path.getFirst();
    if (path.size() == 1) {
      row.put(first, value);
      return;
    }
    Map<String, Value> inner =
        row.get(first) instanceof Obj(var members)
            ? new LinkedHashMap<>(members)
            : new LinkedHashMap<>();
    put(inner, path.subList(1, path.size()), value);
    row.put(first, new Obj(inner));
  }
}
