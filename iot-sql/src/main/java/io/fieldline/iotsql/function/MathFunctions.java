// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Numbers;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Decimal;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Null;
import io.fieldline.iotsql.value.Value.Undefined;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.function.BinaryOperator;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;

/// Mathematics. A number or numeric text is taken; Boolean, Array, Object, Null and `Undefined`
/// give `Undefined`. Source: AWS IoT developer guide, "Functions", the argument tables.
final class MathFunctions {
  private static final int MAX_FRACTION = 34;

  private MathFunctions() {}

  static Value abs(Arguments in, CallScope scope) {
    return switch (Conversions.toNumber(in.at(0))) {
      case Int(var whole) -> new Int(whole.abs());
      case Decimal(var decimal) -> new Decimal(decimal.abs());
      default -> Value.UNDEFINED;
    };
  }

  static Value ceil(Arguments in, CallScope scope) {
    return whole(in, RoundingMode.CEILING);
  }

  static Value floor(Arguments in, CallScope scope) {
    return whole(in, RoundingMode.FLOOR);
  }

  /// Ties go away from zero, as in AWS's example `round(-1.5)` = -2.
  static Value round(Arguments in, CallScope scope) {
    return whole(in, RoundingMode.HALF_UP);
  }

  static Value sign(Arguments in, CallScope scope) {
    return Conversions.number(in.at(0))
        .<Value>map(number -> Int.of(number.signum()))
        .orElse(Value.UNDEFINED);
  }

  /// The remainder has the sign of the dividend; by zero it is `Undefined`.
  static Value mod(Arguments in, CallScope scope) {
    return Conversions.number(in.at(0))
        .flatMap(a -> Conversions.number(in.at(1)).map(b -> remainder(a, b)))
        .map(v -> bothInt(in) ? Numbers.narrowed(v) : v)
        .orElse(Value.UNDEFINED);
  }

  /// The exact remainder, as long as the quotient has a sensible number of digits.
  public static Value remainder(BigDecimal a, BigDecimal b) {
    if (b.signum() == 0) {
      return Value.UNDEFINED;
    }
    return Numbers.decimal(a.remainder(b));
  }

  /// `trunc(x, n)`: n fraction digits (0 to 34) are kept, trailing zeros go.
  static Value trunc(Arguments in, CallScope scope) {
    var number = Conversions.number(in.at(0));
    var digits = in.floor(1);
    if (number.isEmpty() || digits.isEmpty()) {
      return Value.UNDEFINED;
    }
    int kept = Math.clamp(digits.get(), 0, MAX_FRACTION);
    var value = number.get();
    var cut = value.scale() > kept ? value.setScale(kept, RoundingMode.DOWN) : value;
    if (in.at(0) instanceof Int) {
      return in.at(0);
    }
    var stripped = cut.stripTrailingZeros();
    return stripped.scale() <= 0
        ? Numbers.whole(stripped.toBigInteger())
        : Numbers.decimal(stripped);
  }

  static Value bitand(Arguments in, CallScope scope) {
    return bits(in, BigInteger::and);
  }

  static Value bitor(Arguments in, CallScope scope) {
    return bits(in, BigInteger::or);
  }

  static Value bitxor(Arguments in, CallScope scope) {
    return bits(in, BigInteger::xor);
  }

  /// Two's complement: `bitnot(13)` is -14 (the guide's own example is wrong).
  static Value bitnot(Arguments in, CallScope scope) {
    return Conversions.toIntDown(in.at(0)) instanceof Int(var whole)
        ? new Int(whole.not())
        : Value.UNDEFINED;
  }

  static Value rand(Arguments in, CallScope scope) {
    return Numbers.ofDouble(scope.message().context().random().nextDouble());
  }

  /// `nanvl(a, b)`: b where a is `Undefined` or Null (no value here is NaN), else a.
  static Value nanvl(Arguments in, CallScope scope) {
    return switch (in.at(0)) {
      case Null _, Undefined _ -> in.at(1);
      default -> in.at(0);
    };
  }

  static Function.Body inDouble(DoubleUnaryOperator operator) {
    return (in, scope) ->
        Conversions.number(in.at(0))
            .map(number -> Numbers.ofDouble(operator.applyAsDouble(number.doubleValue())))
            .orElse(Value.UNDEFINED);
  }

  static Function.Body inDoubles(DoubleBinaryOperator operator) {
    return (in, scope) ->
        Conversions.number(in.at(0))
            .flatMap(x ->
                Conversions.number(in.at(1))
                    .map(y -> operator.applyAsDouble(x.doubleValue(), y.doubleValue())))
            .map(Numbers::ofDouble)
            .orElse(Value.UNDEFINED);
  }

  private static boolean bothInt(Arguments in) {
    UnaryOperator<Value> number = Conversions::toNumber;
    return number.apply(in.at(0)) instanceof Int && number.apply(in.at(1)) instanceof Int;
  }

  private static Value whole(Arguments in, RoundingMode mode) {
    return switch (Conversions.toNumber(in.at(0))) {
      case Int whole -> whole;
      case Decimal(var decimal) -> Numbers.whole(decimal.setScale(0, mode).toBigInteger());
      default -> Value.UNDEFINED;
    };
  }

  private static Value bits(Arguments in, BinaryOperator<BigInteger> operator) {
    return Conversions.toIntDown(in.at(0)) instanceof Int(var a)
            && Conversions.toIntDown(in.at(1)) instanceof Int(var b)
        ? new Int(operator.apply(a, b))
        : Value.UNDEFINED;
  }
}
