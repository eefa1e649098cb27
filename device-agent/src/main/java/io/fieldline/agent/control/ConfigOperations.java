// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.config.ConfigText;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.reload.Difference;
import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.agent.reload.ReloadException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The configuration file against the rules, and against the shadow and what the agent works with.
final class ConfigOperations {
  private final Reconfiguration configuration;

  ConfigOperations(Reconfiguration configuration) {
    this.configuration = configuration;
  }

  Map<String, Object> check(Arguments arguments, Operation.Items items) {
    Map<String, Object> checked = new LinkedHashMap<>();
    checked.put("file", configuration.file().toString());
    List<String> problems = List.of();
    try {
      ConfigFile.read(configuration.file());
    } catch (ConfigException e) {
      problems = e.problems();
    }
    checked.put("valid", problems.isEmpty());
    checked.put("problems", problems);
    return checked;
  }

  Map<String, Object> diff(Arguments arguments, Operation.Items items) throws ControlException {
    List<Map<String, Object>> changes = new ArrayList<>();
    try {
      for (Difference each : configuration.differences()) {
        boolean secret = ConfigText.isSecret(each.key());
        Map<String, Object> change = new LinkedHashMap<>();
        change.put("key", each.key());
        change.put("file", shown(each.file(), secret));
        change.put("shadow", shown(each.shadow(), secret));
        change.put("inForce", shown(each.inForce(), secret));
        change.put("changedBy", each.change().name().toLowerCase(Locale.ROOT));
        changes.add(change);
      }
    } catch (ConfigException e) {
      throw new ControlException(e.getMessage() + ": agentctl config check");
    }
    return Map.of("file", configuration.file().toString(), "changes", changes);
  }

  private static Object shown(Optional<String> value, boolean secret) {
    return value
        .map(text -> (Object) (secret && !text.isEmpty() ? ConfigText.REMOVED : text))
        .orElse(JsonText.NULL);
  }

  Map<String, Object> reload(Arguments arguments, Operation.Items items)
      throws ControlException, InterruptedException {
    try {
      return Map.of("file", configuration.file().toString(), "changed", configuration.reload());
    } catch (ConfigException | ReloadException e) {
      throw new ControlException(String.valueOf(e.getMessage()));
    }
  }
}
