// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.iotsql.CorpusFile.Case;
import io.fieldline.iotsql.cli.Batch;
import io.fieldline.iotsql.function.FunctionCatalogue;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every case of the corpus in every version that it names, and what the corpus must hold.
class CorpusTest {
  private static final double MOST_ASSUMED_PER_CENT = 3.6;

  private final List<CorpusFile> corpus = CorpusFile.all();
  private final Batch batch =
      new Batch(InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_123L)), new Random(1));

  @TestFactory
  Stream<DynamicTest> everyCaseGivesWhatItsSourceSays() {
    return corpus.stream()
        .flatMap(file ->
            file.cases().stream()
                .flatMap(one ->
                    one.versions().stream()
                        .map(version ->
                            DynamicTest.dynamicTest(
                                file.name() + " case " + one.number() + " " + version.awsName(),
                                () -> check(one, version)))));
  }

  @Test
  void everyFileNamesItsSourceAndTheShareOfAssumptionsMayOnlyFall() {
    assertThat(corpus)
        .allSatisfy(file ->
            assertThat(file.sources())
                .as(file.name())
                .isNotEmpty()
                .allMatch(line -> line.startsWith("Source: ") || line.startsWith("Assumed: ")));
    long all = corpus.stream().mapToLong(file -> file.cases().size()).sum();
    long assumed =
        corpus.stream().flatMap(file -> file.cases().stream().filter(file::isAssumed)).count();
    double share = 100.0 * assumed / all;
    System.out.printf("corpus: %d cases, %d assumed (%.1f %%)%n", all, assumed, share);

    assertThat(share)
        .as("per cent of the cases that are assumed")
        .isLessThan(MOST_ASSUMED_PER_CENT);
  }

  @Test
  void everyFunctionHasAFileAndEveryRowOfTheReferenceACase() {
    var rows = ReferenceRows.byFile();
    for (var function : FunctionCatalogue.functions()) {
      assertThat(rows).containsKey("functions/" + function.name());
    }
    rows.forEach((name, wanted) -> {
      var file = corpus.stream().filter(f -> f.name().equals(name)).findFirst();
      assertThat(file).as(name).isPresent();
      assertThat(wanted)
          .allSatisfy(
              row -> assertThat(file.get().proofsOf(row)).as(name + ": " + row).isPositive());
    });
  }

  @Test
  void aCaseProvesOnlyRowsThatTheReferenceHas() {
    var rows = ReferenceRows.byFile();
    for (CorpusFile file : corpus) {
      for (Case one : file.cases()) {
        one.line("row")
            .ifPresent(row ->
                assertThat(rows.getOrDefault(file.name(), List.of()))
                    .as(file.name() + " case " + one.number())
                    .contains(row));
      }
    }
  }

  @Test
  void everyFunctionOfALaterVersionIsRefusedByNameInTheFirst() {
    for (var function : FunctionCatalogue.functions()) {
      assertThat(FunctionCatalogue.objection(function.name(), SqlVersion.V2015_10_08))
          .isEqualTo(
              function.needs2016()
                  ? java.util.Optional.of(
                      "function "
                          + function.name()
                          + " needs SQL version 2016-03-23, not 2015-10-08")
                  : java.util.Optional.empty());
    }
  }

  private void check(Case one, SqlVersion version) throws IOException {
    var answer = (Obj) Json.read(batch.answer(record(one, version)), SqlVersion.V2015_10_08);

    var shown = one + "\n  answered " + Json.write(answer);
    if (one.line("error").isPresent()) {
      var error = answer.member("error");
      var text = error.isUndefined() ? "no error" : kind(error);
      assertThat(text).as(shown).startsWith(one.line("error").get());
      return;
    }
    assertThat(answer.member("error")).as(shown).isEqualTo(Value.UNDEFINED);
    assertThat(Json.write(answer.member("fires")))
        .as(shown)
        .isEqualTo(one.line("fires").orElse("true"));
    if (one.line("fires").isEmpty()) {
      assertThat(result(answer)).as(shown).isEqualTo(expected(one));
    }
  }

  private static String result(Obj answer) {
    if (answer.members().containsKey("undefined")) {
      return "undefined";
    }
    for (String key : List.of("resultText", "resultBase64")) {
      if (answer.member(key) instanceof Text(var text)) {
        return key + " " + text;
      }
    }
    return "result " + Json.write(answer.member("result"));
  }

  private static String expected(Case one) throws IOException {
    if (one.line("undefined").isPresent()) {
      return "undefined";
    }
    for (String key : List.of("resultText", "resultBase64")) {
      if (one.line(key).isPresent()) {
        return key + " " + one.line(key).get();
      }
    }
    return "result "
        + Json.write(Json.read(one.line("result").orElseThrow(), SqlVersion.V2015_10_08));
  }

  private static String kind(Value error) {
    return ((Text) error.member("kind")).value()
        + (error.member("line") instanceof Value.Int(var line)
            ? " " + line + ":" + Json.write(error.member("column"))
            : "")
        + " "
        + ((Text) error.member("message")).value();
  }

  private static String record(Case one, SqlVersion version) {
    var record = new StringBuilder("{\"id\":1");
    member(record, "sqlVersion", quoted(version.awsName()));
    one.lines()
        .forEach((key, value) -> {
          switch (key) {
            case "sql", "expression", "template", "topic" -> member(record, key, quoted(value));
            case "text" -> member(record, "payloadText", quoted(value));
            case "base64" -> member(record, "payloadBase64", quoted(value));
            case "payload", "context" -> member(record, key, value);
            default -> {}
          }
        });
    return record.append('}').toString();
  }

  private static void member(StringBuilder record, String key, String json) {
    record.append(",\"").append(key).append("\":").append(json);
  }

  private static String quoted(String text) {
    return Json.write(new Text(text));
  }
}
