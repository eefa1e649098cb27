// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The rows of the argument, operand and conversion tables of the AWS IoT developer guide (text of
/// 2026), by the corpus file that must prove them: `reference-rows.txt`, written from the guide.
final class ReferenceRows {
  private static final Path FILE = Path.of("src/test/resources/reference-rows.txt");

  private ReferenceRows() {}

  static Map<String, List<String>> byFile() {
    try {
      Map<String, List<String>> rows = new LinkedHashMap<>();
      for (String line : Files.readAllLines(FILE)) {
        if (!line.startsWith("#") && !line.isBlank()) {
          var pair = line.split(": ", 2);
          rows.put(pair[0], List.of(pair[1].split(" \\| ")));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
