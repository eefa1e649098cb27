// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// What one step has found.
///
/// @param step its name
/// @param tried what was done
/// @param came what was seen
/// @param meaning what it most likely means; empty where all is well
/// @param next what to do about it; empty where all is well
public record Finding(
    String step, Verdict verdict, String tried, String came, String meaning, String next) {
  /// How it ended.
  public enum Verdict {
    OK,
    /// It works, and will not always.
    WARNING,
    FAILED,
    /// Not tried, because of a step before it.
    SKIPPED
  }

  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("step", step);
    document.put("verdict", verdict.name().toLowerCase(Locale.ROOT));
    document.put("tried", tried);
    document.put("came", came);
    if (!meaning.isEmpty()) {
      document.put("meaning", meaning);
      document.put("next", next);
    }
    return document;
  }

  String text() {
    var text = new StringBuilder();
    String word = verdict == Verdict.FAILED ? "FAILED" : verdict.name().toLowerCase(Locale.ROOT);
    text.append("%-8s %-14s %s: %s%n".formatted(word, step, tried, came));
    if (!meaning.isEmpty()) {
      text.append("%-24smeans: %s%n".formatted("", meaning));
      text.append("%-24snext:  %s%n".formatted("", next));
    }
    return text.toString();
  }
}
