// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which messages a filter takes: words that must be there, {@code -words} that must not, {@code
/// ?words} of which one must; a phrase stands in quotes. Case counts.
///
/// Source: CloudWatch Logs user guide, "Filter pattern syntax", unstructured log events. The forms
/// for JSON, for columns and for regular expressions are refused.
record FilterPattern(List<String> all, List<String> none, List<String> any) {
  private static final Pattern TERM =
      Pattern.compile("\\s*([-?]?)(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s\"]+))");

  static FilterPattern parse(@Nullable String text) {
    String pattern = text == null ? "" : text.strip();
    if (pattern.startsWith("{") || pattern.startsWith("[") || pattern.startsWith("%")) {
      throw LogFailures.invalid(
          "this local stack does not support filter patterns for JSON, columns or regular"
              + " expressions, only terms: "
              + pattern);
    }
    var filter = new FilterPattern(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Matcher term = TERM.matcher(pattern);
    int end = 0;
    while (end < pattern.length() && term.find(end) && term.start() == end) {
      String word = term.group(2) == null ? term.group(3) : term.group(2).replace("\\\"", "\"");
      switch (String.valueOf(term.group(1))) {
        case "-" -> filter.none.add(word);
        case "?" -> filter.any.add(word);
        default -> filter.all.add(word);
      }
      end = term.end();
    }
    if (end < pattern.length()) {
      throw LogFailures.invalid("Invalid filter pattern at character " + end + ": " + pattern);
    }
    return filter;
  }

  boolean takes(String message) {
    return all.stream().allMatch(message::contains)
        && none.stream().noneMatch(message::contains)
        && (any.isEmpty() || any.stream().anyMatch(message::contains));
  }
}
