// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Decimal;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Null;
import io.fieldline.iotsql.value.Value.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What the conversion tables say, for values of every kind drawn at random.
class ConversionsTest {
  private static final int VALUES = 20_000;
  private static final List<String> TYPES =
      List.of("int", "integer", "double", "decimal", "bool", "boolean", "string", "text");

  private final RandomValues values = new RandomValues(new Random(11));

  @Test
  void numbersSurviveTheWayThroughText() {
    all()
        .filter(ConversionsTest::isNumber)
        .forEach(number -> {
          var text = Conversions.toText(number);

          if (text instanceof Text(var written) && !written.contains("E+")) {
            assertThat(decimal(Conversions.toNumber(text)))
                .as("%s", number)
                .isEqualByComparingTo(decimal(number));
          }
        });
  }

  @Test
  void aTextIsANumberExactlyWhereTheGuidesExpressionMatches() {
    all()
        .filter(Text.class::isInstance)
        .forEach(value -> {
          var text = ((Text) value).value();

          boolean matches = text.matches("^-?\\d+(\\.\\d+)?((?i)E-?\\d+)?$");
          boolean expected = matches && isWithinLimits(new BigDecimal(text));
          assertThat(isNumber(Conversions.toNumber(value))).as(text).isEqualTo(expected);
        });
  }

  @Test
  void arraysObjectsBooleansAndUndefinedAreNoNumbersAndNullStaysNull() {
    all()
        .filter(value -> !isNumber(value) && !(value instanceof Text))
        .forEach(value -> {
          var expected = value instanceof Null ? Value.NULL : Value.UNDEFINED;

          assertThat(Conversions.toNumber(value)).isEqualTo(expected);
          assertThat(Conversions.toInt(value)).isEqualTo(expected);
        });
  }

  @Test
  void toIntIsTheNearestOfADecimalAndCutsATextAndCastGoesDown() {
    all()
        .forEach(value -> {
          var number = Conversions.toNumber(value);
          if (!isNumber(number) || decimal(number).precision() - decimal(number).scale() > 34) {
            return;
          }
          var mode = value instanceof Text ? RoundingMode.DOWN : RoundingMode.HALF_UP;
          assertThat(decimal(Conversions.toInt(value)))
              .as("%s", value)
              .isEqualByComparingTo(decimal(number).setScale(0, mode));
          assertThat(decimal(Conversions.cast(value, "int")))
              .as("%s", value)
              .isEqualByComparingTo(decimal(number).setScale(0, RoundingMode.FLOOR));
        });
  }

  @Test
  void onlyBooleansAndTheirTextsAreBooleans() {
    all()
        .forEach(value -> {
          boolean expected =
              value instanceof Bool
                  || value instanceof Text(var text)
                      && (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));

          assertThat(Conversions.toBool(value) instanceof Bool).as("%s", value).isEqualTo(expected);
        });
  }

  @Test
  void castGivesTheTypeOrUndefinedAndACastAgainChangesNothing() {
    all()
        .forEach(value -> {
          for (String type : TYPES) {
            var once = Conversions.cast(value, type);

            assertThat(Conversions.cast(once, type)).as("%s as %s", value, type).isEqualTo(once);
            assertThat(once.isUndefined() || isOf(once, type)).as("%s as %s", value, type).isTrue();
          }
        });
  }

  @Test
  void everyValueSurvivesTheWayThroughJson() throws Exception {
    for (Value value : all().toList()) {
      if (!value.isUndefined()) {
        var text = Json.write(value);

        assertThat(Json.write(Json.read(text, SqlVersion.V2015_10_08))).isEqualTo(text);
      }
    }
  }

  @Test
  void numbersStayWithinTheirLimits() {
    all()
        .filter(ConversionsTest::isNumber)
        .forEach(value -> {
          assertThat(decimal(value).precision()).isLessThanOrEqualTo(34);
          assertThat(decimal(SqlVersion.V2016_03_23.number(value)))
              .isEqualByComparingTo(decimal(value));
        });
    var most = BigInteger.TEN.pow(34);
    assertThat(Numbers.whole(most.subtract(BigInteger.ONE))).isInstanceOf(Int.class);
    assertThat(Numbers.whole(most)).isInstanceOf(Decimal.class);
    assertThat(Numbers.decimal(new BigDecimal("1E1000"))).isEqualTo(Value.UNDEFINED);
    assertThat(Numbers.decimal(new BigDecimal("9.99E999"))).isInstanceOf(Decimal.class);
  }

  private static boolean isWithinLimits(BigDecimal number) {
    return number.signum() == 0 || number.precision() - (long) number.scale() - 1 <= 999;
  }

  private Stream<Value> all() {
    return Stream.generate(() -> values.next(3)).limit(VALUES);
  }

  private static boolean isOf(Value value, String type) {
    return switch (type) {
      case "bool", "boolean" -> value instanceof Bool;
      case "string", "text" -> value instanceof Text;
      default -> isNumber(value);
    };
  }

  private static boolean isNumber(Value value) {
    return value instanceof Int || value instanceof Decimal;
  }

  private static BigDecimal decimal(Value value) {
    return Conversions.number(value).orElseThrow();
  }
}
