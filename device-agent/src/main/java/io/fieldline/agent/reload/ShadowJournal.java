// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.state.StateFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What the shadow `config` laid over the file, on the disk: each change is one write, so that
/// after a kill the configuration before it or the one after it is in force.
final class ShadowJournal {
  private static final Logger LOG = System.getLogger(ShadowJournal.class.getName());

  private final StateFile file;
  private Entry entry;

  /// Where things stand.
  ///
  /// @param inForce what has proved itself
  /// @param trial what is tried now
  /// @param starts how often the agent was started with it
  /// @param takenBack what did not prove itself, and is not tried again
  /// @param outcome of what was desired last
  record Entry(
      Map<String, Object> inForce,
      Optional<Map<String, Object>> trial,
      long starts,
      Optional<Map<String, Object>> takenBack,
      Optional<Outcome> outcome) {
    static final Entry NONE =
        new Entry(Map.of(), Optional.empty(), 0, Optional.empty(), Optional.empty());

    Entry tries(Map<String, Object> document, Outcome onTrial) {
      return new Entry(inForce, Optional.of(document), 0, Optional.empty(), Optional.of(onTrial));
    }

    Entry startedOnceMore() {
      return new Entry(inForce, trial, starts + 1, takenBack, outcome);
    }

    Entry keepsTrial(Optional<Outcome> then) {
      return new Entry(trial.orElse(inForce), Optional.empty(), 0, Optional.empty(), then);
    }

    Entry takesTrialBack(Optional<Outcome> then) {
      return new Entry(inForce, Optional.empty(), 0, trial, then);
    }

    Entry dropsTrial(Outcome then) {
      return new Entry(inForce, Optional.empty(), 0, takenBack, Optional.of(then));
    }

    Entry isSettled(Outcome then) {
      return new Entry(inForce, trial, starts, Optional.empty(), Optional.of(then));
    }

    Entry with(Outcome then) {
      return new Entry(inForce, trial, starts, takenBack, Optional.of(then));
    }
  }

  /// What the last agent of that folder left; nothing if that cannot be read, because an agent
  /// starts whatever the disk says.
  ShadowJournal(Path folder) {
    this.file = StateFile.at(folder.resolve("config"), "shadow");
    Entry left = Entry.NONE;
    try {
      left = file.read().map(ShadowJournal::entry).orElse(Entry.NONE);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "what the shadow config had changed cannot be read", e);
    }
    this.entry = left;
  }

  Entry entry() {
    return entry;
  }

  /// It is on the disk when this returns; if it cannot be written, all is as before.
  void write(Entry next) throws IOException {
    file.write(document(next));
    entry = next;
  }

  /// Counts also where it cannot be written: then a restart comes to the same once more.
  ///
  /// @throws IOException if it is not on the disk
  void writeOrRemember(Entry next) throws IOException {
    entry = next;
    file.write(document(next));
  }

  private static Map<String, Object> document(Entry entry) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("inForce", entry.inForce);
    entry.trial.ifPresent(trial -> document.put("trial", trial));
    document.put("starts", entry.starts);
    entry.takenBack.ifPresent(back -> document.put("takenBack", back));
    entry.outcome.ifPresent(outcome -> document.put("outcome", outcome.document()));
    return document;
  }

  private static Entry entry(Map<String, Object> document) {
    return new Entry(
        JsonText.object(document.get("inForce")).orElse(Map.of()),
        JsonText.object(document.get("trial")),
        document.get("starts") instanceof Long starts ? starts : 0,
        JsonText.object(document.get("takenBack")),
        JsonText.object(document.get("outcome")).flatMap(Outcome::of));
  }
}
