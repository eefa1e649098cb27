// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Many topic filters as a tree of levels: a topic visits only the branches that it can reach, so
/// that a thousand rules on other topics cost next to nothing. Immutable; safe to share between
/// threads.
///
/// @param <T> what stands behind a filter, such as a rule
public final class TopicFilterIndex<T> {
  private final Node<T> root = new Node<>();

  private static final class Node<T> {
    private final Map<String, Node<T>> children = new HashMap<>();
    private final List<T> here = new ArrayList<>();
    private final List<T> below = new ArrayList<>();
  }

  /// An index of these; a filter may come more than once.
  public TopicFilterIndex(Iterable<Map.Entry<TopicFilter, T>> all) {
    all.forEach(one -> add(one.getKey(), one.getValue()));
  }

  private void add(TopicFilter filter, T value) {
    var node = root;
    for (String level : filter.text().split("/", -1)) {
      if (level.equals("#")) {
        node.below.add(value);
        return;
      }
      node = node.children.computeIfAbsent(level, _ -> new Node<>());
    }
    node.here.add(value);
  }

  /// What stands behind the filters that match, as `TopicFilter.matches` says.
  public List<T> matching(String topic) {
    List<T> found = new ArrayList<>();
    var levels = topic.split("/", -1);
    if (topic.startsWith("$")) {
      // A leading wildcard does not match these.
      var first = root.children.get(levels[0]);
      if (first != null) {
        visit(first, levels, 1, found);
      }
      return found;
    }
    visit(root, levels, 0, found);
    return found;
  }

  private static <T> void visit(Node<T> node, String[] levels, int depth, List<T> found) {
    if (depth == levels.length) {
      found.addAll(node.here);
      return;
    }
    found.addAll(node.below);
    var exact = node.children.get(levels[depth]);
    if (exact != null) {
      visit(exact, levels, depth + 1, found);
    }
    var any = node.children.get("+");
    if (any != null) {
      visit(any, levels, depth + 1, found);
    }
  }
}
