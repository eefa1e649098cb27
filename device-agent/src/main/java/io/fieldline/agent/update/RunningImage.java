// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The image that this process runs from, as the launcher says it in the environment.
///
/// @param slots empty if no launcher with slots started it
/// @param slot which of them this is
/// @param configuration the file that it runs with
public record RunningImage(Optional<Slots> slots, String slot, Optional<Path> configuration) {
  /// Not started by a launcher with slots, so it cannot be updated.
  public static final RunningImage UNKNOWN =
      new RunningImage(Optional.empty(), Slots.BASE, Optional.empty());

  /// As `FIELDLINE_AGENT_SLOTS`, `FIELDLINE_AGENT_SLOT` and `FIELDLINE_AGENT_BASE` say it.
  public static RunningImage of(Map<String, String> environment, Path configuration) {
    String folder = environment.getOrDefault("FIELDLINE_AGENT_SLOTS", "");
    String slot = environment.getOrDefault("FIELDLINE_AGENT_SLOT", "");
    String base = environment.getOrDefault("FIELDLINE_AGENT_BASE", "");
    if (folder.isEmpty() || slot.isEmpty() || base.isEmpty()) {
      return new RunningImage(Optional.empty(), Slots.BASE, Optional.of(configuration));
    }
    return new RunningImage(
        Optional.of(new Slots(Path.of(folder), Path.of(base))), slot, Optional.of(configuration));
  }

  /// Its version, if a package made it.
  public Optional<String> version() {
    return slots.flatMap(all -> all.version(slot));
  }

  /// What a support person asks of it.
  public Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("slot", slots.isPresent() ? slot : "none");
    version().ifPresent(text -> document.put("version", text));
    return document;
  }
}
