// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.fieldline.iotsql.syntax.Parser;
import io.fieldline.iotsql.syntax.Printer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Statements grown from the grammar, and broken ones.
class FuzzTest {
  private static final int STATEMENTS = 4000;
  private static final String PAYLOAD =
      "{\"a\":[1,{\"b\":\"x\"},null],\"b\":{\"value\":2.5},\"value\":-3,\"temp_1\":\"7\"}";

  @Test
  void whatIsPrintedParsesToTheSameTree() {
    var statements = new RandomStatements(new Random(7));
    for (int i = 0; i < STATEMENTS; i++) {
      var tree = statements.next();
      var text = Printer.print(tree);

      var parsed = Parser.statement(text, function -> Optional.empty());

      assertThat(parsed).as(text).isEqualTo(tree);
    }
  }

  @Test
  void whatParsesEvaluatesToAResultInEveryVersion() {
    var statements = new RandomStatements(new Random(8));
    for (int i = 0; i < STATEMENTS; i++) {
      var text = Printer.print(statements.next());

      var result =
          IotSql.parse(text, SqlVersion.V2016_03_23).apply(message(), LookupFunctions.NONE);

      assertThat(result).as(text).isNotNull();
      if (result instanceof Result.Output output) {
        assertThat(output.bytes()).as(text).isNotNull();
      }
    }
  }

  @Test
  void brokenTextIsASyntaxErrorWithAPlaceAndNothingElse() {
    var random = new Random(9);
    var statements = new RandomStatements(random);
    for (int i = 0; i < STATEMENTS; i++) {
      var text = new StringBuilder(Printer.print(statements.next()));
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        int at = random.nextInt(text.length());
        text.replace(at, at + 1, random.nextBoolean() ? "" : "" + (char) random.nextInt(32, 127));
      }
      try {
        IotSql.parse(text.toString(), SqlVersion.V2015_10_08);
      } catch (SqlSyntaxException e) {
        assertThat(e.line()).isPositive();
        assertThat(e.column()).as(text.toString()).isBetween(1, text.length() + 1);
      }
    }
  }

  @Test
  void deepAndLongStatementsAreRefusedNotRun() {
    for (String text :
        new String[] {
          "SELECT VALUE " + "(".repeat(100_000),
          "SELECT VALUE " + "- ".repeat(100_000) + "1",
          "SELECT VALUE x" + ".x".repeat(100_000),
          "SELECT VALUE 1" + " + 1".repeat(100_000),
          "SELECT VALUE " + "NOT ".repeat(100_000) + "x",
          "SELECT VALUE " + "(SELECT x FROM ".repeat(100_000),
          "SELECT VALUE " + "[".repeat(100_000),
        }) {
      assertThatExceptionOfType(SqlSyntaxException.class)
          .as(text.substring(0, 40))
          .isThrownBy(() -> IotSql.parse(text, SqlVersion.V2016_03_23));
    }
  }

  @Test
  void anExpressionThatBacktracksWithoutEndIsGivenUp() {
    var rule =
        IotSql.parse(
            "SELECT VALUE regexp_matches('" + "a".repeat(60) + "b', '^(a+)+(\\1)?$')",
            SqlVersion.V2016_03_23);

    var result =
        Assertions.assertThat(
            org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(10), () -> rule.apply(message(), LookupFunctions.NONE)));

    result.isEqualTo(new Result.Output(io.fieldline.iotsql.value.Value.UNDEFINED));
  }

  @Test
  void aStatementIsSharedBetweenThreads() throws InterruptedException {
    var rule = IotSql.parse("SELECT *, value + 4 AS s FROM 'a/+' WHERE value < 0", SqlVersion.BETA);
    var threads = new Thread[8];
    var wrong = new java.util.concurrent.atomic.AtomicInteger();
    for (int i = 0; i < threads.length; i++) {
      threads[i] =
          Thread.startVirtualThread(() -> {
            for (int n = 0; n < 500; n++) {
              if (!(rule.apply(message(), LookupFunctions.NONE) instanceof Result.Output out)
                  || !new String(out.bytes(), StandardCharsets.UTF_8).contains("\"s\":1")) {
                wrong.incrementAndGet();
              }
            }
          });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(wrong).hasValue(0);
  }

  private static Message message() {
    return new Message(
        "a/b",
        PAYLOAD.getBytes(StandardCharsets.UTF_8),
        MessageContext.of("000000000000", Instant.EPOCH, new Random(3)));
  }
}
