// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Value;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/// The evaluated arguments of one call. Beyond the last there is `Undefined`.
public record Arguments(List<Value> values) {
  private static final BigDecimal MAX = BigDecimal.valueOf(Integer.MAX_VALUE);
  private static final BigDecimal MIN = BigDecimal.valueOf(Integer.MIN_VALUE);

  int count() {
    return values.size();
  }

  Value at(int index) {
    return index < values.size() ? values.get(index) : Value.UNDEFINED;
  }

  /// The text of an argument; `Null` and `Undefined` have none.
  Optional<String> text(int index) {
    return Conversions.text(at(index));
  }

  /// The number of an argument rounded down, within the range of a Java int.
  Optional<Integer> floor(int index) {
    return Conversions.number(at(index))
        .map(number -> number.setScale(0, RoundingMode.FLOOR))
        .map(number -> number.min(MAX).max(MIN).intValueExact());
  }

  /// The Int of an argument cut to the range of a Java int.
  Optional<Integer> index(int index) {
    return Conversions.toInt(at(index)) instanceof Value.Int(var whole)
        ? Optional.of(
            whole.bitLength() < 31
                ? whole.intValue()
                : whole.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE)
        : Optional.empty();
  }
}
