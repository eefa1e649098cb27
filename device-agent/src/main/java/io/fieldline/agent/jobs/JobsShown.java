// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.jobs.JobJournal.Entry;
import io.fieldline.agent.json.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a person at the device is shown of its jobs.
final class JobsShown {
  private JobsShown() {}

  /// What is done now, how far it is, and how the last ones ended, the latest first.
  static Map<String, Object> document(JobJournal.Known known) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("open", known.open().stream().map(JobsShown::shown).toList());
    List<Map<String, Object>> ended = new ArrayList<>();
    known
        .ended()
        .forEach((name, outcome) -> {
          Map<String, Object> shown = new LinkedHashMap<>();
          shown.put("job", name);
          shown.put("status", outcome.succeeded() ? "SUCCEEDED" : "FAILED");
          shown.put("details", outcome.details());
          ended.addFirst(shown);
        });
    document.put("ended", ended);
    return document;
  }

  /// Neither the document nor all that is kept: addresses and tokens in them are secrets.
  private static Map<String, Object> shown(Entry entry) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put("job", entry.execution().name());
    JsonText.object(entry.execution().document().get("fieldline"))
        .ifPresent(part -> shown.put("type", String.valueOf(part.get("type"))));
    if (entry.state().get("next") instanceof String step) {
      shown.put("step", step);
    }
    shown.put(
        "state",
        entry.outcome().isPresent()
            ? "ended, not reported yet"
            : entry.started() ? "under way" : "not begun yet");
    return shown;
  }
}
