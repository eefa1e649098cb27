// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the reader of the configuration asked for: each key as the code declares it. The reference
/// page and the tests with wrong values are made from it.
final class KeyCatalog {
  private final Map<String, Group> groups = new LinkedHashMap<>();

  /// One key.
  ///
  /// @param key its name in its section
  /// @param expected what may stand there, with its unit
  /// @param byDefault what holds without it, as it would be written; empty if it is required
  /// @param meaning one sentence
  /// @param change how it can be changed while the agent runs
  record Key(String key, String expected, String byDefault, String meaning, Change change) {}

  /// The keys of one section.
  ///
  /// @param path where it stands: `tcp`, `tcpClients[]`, `actuators.<name>`; empty for the top
  record Group(String path, List<Key> keys) {
    private void add(Key key) {
      if (keys.stream().noneMatch(known -> known.key.equals(key.key))) {
        keys.add(key);
      }
    }
  }

  void add(String section, Key key) {
    groups.computeIfAbsent(section, path -> new Group(path, new ArrayList<>())).add(key);
  }

  /// In the order in which they were first asked for.
  Collection<Group> groups() {
    return List.copyOf(groups.values());
  }
}
