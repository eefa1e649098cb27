// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The findings that stand, one by one, each with its reason: `accepted-findings.txt`. There is no
/// way to accept a rule as a whole, or one that is not found: an entry that has outlived its
/// finding fails as a finding without an entry does.
record AcceptedFindings(Map<Finding, String> reasons) {

  /// Blocks of `rule | resource` lines, a reason above each in lines that start with `#`.
  static AcceptedFindings read(Path file) {
    try {
      return parse(Files.readAllLines(file), file.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static AcceptedFindings parse(List<String> lines, String name) {
    var reasons = new java.util.LinkedHashMap<Finding, String>();
    var reason = new StringBuilder();
    int number = 0;
    for (var line : lines) {
      number++;
      if (line.isBlank()) {
        reason.setLength(0);
      } else if (line.startsWith("#")) {
        reason.append(line.substring(1).strip()).append(' ');
      } else {
        var where = name + ":" + number;
        var parts = line.split(" \\| ", -1);
        if (parts.length != 2) {
          throw new IllegalArgumentException(
              where + ": expected 'rule | resource', got '" + line + "'");
        }
        if (reason.isEmpty()) {
          throw new IllegalArgumentException(
              where + ": expected a reason above it, in a line that starts with #");
        }
        if (reasons.put(new Finding(parts[0], parts[1]), reason.toString()) != null) {
          throw new IllegalArgumentException(where + ": accepted twice: " + line);
        }
      }
    }
    return new AcceptedFindings(reasons);
  }

  /// What is accepted of the rules whose names begin so.
  List<Finding> of(String prefix) {
    return reasons.keySet().stream()
        .filter(finding -> finding.rule().startsWith(prefix))
        .collect(Collectors.toList());
  }

  /// As a block to paste, so that whoever meets a new finding has only the reason to write.
  static String block(Iterable<Finding> findings) {
    var byRule = new TreeMap<String, String>();
    findings.forEach(one -> byRule.merge(one.rule() + " | " + one.resource(), "", (old, _) -> old));
    return String.join("\n", byRule.keySet());
  }
}
