// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class TakesTest {
  private static final Takes PERCENT =
      new Takes.Amount(OptionalDouble.of(0), OptionalDouble.of(100), OptionalDouble.of(2.5), "%");

  static List<Takes> each() {
    var none = OptionalDouble.empty();
    return List.of(
        new Takes.Flag(),
        PERCENT,
        new Takes.Amount(none, none, none, ""),
        new Takes.Text(List.of()),
        new Takes.Text(List.of("off", "eco")));
  }

  @ParameterizedTest
  @MethodSource("each")
  void whatItSaysIsUnderstood(Takes takes) {
    assertThat(Takes.of(takes.members())).contains(takes);
  }

  @Test
  void numbersAreWrittenAsPeopleDo() {
    assertThat(PERCENT.members())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "kind",
                "NUMBER",
                "minimum",
                0L,
                "maximum",
                100L,
                "step",
                new BigDecimal("2.5"),
                "unit",
                "%"));
  }

  @Test
  void whatADeviceSaysWronglyIsAsIfItHadSaidNothing() {
    for (Map<String, Object> wrong :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("kind", 1L),
            Map.of("kind", "COLOUR"),
            Map.of("kind", "NUMBER", "minimum", "0"),
            Map.of("kind", "NUMBER", "minimum", 2L, "maximum", 1L),
            Map.of("kind", "NUMBER", "maximum", new BigDecimal("1e999")),
            Map.of("kind", "NUMBER", "step", 0L),
            Map.of("kind", "NUMBER", "unit", 3L),
            Map.of("kind", "NUMBER", "unit", "x".repeat(17)),
            Map.of("kind", "TEXT", "options", "off"),
            Map.of("kind", "TEXT", "options", List.of("off", 1L)),
            Map.of("kind", "TEXT", "options", List.of("off", "off")),
            Map.of("kind", "TEXT", "options", List.of("")),
            Map.of(
                "kind",
                "TEXT",
                "options",
                IntStream.range(0, 51).mapToObj(Integer::toString).toList()))) {
      assertThat(Takes.of(wrong)).as("%s", wrong).isEmpty();
    }
  }

  @Test
  void aValueFitsOrIsRefusedWithWhatWasExpected() {
    assertThat(new Takes.Flag().refusal(true)).isEmpty();
    assertThat(new Takes.Flag().refusal(1L)).contains("true or false expected, got 1");
    assertThat(PERCENT.refusal(0L)).isEmpty();
    assertThat(PERCENT.refusal(new BigDecimal("97.5"))).isEmpty();
    String percent = "a number from 0 to 100 (%) in steps of 2.5 expected, got ";
    assertThat(PERCENT.refusal(102.5)).contains(percent + "102.5");
    assertThat(PERCENT.refusal(-1L)).contains(percent + "-1");
    assertThat(PERCENT.refusal(3L)).contains(percent + "3");
    assertThat(PERCENT.refusal("50")).contains(percent + "'50'");
    assertThat(PERCENT.refusal(new BigDecimal("1e999999999"))).isPresent();
    var mode = new Takes.Text(List.of("off", "eco"));
    assertThat(mode.refusal("eco")).isEmpty();
    assertThat(mode.refusal("turbo")).contains("one of off, eco expected, got 'turbo'");
    assertThat(new Takes.Text(List.of()).refusal("anything")).isEmpty();
    assertThat(new Takes.Text(List.of()).refusal(true)).contains("a text expected, got true");
  }

  @Test
  void oneBoundIsNamedAlone() {
    var none = OptionalDouble.empty();
    var one = OptionalDouble.of(1);
    assertThat(new Takes.Amount(one, none, none, "").expected())
        .isEqualTo("a number of at least 1");
    assertThat(new Takes.Amount(none, one, none, "").expected()).isEqualTo("a number of at most 1");
  }

  /// Steps count from the minimum, and a sum of them misses its value by the last digits.
  @Test
  void stepsAreCountedFromTheMinimum() {
    var takes =
        new Takes.Amount(
            OptionalDouble.of(0.05), OptionalDouble.empty(), OptionalDouble.of(0.1), "");

    assertThat(takes.fits(0.05 + 0.1 + 0.1 + 0.1)).isTrue();
    assertThat(takes.fits((double) 0.35f)).as("of who counts in 32 bits").isTrue();
    assertThat(takes.fits(1e12 + 0.25)).isTrue();
    assertThat(takes.fits(0.1)).isFalse();
  }

  @Test
  void aRefusalHasRoomInAnOutcome() {
    var options = IntStream.range(0, 50).mapToObj(i -> i + "x".repeat(60)).toList();

    assertThat(new Takes.Text(options).refusal("y".repeat(256)))
        .hasValueSatisfying(refusal ->
            assertThat(refusal)
                .hasSizeLessThanOrEqualTo(CommandOutcome.MAX_DETAIL)
                .contains("0xxx", "expected, got 'yyy"));
  }

  @Test
  void aRangeWithoutValuesIsRefusedByName() {
    var none = OptionalDouble.empty();
    assertThatThrownBy(() -> new Takes.Amount(OptionalDouble.of(2), OptionalDouble.of(1), none, ""))
        .hasMessage("maximum: expected at least the minimum, got '1.0'");
    assertThatThrownBy(() -> new Takes.Amount(none, none, OptionalDouble.of(-1), ""))
        .hasMessage("step: expected more than 0, got '-1.0'");
  }
}
