// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The table of all questions in the module's README, with the verdicts of their last results.
final class Overview {
  private static final String BEGIN = "<!-- results: written by the program -->\n";
  private static final String END = "<!-- end of results -->";
  private static final String VERDICT = "- Verdict: ";

  private Overview() {}

  static void refresh(Path module, List<Question> questions) throws IOException {
    Path readme = module.resolve("README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IOException(readme + ": expected the lines " + BEGIN.strip() + " and " + END);
    }
    var table =
        new StringBuilder("| question | class | command | last result |\n|---|---|---|---|\n");
    for (Question question : questions) {
      table.append(row(module, question));
    }
    Files.writeString(readme, text.substring(0, begin) + BEGIN + table + text.substring(end));
  }

  private static String row(Path module, Question question) throws IOException {
    String page = "results/" + question.name() + ".md";
    return "| %s | `%s` | `./fieldline bench %s` | %s |%n"
        .formatted(
            question.text(),
            question.getClass().getSimpleName(),
            question.name(),
            Files.exists(module.resolve(page))
                ? "[" + verdict(module.resolve(page)) + "](" + page + ")"
                : "not measured yet");
  }

  private static String verdict(Path page) throws IOException {
    try (var lines = Files.lines(page)) {
      return lines
          .filter(line -> line.startsWith(VERDICT))
          .map(line -> line.substring(VERDICT.length()))
          .findFirst()
          .orElseThrow(() -> new IOException(page + ": expected a line '" + VERDICT + "…'"));
    }
  }
}
