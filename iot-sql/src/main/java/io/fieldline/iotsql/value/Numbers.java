// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.value;

import io.fieldline.iotsql.value.Value.Decimal;
import io.fieldline.iotsql.value.Value.Int;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;

/// The two number types and their limits.
///
/// Source: AWS IoT developer guide, "Data types": 34 digits, 1E-999 to 9.99E999.
public final class Numbers {
  /// 34 digits, rounded half even.
  public static final MathContext PRECISION = MathContext.DECIMAL128;

  private static final int MAX_EXPONENT = 999;
  private static final BigInteger INT_LIMIT = BigInteger.TEN.pow(34);

  private Numbers() {}

  /// A decimal within the limits; beyond the largest `Undefined`, below the smallest zero. Assumed:
  /// what AWS gives outside the limits is not stated.
  public static Value decimal(BigDecimal value) {
    var rounded = value.precision() > PRECISION.getPrecision() ? value.round(PRECISION) : value;
    if (rounded.signum() == 0) {
      return new Decimal(Math.abs((long) rounded.scale()) > 34 ? BigDecimal.ZERO : rounded);
    }
    long exponent = (long) rounded.precision() - rounded.scale() - 1;
    if (exponent > MAX_EXPONENT) {
      return Value.UNDEFINED;
    }
    return new Decimal(exponent < -MAX_EXPONENT ? BigDecimal.ZERO : rounded);
  }

  /// A whole number, as Decimal where it has more than 34 digits.
  public static Value whole(BigInteger value) {
    return value.abs().compareTo(INT_LIMIT) < 0
        ? new Int(value)
        : decimal(new BigDecimal(value, PRECISION));
  }

  /// `Int` where a decimal is whole and has at most 34 digits, else the value itself.
  public static Value narrowed(Value value) {
    if (!(value instanceof Decimal(var number))) {
      return value;
    }
    if (number.signum() == 0) {
      return new Int(BigInteger.ZERO);
    }
    long digits = (long) number.precision() - number.scale();
    if (digits < 1 || digits > 34) {
      return value;
    }
    if (number.scale() <= 0) {
      return new Int(number.toBigInteger());
    }
    var stripped = number.stripTrailingZeros();
    return stripped.scale() <= 0 ? new Int(stripped.toBigInteger()) : value;
  }

  /// The number of a `double`; NaN and infinities are `Undefined`.
  public static Value ofDouble(double value) {
    return Double.isFinite(value) ? decimal(BigDecimal.valueOf(value)) : Value.UNDEFINED;
  }
}
