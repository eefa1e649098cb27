// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.iotsql.value.Value;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// What a message may hold and a statement keep.
class LimitsTest {
  private static final int KIB_128 = 128 * 1024;

  @Test
  void variablesKeep128KibInAll() {
    var rule = IotSql.parse("SET @a = a, @b = b SELECT length(@a) AS n", SqlVersion.V2016_03_23);

    assertThat(apply(rule, text(65_000), text(65_000)))
        .isInstanceOfSatisfying(
            Result.Output.class,
            out -> assertThat(new String(out.bytes(), UTF_8)).isEqualTo("{\"n\":65000}"));
    assertThat(apply(rule, text(65_000), text(67_000)))
        .isEqualTo(
            new Result.Failed(
                "the variables of SET have 132004 bytes as JSON, at most 131072 are kept"));
  }

  @Test
  void aPayloadOf128KibIsTaken() {
    var rule = IotSql.parse("SELECT * WHERE length(a) > 0", SqlVersion.V2016_03_23);
    var payload = "{\"a\":" + text(KIB_128 - 8) + "}";

    assertThat(payload).hasSize(KIB_128);
    assertThat(rule.apply(message(payload), LookupFunctions.NONE))
        .isInstanceOfSatisfying(
            Result.Output.class, out -> assertThat(out.bytes()).hasSize(KIB_128));
  }

  @Test
  void aPayloadNestedWithoutEndIsNoDocument() {
    var rule = IotSql.parse("SELECT a, topic() AS t", SqlVersion.V2016_03_23);
    var deep = "{\"a\":".repeat(20_000) + "1" + "}".repeat(20_000);

    assertThat(rule.apply(message(deep), LookupFunctions.NONE))
        .isInstanceOfSatisfying(
            Result.Output.class,
            out -> assertThat(new String(out.bytes(), UTF_8)).isEqualTo("{\"t\":\"t\"}"));
  }

  /// Sixteen gigabytes, were they made.
  @Test
  void aShortStatementDoesNotMakeGigabytesOfAMessage() {
    for (String grown :
        new String[] {
          "replace(a, 'x', a)", "regexp_replace(a, 'x', '$0$0$0$0$0$0$0$0$0$0')",
          "concat(a, a, a, a, a, a, a, a, a)", "replace(a, '', a)",
        }) {
      var rule = IotSql.parse("SELECT VALUE isUndefined(" + grown + ")", SqlVersion.V2016_03_23);

      assertThat(rule.apply(message("{\"a\":" + text(130_000) + "}"), LookupFunctions.NONE))
          .as(grown)
          .isEqualTo(new Result.Output(Value.TRUE));
    }
  }

  @Test
  void whatTransformMakesHasAtMost128Kib() {
    var rule = IotSql.parse("SELECT VALUE transform('enrichArray', o, l)", SqlVersion.V2016_03_23);
    var small = "{\"o\":{\"k\":" + text(1000) + "},\"l\":[{},{},{}]}";
    var large = "{\"o\":{\"k\":" + text(60_000) + "},\"l\":[{},{},{}]}";

    assertThat(rule.apply(message(small), LookupFunctions.NONE))
        .isInstanceOfSatisfying(
            Result.Output.class, out -> assertThat(out.bytes()).hasSizeGreaterThan(3000));
    assertThat(rule.apply(message(large), LookupFunctions.NONE))
        .isEqualTo(new Result.Output(Value.UNDEFINED));
  }

  private static Result apply(RuleStatement rule, String a, String b) {
    return rule.apply(message("{\"a\":" + a + ",\"b\":" + b + "}"), LookupFunctions.NONE);
  }

  private static String text(int length) {
    return "\"" + "x".repeat(length) + "\"";
  }

  private static Message message(String payload) {
    return new Message(
        "t",
        payload.getBytes(UTF_8),
        MessageContext.of("000000000000", Instant.EPOCH, new Random(1)));
  }
}
