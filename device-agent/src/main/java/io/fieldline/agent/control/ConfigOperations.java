// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.config.ConfigText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The configuration file against the rules, and against what the agent was started with.
final class ConfigOperations {
  private final Path file;
  private final String running;

  /// @param running the file's text at the start
  ConfigOperations(Path file, String running) {
    this.file = file;
    this.running = running;
  }

  Map<String, Object> check(Arguments arguments, Operation.Items items) {
    Map<String, Object> checked = new LinkedHashMap<>();
    checked.put("file", file.toString());
    List<String> problems = List.of();
    try {
      ConfigFile.read(file);
    } catch (ConfigException e) {
      problems = e.problems();
    }
    checked.put("valid", problems.isEmpty());
    checked.put("problems", problems);
    return checked;
  }

  Map<String, Object> diff(Arguments arguments, Operation.Items items) throws ControlException {
    Map<String, String> before = ConfigText.flat(running);
    Map<String, String> now;
    try {
      now = ConfigText.flat(Files.readString(file));
    } catch (IOException e) {
      throw new ControlException(file + ": cannot be read: " + e);
    } catch (IllegalArgumentException e) {
      throw new ControlException(file + ": " + e.getMessage() + ": agentctl config check");
    }
    var keys = new TreeSet<>(before.keySet());
    keys.addAll(now.keySet());
    List<Map<String, Object>> changes = new ArrayList<>();
    for (String key : keys) {
      String was = before.getOrDefault(key, "");
      String is = now.getOrDefault(key, "");
      if (!was.equals(is)) {
        boolean secret = ConfigText.isSecret(key);
        changes.add(
            Map.of(
                "key", key,
                "running", shown(was, secret),
                "file", shown(is, secret)));
      }
    }
    return Map.of("file", file.toString(), "changes", changes);
  }

  private static String shown(String value, boolean secret) {
    return secret && !value.isEmpty() ? ConfigText.REMOVED : value;
  }
}
