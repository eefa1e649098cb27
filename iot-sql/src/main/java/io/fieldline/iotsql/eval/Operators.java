// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.eval;

import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.syntax.Expr.Operator;
import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Numbers;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Decimal;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Null;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import io.fieldline.iotsql.value.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;

/// Operators on values. Source: AWS IoT developer guide, "Operators".
final class Operators {
  private Operators() {}

  static Value negate(Value operand, SqlVersion version) {
    return switch (Conversions.toNumber(operand)) {
      case Int(var whole) -> new Int(whole.negate());
      case Decimal(var decimal) -> version.number(Numbers.decimal(decimal.negate()));
      default -> Value.UNDEFINED;
    };
  }

  static Value not(Value operand) {
    return Conversions.toBool(operand) instanceof Bool(var bool) ? Bool.of(!bool) : Value.UNDEFINED;
  }

  /// Every operator but AND and OR, whose right side may not be evaluated.
  static Value apply(Operator operator, Value left, Value right, SqlVersion version) {
    return switch (operator) {
      case EQUAL -> equal(left, right);
      case NOT_EQUAL -> notEqual(left, right);
      case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> compare(operator, left, right);
      case IN -> in(left, right);
      case PLUS ->
          left instanceof Text || right instanceof Text
              ? join(left, right)
              : isNumber(left) && isNumber(right)
                  ? version.number(arithmetic(operator, left, right))
                  : Value.UNDEFINED;
      case MINUS, TIMES, DIVIDE, REMAINDER -> version.number(arithmetic(operator, left, right));
      case AND, OR -> throw new IllegalArgumentException("compiled with its own closure");
    };
  }

  /// Equality within one type; of different types false; with `Undefined` `Undefined`.
  static Value equal(Value left, Value right) {
    if (left.isUndefined() || right.isUndefined()) {
      return Value.UNDEFINED;
    }
    return Bool.of(same(left, right));
  }

  private static Value notEqual(Value left, Value right) {
    if (left.isUndefined() || right.isUndefined()) {
      return Value.UNDEFINED;
    }
    return Bool.of(!same(left, right));
  }

  private static boolean same(Value left, Value right) {
    return switch (left) {
      case Int(var a) when right instanceof Int(var b) -> a.equals(b);
      case Int _, Decimal _ -> isNumber(right) && number(left).compareTo(number(right)) == 0;
      case Array(var a) -> right instanceof Array(var b) && sameElements(a, b);
      case Obj(var a) -> right instanceof Obj(var b) && sameMembers(a, b);
      case Null _ -> right instanceof Null;
      case Undefined _ -> right instanceof Undefined;
      case Text _, Bool _, Value.Raw _ -> left.equals(right);
    };
  }

  private static boolean sameElements(List<Value> a, List<Value> b) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!same(a.get(i), b.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameMembers(Map<String, Value> a, Map<String, Value> b) {
    return a.size() == b.size()
        && a.entrySet().stream()
            .allMatch(member -> {
              var other = b.get(member.getKey());
              return other != null && same(member.getValue(), other);
            });
  }

  private static Value compare(Operator operator, Value left, Value right) {
    var a = Conversions.number(left);
    var b = Conversions.number(right);
    if (a.isEmpty() || b.isEmpty()) {
      return Value.UNDEFINED;
    }
    int order = a.get().compareTo(b.get());
    return Bool.of(
        switch (operator) {
          case LESS -> order < 0;
          case LESS_OR_EQUAL -> order <= 0;
          case GREATER -> order > 0;
          default -> order >= 0;
        });
  }

  private static Value in(Value value, Value array) {
    if (value.isUndefined() || !(array instanceof Array(var elements))) {
      return Value.UNDEFINED;
    }
    return Bool.of(elements.stream().anyMatch(element -> same(value, element)));
  }

  private static Value join(Value left, Value right) {
    var a = Conversions.text(left);
    var b = Conversions.text(right);
    return a.isPresent() && b.isPresent() ? new Text(a.get() + b.get()) : Value.UNDEFINED;
  }

  private static Value arithmetic(Operator operator, Value left, Value right) {
    var l = Conversions.toNumber(left);
    var r = Conversions.toNumber(right);
    if (!isNumber(l) || !isNumber(r)) {
      return Value.UNDEFINED;
    }
    if (l instanceof Int(var a) && r instanceof Int(var b)) {
      return wholes(operator, a, b);
    }
    var a = number(l);
    var b = number(r);
    return switch (operator) {
      case PLUS -> Numbers.decimal(a.add(b, Numbers.PRECISION));
      case MINUS -> Numbers.decimal(a.subtract(b, Numbers.PRECISION));
      case TIMES -> Numbers.decimal(a.multiply(b, Numbers.PRECISION));
      case DIVIDE -> quotient(a, b);
      default -> b.signum() == 0 ? Value.UNDEFINED : Numbers.decimal(a.remainder(b));
    };
  }

  private static Value wholes(Operator operator, BigInteger a, BigInteger b) {
    return switch (operator) {
      case PLUS -> Numbers.whole(a.add(b));
      case MINUS -> Numbers.whole(a.subtract(b));
      case TIMES -> Numbers.whole(a.multiply(b));
      case DIVIDE -> Numbers.narrowed(quotient(new BigDecimal(a), new BigDecimal(b)));
      default -> b.signum() == 0 ? Value.UNDEFINED : new Int(a.remainder(b));
    };
  }

  /// Division keeps the fraction, of two Ints as well: AWS's example for SET gives 23.89 for `(75 -
  /// 32) * 5 / 9`. Assumed: by zero it is `Undefined`.
  private static Value quotient(BigDecimal a, BigDecimal b) {
    return b.signum() == 0
        ? Value.UNDEFINED
        : Numbers.decimal(a.divide(b, Numbers.PRECISION).stripTrailingZeros());
  }

  private static boolean isNumber(Value value) {
    return value instanceof Int || value instanceof Decimal;
  }

  private static BigDecimal number(Value value) {
    return value instanceof Int(var whole) ? new BigDecimal(whole) : ((Decimal) value).value();
  }
}
