// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

import io.fieldline.agent.config.Change;
import io.fieldline.agent.config.Configuration;
import io.fieldline.agent.config.Setting;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A key that is not everywhere the same.
///
/// @param file its value in the file as it is now, or the default; empty if the file has no such
///   section
/// @param shadow its value in the shadow `config`, if that is in force
/// @param inForce what the agent works with; empty if it has no such section
/// @param change how it can be changed
public record Difference(
    String key,
    Optional<String> file,
    Optional<String> shadow,
    Optional<String> inForce,
    Change change) {

  static List<Difference> between(Configuration file, Configuration inForce) {
    Set<String> keys = new LinkedHashSet<>(file.settings().keySet());
    keys.addAll(inForce.settings().keySet());
    List<Difference> differences = new ArrayList<>();
    for (String key : keys) {
      @Nullable Setting inFile = file.settings().get(key);
      @Nullable Setting works = inForce.settings().get(key);
      boolean remote = works != null && works.remote();
      Optional<String> ours = Optional.ofNullable(works).map(Setting::value);
      Optional<String> theirs = Optional.ofNullable(inFile).map(Setting::value);
      if (remote || !ours.equals(theirs)) {
        Change change =
            Optional.ofNullable(works)
                .or(() -> Optional.ofNullable(inFile))
                .map(Setting::change)
                .orElse(Change.RESTART);
        differences.add(
            new Difference(key, theirs, remote ? ours : Optional.empty(), ours, change));
      }
    }
    return differences;
  }
}
