// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.value;

import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Decimal;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Null;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Raw;
import io.fieldline.iotsql.value.Value.Text;
import io.fieldline.iotsql.value.Value.Undefined;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// The implicit conversions, row by row.
///
/// Source: AWS IoT developer guide, "Data types", the four conversion tables.
public final class Conversions {
  private static final int MAX_NUMERIC_TEXT = 1100;
  private static final Pattern NUMERIC = Pattern.compile("-?\\d+(\\.\\d+)?([eE]-?\\d{1,9})?");

  private Conversions() {}

  /// To Decimal or Int: a number stays as it is, a numeric text is parsed, `Null` stays `Null`.
  public static Value toNumber(Value value) {
    return switch (value) {
      case Int _, Decimal _, Null _ -> value;
      case Text(var text) -> parse(text);
      case Bool _, Array _, Obj _, Raw _, Undefined _ -> Value.UNDEFINED;
    };
  }

  /// The number as a `BigDecimal`, where conversion gives one.
  public static Optional<BigDecimal> number(Value value) {
    return switch (toNumber(value)) {
      case Int(var whole) -> Optional.of(new BigDecimal(whole));
      case Decimal(var decimal) -> Optional.of(decimal);
      default -> Optional.empty();
    };
  }

  /// To Int by the implicit rule: a Decimal to the nearest, a text cut after parsing.
  public static Value toInt(Value value) {
    return switch (value) {
      case Int _, Null _ -> value;
      case Decimal(var decimal) -> rounded(decimal, RoundingMode.HALF_UP);
      case Text(var text) ->
          switch (parse(text)) {
            case Decimal(var decimal) -> rounded(decimal, RoundingMode.DOWN);
            case Value parsed -> parsed;
          };
      case Bool _, Array _, Obj _, Raw _, Undefined _ -> Value.UNDEFINED;
    };
  }

  /// To Int towards minus infinity, as bit functions and `cast` take their numbers.
  public static Value toIntDown(Value value) {
    return toNumber(value) instanceof Decimal(var decimal)
        ? rounded(decimal, RoundingMode.FLOOR)
        : toNumber(value);
  }

  /// To Boolean: a Boolean, or the text "true" or "false" in any case.
  public static Value toBool(Value value) {
    return switch (value) {
      case Bool bool -> bool;
      case Text(var text) when text.equalsIgnoreCase("true") -> Value.TRUE;
      case Text(var text) when text.equalsIgnoreCase("false") -> Value.FALSE;
      case Text _, Int _, Decimal _, Array _, Obj _, Null _, Raw _, Undefined _ -> Value.UNDEFINED;
    };
  }

  /// To String: `Null` and `Undefined` have none, arrays and objects become their JSON text.
  public static Value toText(Value value) {
    return switch (value) {
      case Text text -> text;
      case Int(var whole) -> new Text(whole.toString());
      case Decimal(var decimal) -> new Text(decimal.toString());
      case Bool(var bool) -> new Text(Boolean.toString(bool));
      case Array _, Obj _ -> new Text(Json.write(value));
      case Raw raw -> new Text(raw.text());
      case Null _, Undefined _ -> Value.UNDEFINED;
    };
  }

  /// The text of a value where conversion gives one.
  public static Optional<String> text(Value value) {
    return toText(value) instanceof Text(var text) ? Optional.of(text) : Optional.empty();
  }

  /// `cast(value AS type)`; an unknown type is found by the parser.
  ///
  /// Source: AWS IoT developer guide, "Functions", cast.
  public static Value cast(Value value, String type) {
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "int", "integer" ->
          value instanceof Bool bool ? number(bool) : nullGone(toIntDown(value));
      case "decimal" -> decimal(value);
      case "double" ->
          number(decimal(value))
              .map(number -> Numbers.ofDouble(number.doubleValue()))
              .orElse(Value.UNDEFINED);
      case "bool", "boolean" ->
          switch (value) {
            case Int(var whole) -> Bool.of(whole.signum() != 0);
            case Decimal(var decimal) -> Bool.of(decimal.signum() != 0);
            default -> toBool(value);
          };
      default -> toText(value);
    };
  }

  /// A Boolean is 1.0 or 0.0, which version 2016-03-23 shows as Int.
  private static Value decimal(Value value) {
    return value instanceof Bool(var bool)
        ? new Decimal(new BigDecimal(bool ? "1.0" : "0.0"))
        : nullGone(toNumber(value));
  }

  private static Value nullGone(Value value) {
    return value instanceof Null ? Value.UNDEFINED : value;
  }

  private static Value number(Bool bool) {
    return Int.of(bool.value() ? 1 : 0);
  }

  private static Value rounded(BigDecimal decimal, RoundingMode mode) {
    return Numbers.whole(decimal.setScale(0, mode).toBigInteger());
  }

  private static Value parse(String text) {
    if (text.length() > MAX_NUMERIC_TEXT || !NUMERIC.matcher(text).matches()) {
      return Value.UNDEFINED;
    }
    var number = new BigDecimal(text);
    return number.scale() == 0 ? Numbers.whole(number.toBigInteger()) : Numbers.decimal(number);
  }
}
