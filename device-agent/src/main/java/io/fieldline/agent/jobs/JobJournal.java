// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.state.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What the agent knows of its jobs across restarts: the one that is open with all that it has
/// done, and how the last ones ended. Written before what it says is done. One thread writes.
final class JobJournal {
  private static final int REMEMBERED = 32;

  private final StateFile file;
  private volatile Known known = new Known(Optional.empty(), Map.of());

  /// What is on the disk.
  ///
  /// @param ended how the last executions ended, the oldest first
  record Known(Optional<Entry> open, Map<String, JobOutcome> ended) {
    Known {
      ended = Collections.unmodifiableMap(new LinkedHashMap<>(ended));
    }
  }

  /// The open job.
  ///
  /// @param started whether it may have had effects
  /// @param state what its handler keeps
  /// @param outcome how it ended, as long as the cloud has not heard it
  record Entry(
      JobExecution execution,
      boolean started,
      Map<String, Object> state,
      Optional<JobOutcome> outcome) {
    Entry {
      state = Map.copyOf(state);
    }
  }

  JobJournal(Path folder) throws IOException {
    this.file = StateFile.at(folder.resolve("jobs"), "journal");
    Map<String, Object> kept = file.read().orElse(Map.of());
    Map<String, JobOutcome> ended = new LinkedHashMap<>();
    JsonText.object(kept.get("ended"))
        .orElse(Map.of())
        .forEach((name, value) -> outcome(value).ifPresent(outcome -> ended.put(name, outcome)));
    known = new Known(JsonText.object(kept.get("open")).flatMap(JobJournal::entry), ended);
  }

  /// All that it knows, for any thread.
  Known known() {
    return known;
  }

  Optional<Entry> open() {
    return known.open;
  }

  /// How an execution ended that was reported or whose report the cloud did not want any more.
  Optional<JobOutcome> ended(JobExecution execution) {
    return Optional.ofNullable(known.ended.get(execution.name()));
  }

  /// Keeps the open job; it is on the disk when this returns.
  void keep(Entry entry) throws IOException {
    write(new Known(Optional.of(entry), known.ended));
  }

  /// The open job is done with.
  void close(JobOutcome outcome) throws IOException {
    Map<String, JobOutcome> all = new LinkedHashMap<>(known.ended);
    open().ifPresent(entry -> all.put(entry.execution().name(), outcome));
    while (all.size() > REMEMBERED) {
      all.remove(all.keySet().iterator().next());
    }
    write(new Known(Optional.empty(), all));
  }

  /// What the disk did not take is not so: memory follows it.
  private void write(Known now) throws IOException {
    Map<String, Object> document = new LinkedHashMap<>();
    now.open.ifPresent(entry -> document.put("open", members(entry)));
    Map<String, Object> outcomes = new LinkedHashMap<>();
    now.ended.forEach((name, outcome) -> outcomes.put(name, members(outcome)));
    document.put("ended", outcomes);
    file.write(document);
    known = now;
  }

  private static Map<String, Object> members(Entry entry) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("execution", entry.execution().members());
    members.put("started", entry.started());
    members.put("state", entry.state());
    entry.outcome().ifPresent(outcome -> members.put("outcome", members(outcome)));
    return members;
  }

  private static Map<String, Object> members(JobOutcome outcome) {
    return Map.of("succeeded", outcome.succeeded(), "details", outcome.details());
  }

  private static Optional<Entry> entry(Map<String, Object> members) {
    return JobExecution.of(members)
        .map(execution ->
            new Entry(
                execution,
                Boolean.TRUE.equals(members.get("started")),
                JsonText.object(members.get("state")).orElse(Map.of()),
                outcome(members.getOrDefault("outcome", JsonText.NULL))));
  }

  private static Optional<JobOutcome> outcome(Object value) {
    return JsonText.object(value)
        .map(members -> {
          Map<String, String> details = new LinkedHashMap<>();
          JsonText.object(members.get("details"))
              .orElse(Map.of())
              .forEach((name, text) -> details.put(name, String.valueOf(text)));
          return new JobOutcome(Boolean.TRUE.equals(members.get("succeeded")), details);
        });
  }
}
