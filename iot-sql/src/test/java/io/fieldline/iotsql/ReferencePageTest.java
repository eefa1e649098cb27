// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.iotsql.function.FunctionCatalogue;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The page on the language is what the corpus proves. `mvn test -pl iot-sql -am
/// -Dtest=ReferencePageTest -Dupdate-golden -Dsurefire.failIfNoSpecifiedTests=false` writes it
/// anew.
class ReferencePageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("user.dir")).resolveSibling("docs/reference/iot-sql.md");
  private static final Map<String, String> SECTIONS =
      Map.of(
          "operators", "Operators",
          "types", "Types and conversions",
          "templates", "Substitution templates",
          "select", "Grammar: SELECT",
          "from", "Grammar: FROM",
          "where", "Grammar: WHERE",
          "set", "Grammar: SET",
          "case", "Grammar: CASE",
          "nested", "Grammar: nested SELECT",
          "errors", "Errors when a statement is parsed");
  private static final List<String> ORDER =
      List.of(
          "operators",
          "types",
          "templates",
          "select",
          "from",
          "where",
          "set",
          "case",
          "nested",
          "errors");

  private final List<CorpusFile> corpus = CorpusFile.all();
  private final Map<String, List<String>> rows = ReferenceRows.byFile();

  @Test
  void thePageSaysWhatTheCorpusProves() throws Exception {
    var page = page();
    if (System.getProperty("update-golden") != null) {
      Files.writeString(PAGE, page);
    }

    assertThat(PAGE).content().isEqualTo(page);
  }

  @Test
  void everySectionOfTheCorpusIsOnThePage() {
    assertThat(corpus)
        .allSatisfy(file ->
            assertThat(file.section()).matches(s -> s.equals("functions") || ORDER.contains(s)));
  }

  private String page() {
    var page = new StringBuilder();
    page.append(
        """
        <!-- SPDX-License-Identifier: Apache-2.0 -->
        <!-- Generated from iot-sql/src/test/resources/corpus by ReferencePageTest; do not edit. -->
        # AWS IoT SQL: what is implemented and what proves it

        Every line is a file of the [corpus](../../iot-sql/src/test/resources/corpus); the figures are its cases, each
        run in each version by `CorpusTest`. *Rows* are the rows of AWS's own table (argument types, operands,
        conversions) that a case proves; a row without a case fails the build. *Assumed* counts cases that no text of
        AWS settles; the file says what was taken instead. `beta` is the newest version and behaves as 2016-03-23.
        How to use the language from Java: [iot-sql-library.md](iot-sql-library.md).

        """);
    page.append(totals());
    functions(page);
    ORDER.forEach(section -> section(page, section));
    return page.toString();
  }

  private String totals() {
    long cases = corpus.stream().mapToLong(file -> file.cases().size()).sum();
    long assumed = corpus.stream().mapToLong(this::assumed).sum();
    long proven = rows.values().stream().mapToLong(List::size).sum();
    return String.format(
        Locale.ROOT,
        "%d functions, %d rows of AWS's tables, %d cases, of which %d (%.1f %%) are assumed.%n",
        FunctionCatalogue.functions().size(),
        proven,
        cases,
        assumed,
        100.0 * assumed / cases);
  }

  private void functions(StringBuilder page) {
    page.append("\n## Functions\n\n");
    page.append("\"–\": refused when the statement is parsed, by name and version.\n\n");
    page.append("| function | 2015-10-08 | 2016-03-23 | beta | rows | assumed | source |\n");
    page.append("|---|---|---|---|---|---|---|\n");
    for (CorpusFile file : corpus) {
      if (file.section().equals("functions")) {
        var name = file.name().substring("functions/".length());
        page.append("| [`").append(file.title()).append("`](").append(link(file)).append(") | ");
        page.append(needs2016(name) ? "–" : file.casesIn(SqlVersion.V2015_10_08)).append(" | ");
        page.append(file.casesIn(SqlVersion.V2016_03_23)).append(" | ");
        page.append(file.casesIn(SqlVersion.BETA)).append(" | ");
        page.append(rowsOf(file)).append(" | ").append(blank(assumed(file))).append(" | ");
        page.append(sources(file)).append(" |\n");
      }
    }
  }

  private static boolean needs2016(String function) {
    return FunctionCatalogue.functions().stream()
        .anyMatch(f -> f.name().equals(function) && f.needs2016());
  }

  private void section(StringBuilder page, String section) {
    page.append("\n## ").append(SECTIONS.get(section)).append("\n\n");
    page.append("| rule | 2015-10-08 | 2016-03-23 | beta | rows | assumed | source |\n");
    page.append("|---|---|---|---|---|---|---|\n");
    for (CorpusFile file : corpus) {
      if (file.section().equals(section)) {
        page.append("| [").append(file.title().replace("|", "\\|")).append("](");
        page.append(link(file)).append(") | ");
        for (SqlVersion version : SqlVersion.values()) {
          page.append(blank(file.casesIn(version))).append(" | ");
        }
        page.append(rowsOf(file)).append(" | ").append(blank(assumed(file))).append(" | ");
        page.append(sources(file)).append(" |\n");
      }
    }
  }

  private String rowsOf(CorpusFile file) {
    return rows.getOrDefault(file.name(), List.of()).stream()
        .map(row -> row + (file.proofsOf(row) > 1 ? " ×" + file.proofsOf(row) : ""))
        .collect(Collectors.joining("; "))
        .replace("|", "\\|");
  }

  private long assumed(CorpusFile file) {
    return file.cases().stream().filter(file::isAssumed).count();
  }

  private static String blank(long count) {
    return count == 0 ? "" : String.valueOf(count);
  }

  private static String link(CorpusFile file) {
    return "../../iot-sql/src/test/resources/corpus/" + file.name() + ".txt";
  }

  private static String sources(CorpusFile file) {
    return file.sources().stream()
        .map(s -> s.replace("Source: AWS IoT developer guide, ", "").replace("Source: ", ""))
        .collect(Collectors.joining("; "))
        .replace("|", "\\|")
        .replace("*", "\\*")
        .replace("<", "&lt;");
  }
}
