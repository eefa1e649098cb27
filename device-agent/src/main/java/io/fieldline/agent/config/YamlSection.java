// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// One mapping of the file. Every key that is asked for is known; [#end] reports the others.
/// Problems are collected, so that one run shows them all.
final class YamlSection {
  private final Path file;
  private final String path;
  private final Optional<Node> node;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();
  private final List<String> problems;

  YamlSection(Path file, String path, Optional<Node> node, List<String> problems) {
    this.file = file;
    this.path = path;
    this.node = node;
    this.problems = problems;
    node.ifPresent(this::take);
  }

  private void take(Node content) {
    if (!(content instanceof MappingNode mapping)) {
      if (!content.getTag().equals(Tag.NULL)) {
        problem(content, "keys with values expected" + (path.isEmpty() ? "" : " in " + path));
      }
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problem(tuple.getKeyNode(), "a name expected as key");
      } else if (keys.putIfAbsent(key.getValue(), key) != null) {
        problem(key, "key '" + full(key.getValue()) + "' is there twice");
      } else {
        values.put(key.getValue(), tuple.getValueNode());
      }
    }
  }

  boolean isPresent() {
    return node.isPresent();
  }

  String path() {
    return path;
  }

  private Optional<Node> value(String key) {
    known.add(key);
    return Optional.ofNullable(values.get(key)).filter(value -> !value.getTag().equals(Tag.NULL));
  }

  Optional<String> text(String key) {
    return value(key).flatMap(value -> text(key, value));
  }

  private Optional<String> text(String key, Node value) {
    if (value instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue());
    }
    problem(value, "'" + full(key) + "': a text expected, got a list or keys");
    return Optional.empty();
  }

  String text(String key, String pattern, String expected, Optional<String> byDefault) {
    Optional<String> found = text(key);
    if (found.isEmpty()) {
      if (byDefault.isEmpty()) {
        missing(key, expected);
      }
      return byDefault.orElse("");
    }
    if (!found.get().matches(pattern)) {
      problemAt(key, "'" + full(key) + "': " + expected + " expected, got '" + found.get() + "'");
    }
    return found.get();
  }

  long whole(String key, long byDefault, long min, long max, String unit) {
    Optional<String> found = text(key);
    if (found.isEmpty()) {
      return byDefault;
    }
    String expected = "a whole number from " + min + " to " + max + " (" + unit + ")";
    try {
      long value = Long.parseLong(found.get().replace("_", ""));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for both mistakes.
    }
    problemAt(key, "'" + full(key) + "': " + expected + " expected, got '" + found.get() + "'");
    return byDefault;
  }

  double number(String key, double byDefault) {
    Optional<String> found = text(key);
    if (found.isEmpty()) {
      return byDefault;
    }
    try {
      double value = Double.parseDouble(found.get());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for both mistakes.
    }
    problemAt(key, "'" + full(key) + "': a number expected, got '" + found.get() + "'");
    return byDefault;
  }

  boolean flag(String key, boolean byDefault) {
    Optional<String> found = text(key);
    if (found.isPresent() && !found.get().matches("true|false")) {
      problemAt(key, "'" + full(key) + "': true or false expected, got '" + found.get() + "'");
    }
    return found.map(Boolean::parseBoolean).orElse(byDefault);
  }

  <E extends Enum<E>> E choice(String key, E byDefault) {
    Optional<String> found = text(key);
    if (found.isEmpty()) {
      return byDefault;
    }
    List<String> names = new ArrayList<>();
    for (E constant : byDefault.getDeclaringClass().getEnumConstants()) {
      String name = constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      if (name.equals(found.get())) {
        return constant;
      }
      names.add(name);
    }
    problemAt(
        key,
        "'"
            + full(key)
            + "': one of "
            + String.join(", ", names)
            + " expected, got '"
            + found.get()
            + "'");
    return byDefault;
  }

  YamlSection section(String key) {
    return new YamlSection(file, full(key), value(key), problems);
  }

  /// The sections of a list.
  List<YamlSection> list(String key) {
    List<YamlSection> sections = new ArrayList<>();
    int index = 0;
    for (Node element : elements(key)) {
      String name = full(key) + "[" + index++ + "]";
      sections.add(new YamlSection(file, name, Optional.of(element), problems));
    }
    return sections;
  }

  /// The texts of a list.
  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    for (Node element : elements(key)) {
      text(key, element).ifPresent(texts::add);
    }
    return texts;
  }

  private List<Node> elements(String key) {
    Optional<Node> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problem(value.get(), "'" + full(key) + "': a list expected");
    return List.of();
  }

  /// The sections under names of the user's choice.
  Map<String, YamlSection> named() {
    Map<String, YamlSection> sections = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      known.add(name);
      sections.put(name, new YamlSection(file, full(name), Optional.of(value), problems));
    });
    return Collections.unmodifiableMap(sections);
  }

  void missing(String key, String expected) {
    String message = "'" + full(key) + "' is missing: " + expected + " expected";
    node.ifPresentOrElse(at -> problem(at, message), () -> problems.add(file + ": " + message));
  }

  void problemAt(String key, String message) {
    Node at = values.getOrDefault(key, keys.get(key));
    if (at == null) {
      node.ifPresentOrElse(it -> problem(it, message), () -> problems.add(file + ": " + message));
    } else {
      problem(at, message);
    }
  }

  /// Reports the keys nobody asked for.
  void end() {
    keys.forEach((name, key) -> {
      if (!known.contains(name)) {
        problem(key, "unknown key '" + full(name) + "'; known here: " + String.join(", ", known));
      }
    });
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private void problem(Node at, String message) {
    Optional<Mark> mark = at.getStartMark();
    String where = mark.map(m -> ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1)).orElse("");
    problems.add(file + where + ": " + message);
  }
}
