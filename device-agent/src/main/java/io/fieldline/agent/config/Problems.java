// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/// What is wrong with the file, collected so that one run shows all of it.
final class Problems {
  private final Path file;
  private final List<String> found = new ArrayList<>();

  Problems(Path file) {
    this.file = file;
  }

  /// At that place of the file; of the file as a whole without one.
  void add(Optional<Node> at, String message) {
    String where = at.flatMap(Node::getStartMark).map(Problems::lineAndColumn).orElse("");
    found.add(file + where + ": " + message);
  }

  private static String lineAndColumn(Mark mark) {
    return ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
  }

  Path file() {
    return file;
  }

  List<String> found() {
    return List.copyOf(found);
  }
}
