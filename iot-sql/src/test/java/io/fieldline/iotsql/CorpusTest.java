// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.iotsql.cli.Batch;
import io.fieldline.iotsql.function.FunctionCatalogue;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Every file under `corpus/`: a heading with `Source:` or `Assumed:`, then cases between `---`.
///
/// A case has `sql:`, `expression:` or `template:`, then as needed `version:`, `topic:`, `payload:`
/// (JSON), `text:` (payload as text), `context:`, and one expectation: `result:` (JSON),
/// `resultText:`, `undefined:`, `fires: false`, `error: kind message`.
class CorpusTest {
  private static final Path CORPUS = Path.of("src/test/resources/corpus");

  private final Batch batch =
      new Batch(InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_123L)), new Random(1));

  @TestFactory
  Stream<DynamicTest> everyCaseGivesWhatItsSourceSays() throws IOException {
    return files().stream()
        .flatMap(file ->
            cases(file).stream()
                .map(one ->
                    DynamicTest.dynamicTest(
                        CORPUS.relativize(file) + " " + one.get("name"), () -> check(one))));
  }

  @Test
  void everyFileNamesItsSourceAndTheShareOfAssumptionsIsKnown() throws IOException {
    int assumed = 0;
    var files = files();
    for (Path file : files) {
      var heading = Files.readString(file).split("(?m)^---$")[0];

      assertThat(heading).as(file.toString()).containsPattern("(Source|Assumed): ");

      if (heading.contains("Assumed: ")) {
        assumed++;
      }
    }
    System.out.println("corpus: " + files.size() + " files, " + assumed + " assumed");
    assertThat(assumed)
        .as("files that are assumed; this number may only fall")
        .isLessThanOrEqualTo(14);
  }

  @Test
  void everyFunctionHasAFile() {
    assertThat(FunctionCatalogue.functions())
        .allSatisfy(function ->
            assertThat(CORPUS.resolve("functions/" + function.name() + ".txt")).exists());
  }

  private void check(Map<String, String> one) throws IOException {
    var answer = (Obj) Json.read(batch.answer(record(one)), SqlVersion.V2015_10_08);

    var shown = one + "\n  answered " + Json.write(answer);
    if (one.containsKey("error")) {
      var error = answer.member("error");
      var text = error.isUndefined() ? "no error" : kind(error);
      assertThat(text).as(shown).startsWith(one.get("error"));
      return;
    }
    assertThat(answer.member("error")).as(shown).isEqualTo(Value.UNDEFINED);
    if (one.containsKey("fires")) {
      assertThat(Json.write(answer.member("fires"))).as(shown).isEqualTo(one.get("fires"));
    }
    if (one.containsKey("undefined")) {
      assertThat(answer.member("undefined")).as(shown).isEqualTo(Value.TRUE);
    }
    if (one.containsKey("result")) {
      var expected = Json.read(one.get("result"), SqlVersion.V2015_10_08);
      assertThat(Json.write(answer.member("result"))).as(shown).isEqualTo(Json.write(expected));
    }
    if (one.containsKey("resultText")) {
      assertThat(answer.member("resultText")).as(shown).isEqualTo(new Text(one.get("resultText")));
    }
  }

  private static String kind(Value error) {
    return ((Text) error.member("kind")).value()
        + (error.member("line") instanceof Value.Int(var line)
            ? " " + line + ":" + Json.write(error.member("column"))
            : "")
        + " "
        + ((Text) error.member("message")).value();
  }

  private static String record(Map<String, String> one) {
    var record = new StringBuilder("{\"id\":1");
    one.forEach((key, value) -> {
      switch (key) {
        case "sql", "expression", "template", "topic" -> member(record, key, quoted(value));
        case "version" -> member(record, "sqlVersion", quoted(value));
        case "text" -> member(record, "payloadText", quoted(value));
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

  private static List<Path> files() throws IOException {
    try (Stream<Path> found = Files.walk(CORPUS)) {
      return found.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static List<Map<String, String>> cases(Path file) {
    try {
      List<Map<String, String>> cases = new ArrayList<>();
      var parts = Files.readString(file).split("(?m)^---$");
      for (int i = 1; i < parts.length; i++) {
        Map<String, String> one = new LinkedHashMap<>();
        for (String line : parts[i].strip().lines().toList()) {
          var pair = line.split(":(?: |$)", 2);
          one.put(pair[0], pair.length > 1 ? pair[1] : "");
        }
        one.put("name", "case " + i);
        cases.add(one);
      }
      return cases;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
