// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.eval;

import io.fieldline.iotsql.syntax.Expr.Select;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Obj;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A SELECT inside an expression: over an array it gives an array, over an object one result.
/// Source: AWS IoT developer guide, "Nested object queries". Assumed: over anything else it is
/// `Undefined`.
final class NestedSelect {
  private final Code from;
  private final Projection projection;
  private final Optional<Code> where;

  NestedSelect(Select select, Compiler outer) {
    var inner = outer.inside(select.alias());
    this.from = outer.compile(select.from());
    this.projection = new Projection(select.value(), select.items(), inner);
    this.where = select.where().map(inner::compile);
  }

  Code rows() {
    return (scope, element) ->
        switch (from.eval(scope, element)) {
          case Array(var elements) -> array(scope, elements);
          case Obj object ->
              chosen(scope, object) ? projection.apply(scope, object) : Value.UNDEFINED;
          default -> Value.UNDEFINED;
        };
  }

  Code exists() {
    return (scope, element) ->
        Value.Bool.of(
            switch (from.eval(scope, element)) {
              case Array(var elements) -> elements.stream().anyMatch(e -> chosen(scope, e));
              case Obj object -> chosen(scope, object);
              default -> false;
            });
  }

  private Value array(MessageScope scope, List<Value> elements) {
    List<Value> rows = new ArrayList<>();
    for (Value element : elements) {
      if (chosen(scope, element)) {
        var row = projection.apply(scope, element);
        if (!row.isUndefined()) {
          rows.add(row);
        }
      }
    }
    return new Array(rows);
  }

  private boolean chosen(MessageScope scope, Value element) {
    return where.isEmpty() || where.get().eval(scope, element).equals(Value.TRUE);
  }
}
