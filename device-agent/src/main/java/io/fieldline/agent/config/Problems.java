// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// What a reading brings beside the configuration itself: every key with its value, and what is
/// wrong, collected so that one run shows all of it.
final class Problems {
  /// Where the nodes of the shadow are.
  static final String SHADOW = "shadow config";

  private final Path file;
  private final List<ConfigException.Problem> found = new ArrayList<>();
  private final List<ConfigException.Problem> refused = new ArrayList<>();
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  Problems(Path file) {
    this.file = file;
  }

  /// At that place of the file or the shadow; of the file as a whole without one.
  void add(Optional<Node> at, String message) {
    found.add(new ConfigException.Problem(where(at), message));
  }

  /// The shadow touches what is not its own. Then nothing else is said: what it would lead to does
  /// not matter.
  void refuse(Optional<Node> at, String message) {
    refused.add(new ConfigException.Problem(where(at), message));
  }

  private String where(Optional<Node> at) {
    return at.flatMap(Node::getStartMark).map(this::where).orElse(file.toString());
  }

  private String where(Mark mark) {
    return mark.getName().equals(SHADOW)
        ? SHADOW
        : file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  void setting(String key, Setting setting) {
    settings.put(key, setting);
  }

  Path file() {
    return file;
  }

  Map<String, Setting> settings() {
    return settings;
  }

  List<ConfigException.Problem> found() {
    return List.copyOf(refused.isEmpty() ? found : refused);
  }
}
