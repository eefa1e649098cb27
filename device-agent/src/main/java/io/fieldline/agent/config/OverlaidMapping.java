// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// The nodes of one mapping of the file, and those of the shadow `config` in their place. A value
/// of the shadow stands before the file's; its mappings are laid over what the file has there.
final class OverlaidMapping {
  private final String path;
  private final Optional<Node> node;
  private final Problems problems;
  private final Map<String, Node> values = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Map<String, MappingNode> shadows = new LinkedHashMap<>();
  private final Set<String> shadowed = new LinkedHashSet<>();
  private final TreeSet<String> known = new TreeSet<>();

  OverlaidMapping(String path, Optional<Node> file, Optional<Node> shadow, Problems problems) {
    this.path = path;
    this.node = file.or(() -> shadow);
    this.problems = problems;
    file.flatMap(this::mapping).ifPresent(this::take);
    shadow.flatMap(this::mapping).ifPresent(this::lay);
  }

  private Optional<MappingNode> mapping(Node content) {
    if (content instanceof MappingNode mapping) {
      return Optional.of(mapping);
    }
    if (!content.getTag().equals(Tag.NULL)) {
      String in = path.isEmpty() ? "" : " in " + path;
      problems.add(Optional.of(content), "keys with values expected" + in);
    }
    return Optional.empty();
  }

  private void take(MappingNode mapping) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(Optional.of(tuple.getKeyNode()), "a name expected as key");
      } else if (keys.putIfAbsent(key.getValue(), key) != null) {
        problems.add(
            Optional.of(key),
            "key '" + (path.isEmpty() ? "" : path + ".") + key.getValue() + "' is there twice");
      } else {
        values.put(key.getValue(), tuple.getValueNode());
      }
    }
  }

  private void lay(MappingNode mapping) {
    for (NodeTuple tuple : mapping.getValue()) {
      String key = text(tuple.getKeyNode());
      if (tuple.getValueNode() instanceof MappingNode inner) {
        // One without keys changes nothing.
        if (!inner.getValue().isEmpty()) {
          keys.putIfAbsent(key, tuple.getKeyNode());
          shadows.put(key, inner);
        }
      } else {
        keys.put(key, tuple.getKeyNode());
        values.put(key, tuple.getValueNode());
        shadowed.add(key);
      }
    }
  }

  boolean isPresent() {
    return node.isPresent();
  }

  Optional<Node> node() {
    return node;
  }

  boolean has(String key) {
    if (keys.containsKey(key)) {
      known.add(key);
    }
    return keys.containsKey(key);
  }

  void know(String key) {
    known.add(key);
  }

  Set<String> known() {
    return known;
  }

  /// The keys nobody knew.
  void unknown(BiConsumer<String, Node> each) {
    keys.forEach((name, key) -> {
      if (!known.contains(name)) {
        each.accept(name, key);
      }
    });
  }

  /// The value of a key, whoever gives it; a null is none.
  Optional<Node> value(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.getTag().equals(Tag.NULL));
  }

  /// The same, of a key that is a section.
  Optional<Node> section(String key) {
    known.add(key);
    return value(key);
  }

  /// Whether the shadow's value stands before the file's.
  boolean isShadowed(String key) {
    return shadowed.contains(key);
  }

  /// What the shadow lays over the section of that name.
  Optional<Node> shadow(String key) {
    return Optional.ofNullable(shadows.get(key));
  }

  /// What the shadow lays over one element of a list.
  Optional<Node> shadow(String key, String element) {
    return laid(key).stream()
        .filter(tuple -> text(tuple.getKeyNode()).equals(element))
        .map(NodeTuple::getValueNode)
        .findFirst();
  }

  /// Elements of a list that the shadow names and that are not among these.
  List<Node> shadowKeysBut(String key, List<String> names) {
    List<Node> others = new ArrayList<>();
    for (NodeTuple tuple : laid(key)) {
      if (!names.contains(text(tuple.getKeyNode()))) {
        others.add(tuple.getKeyNode());
      }
    }
    return others;
  }

  private List<NodeTuple> laid(String key) {
    MappingNode laid = shadows.get(key);
    return laid == null ? List.of() : laid.getValue();
  }

  /// All keys, each of them a section's name.
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>(values.keySet());
    names.addAll(shadows.keySet());
    return names;
  }

  /// Where a key is, or the mapping if it is not there.
  Optional<Node> at(String key) {
    Node laid = shadows.get(key);
    Node at = laid != null ? laid : values.getOrDefault(key, keys.get(key));
    return Optional.ofNullable(at).or(() -> node);
  }

  /// The text under that key in a mapping.
  static Optional<String> scalar(Node mapping, String key) {
    if (!(mapping instanceof MappingNode of)) {
      return Optional.empty();
    }
    return of.getValue().stream()
        .filter(tuple -> text(tuple.getKeyNode()).equals(key))
        .map(NodeTuple::getValueNode)
        .filter(ScalarNode.class::isInstance)
        .map(OverlaidMapping::text)
        .findFirst();
  }

  /// As a person would write it.
  static String text(Node node) {
    return switch (node) {
      case ScalarNode scalar -> scalar.getValue();
      case SequenceNode sequence ->
          sequence.getValue().stream()
              .map(OverlaidMapping::text)
              .collect(Collectors.joining(", ", "[", "]"));
      case MappingNode mapping ->
          mapping.getValue().stream()
              .map(tuple -> text(tuple.getKeyNode()) + ": " + text(tuple.getValueNode()))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> node.toString();
    };
  }
}
