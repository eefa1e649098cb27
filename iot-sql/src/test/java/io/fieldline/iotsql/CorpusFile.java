// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// One file of the corpus: a title, where its expectations come from, its cases.
///
/// A case has `sql:`, `expression:` or `template:`, then as needed `version:` (`all`, or a list;
/// without it 2016-03-23 and beta), `topic:`, `payload:` (JSON), `text:` (payload as text),
/// `base64:`, `context:`, and one expectation: `result:` (JSON), `resultText:`, `resultBase64:`,
/// `undefined:`, `fires: false`, `error: kind message`. `row:` names the row of the reference's
/// table that the case proves, `assumed:` says why, where no source says it.
record CorpusFile(String name, String title, List<String> sources, List<Case> cases) {
  static final Path FOLDER = Path.of("src/test/resources/corpus");

  record Case(int number, Map<String, String> lines) {
    Optional<String> line(String key) {
      return Optional.ofNullable(lines.get(key));
    }

    List<SqlVersion> versions() {
      var text = lines.getOrDefault("version", "2016-03-23, beta");
      return text.equals("all")
          ? List.of(SqlVersion.values())
          : Stream.of(text.split(", ")).map(SqlVersion::of).toList();
    }
  }

  static List<CorpusFile> all() {
    try (Stream<Path> found = Files.walk(FOLDER)) {
      return found.filter(Files::isRegularFile).sorted().map(CorpusFile::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CorpusFile read(Path file) {
    try {
      var parts = Files.readString(file).split("(?m)^---$");
      var heading = parts[0].strip().lines().toList();
      List<Case> cases = new ArrayList<>();
      for (int i = 1; i < parts.length; i++) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : parts[i].strip().lines().toList()) {
          var pair = line.split(":(?: |$)", 2);
          lines.put(pair[0], pair.length > 1 ? pair[1] : "");
        }
        cases.add(new Case(i, lines));
      }
      var name = FOLDER.relativize(file).toString().replace(".txt", "");
      return new CorpusFile(name, heading.getFirst(), heading.subList(1, heading.size()), cases);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The folder: functions, operators, types …
  String section() {
    return name.substring(0, name.indexOf('/'));
  }

  boolean isAssumed(Case one) {
    return one.line("assumed").isPresent()
        || sources.stream().noneMatch(s -> s.startsWith("Source: "));
  }

  long casesIn(SqlVersion version) {
    return cases.stream().filter(one -> one.versions().contains(version)).count();
  }

  long proofsOf(String row) {
    return cases.stream().filter(one -> one.line("row").equals(Optional.of(row))).count();
  }
}
