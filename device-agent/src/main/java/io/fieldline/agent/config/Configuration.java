// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What was read: from the file alone, or from the file with the shadow `config` laid over it.
///
/// @param shadow whether that shadow is heeded, and how
/// @param settings every key that was asked for, by its full name; elements of lists are named by
///   what tells them apart (`modbus.plc.everyMs`)
public record Configuration(AgentConfig agent, ShadowTerms shadow, Map<String, Setting> settings) {
  /// Copies the map, in its order.
  public Configuration {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
  }

  /// How far the shadow `config` goes.
  ///
  /// @param enabled whether it changes anything
  /// @param trial how long what it changes has to prove itself
  public record ShadowTerms(boolean enabled, Duration trial) {}

  /// Keys whose values are others there, or that are only here or there.
  public List<String> changesTo(Configuration next) {
    Set<String> keys = new LinkedHashSet<>(settings.keySet());
    keys.addAll(next.settings.keySet());
    return keys.stream().filter(key -> !value(key).equals(next.value(key))).toList();
  }

  private Optional<String> value(String key) {
    return Optional.ofNullable(settings.get(key)).map(Setting::value);
  }

  /// Those of them that take a restart.
  public List<String> restartFor(Configuration next) {
    return changesTo(next).stream()
        .filter(key ->
            Optional.ofNullable(settings.get(key))
                .or(() -> Optional.ofNullable(next.settings.get(key)))
                .map(setting -> setting.change() == Change.RESTART)
                .orElse(true))
        .toList();
  }
}
