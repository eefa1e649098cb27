// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Topic filters as a tree of levels: a message visits only the branches that its topic can reach.
/// Immutable once built.
final class RuleIndex {
  private final Node root = new Node();

  private static final class Node {
    private final Map<String, Node> children = new HashMap<>();
    private final List<LiveRule> here = new ArrayList<>();
    private final List<LiveRule> below = new ArrayList<>();
  }

  RuleIndex(Iterable<LiveRule> rules) {
    for (LiveRule rule : rules) {
      rule.statement().topicFilter().ifPresent(filter -> add(filter, rule));
    }
  }

  private void add(TopicFilter filter, LiveRule rule) {
    var node = root;
    for (String level : filter.text().split("/", -1)) {
      if (level.equals("#")) {
        node.below.add(rule);
        return;
      }
      node = node.children.computeIfAbsent(level, _ -> new Node());
    }
    node.here.add(rule);
  }

  /// The rules whose filter matches. `a/#` does not match `a`; a leading wildcard does not match
  /// topics that start with `$`.
  List<LiveRule> matching(String topic) {
    List<LiveRule> found = new ArrayList<>();
    var levels = topic.split("/", -1);
    if (topic.startsWith("$")) {
      var first = root.children.get(levels[0]);
      if (first != null) {
        visit(first, levels, 1, found);
      }
      return found;
    }
    visit(root, levels, 0, found);
    return found;
  }

  private static void visit(Node node, String[] levels, int depth, List<LiveRule> found) {
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
