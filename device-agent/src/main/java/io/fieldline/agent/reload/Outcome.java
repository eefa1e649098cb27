// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

import io.fieldline.agent.config.ConfigException.Problem;
import io.fieldline.agent.json.JsonText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What became of a configuration that the shadow desired.
///
/// @param version the shadow's when the agent first saw it
/// @param why in plain words; empty if there is nothing to say
/// @param errors what was refused of it: `key`, `expected`, `came`
record Outcome(State state, long version, long atMs, String why, List<Object> errors) {
  private static final int LONGEST_ERRORS = 1500;
  private static final int LONGEST_TEXT = 160;

  /// Copies the list.
  Outcome {
    errors = List.copyOf(errors);
  }

  /// How far it came.
  enum State {
    /// It is in force and has not proved itself yet.
    ON_TRIAL,
    /// It is in force.
    IN_FORCE,
    /// It was not taken.
    REFUSED,
    /// It was taken, did not prove itself, and the one before is in force again.
    TAKEN_BACK;

    boolean isInForce() {
      return this == ON_TRIAL || this == IN_FORCE;
    }

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  static Outcome of(State state, long version, long atMs) {
    return new Outcome(state, version, atMs, "", List.of());
  }

  /// The shadow has room for some errors only.
  static Outcome refused(long version, long atMs, List<Problem> problems) {
    List<Object> errors = new ArrayList<>();
    int room = LONGEST_ERRORS;
    for (Problem problem : problems) {
      Map<String, Object> error = new LinkedHashMap<>();
      error.put("key", shortened(problem.key()));
      error.put("expected", shortened(problem.expected()));
      if (!problem.came().isEmpty()) {
        error.put("came", shortened(problem.came()));
      }
      room -= JsonText.write(error).length();
      if (room < 0) {
        break;
      }
      errors.add(error);
    }
    int left = problems.size() - errors.size();
    return new Outcome(State.REFUSED, version, atMs, left > 0 ? left + " more errors" : "", errors);
  }

  Outcome is(State next, long atMs, String reason) {
    return new Outcome(next, version, atMs, shortened(reason), errors);
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
  }

  /// In plain words, why it is not in force.
  String trouble() {
    List<String> keys = new ArrayList<>();
    for (Object error : errors) {
      JsonText.object(error)
          .ifPresent(members ->
              keys.add(members.getOrDefault("key", "") + ": " + members.get("expected")));
    }
    String reasons = String.join("; ", keys);
    return "the configuration of the shadow is "
        + (state == State.REFUSED ? "refused: " : "taken back: ")
        + reasons
        + (reasons.isEmpty() || why.isEmpty() ? "" : "; ")
        + why;
  }

  /// As it is reported and kept.
  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("state", state.label());
    document.put("version", version);
    document.put("atMs", atMs);
    if (!why.isEmpty()) {
      document.put("why", why);
    }
    if (!errors.isEmpty()) {
      document.put("errors", errors);
    }
    return document;
  }

  /// What [#document] made; empty if it is nothing of the kind.
  static Optional<Outcome> of(Map<String, Object> document) {
    Optional<State> state =
        Arrays.stream(State.values())
            .filter(each -> each.label().equals(document.get("state")))
            .findFirst();
    if (state.isEmpty()
        || !(document.get("version") instanceof Long version)
        || !(document.get("atMs") instanceof Long atMs)) {
      return Optional.empty();
    }
    String why = document.get("why") instanceof String text ? text : "";
    List<Object> errors = new ArrayList<>();
    if (document.get("errors") instanceof List<?> list) {
      list.forEach(error -> JsonText.object(error).ifPresent(errors::add));
    }
    return Optional.of(new Outcome(state.get(), version, atMs, why, errors));
  }
}
