// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import java.util.LinkedHashMap;
import java.util.Map;

/// How an execution ended, as it is reported.
///
/// @param details pairs that AWS IoT Jobs takes
record JobOutcome(boolean succeeded, Map<String, String> details) {
  /// Source: AWS IoT API Reference, UpdateJobExecution: a value of 1 to 1,024 characters, none of
  /// them a control character.
  private static final int LONGEST = 1024;

  JobOutcome {
    var fitting = new LinkedHashMap<String, String>();
    details.forEach((name, value) -> {
      String text = fitting(value);
      if (!text.isEmpty()) {
        fitting.put(name, text);
      }
    });
    details = Map.copyOf(fitting);
  }

  static JobOutcome succeeded(Map<String, String> details) {
    return new JobOutcome(true, details);
  }

  static JobOutcome failed(String reason) {
    return new JobOutcome(false, Map.of("reason", reason));
  }

  /// The end of a text matters more than its beginning: programs say last why they gave up.
  private static String fitting(String value) {
    String text = value.strip().replaceAll("\\r?\\n", "\u23ce").replaceAll("\\p{C}", " ").strip();
    return text.length() <= LONGEST ? text : "…" + text.substring(text.length() - LONGEST + 1);
  }
}
