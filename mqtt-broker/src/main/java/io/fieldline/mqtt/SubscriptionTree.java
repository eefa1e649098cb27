// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Topic name to subscriptions. Reading takes no lock; changes are made one at a time.
final class SubscriptionTree {
  private final Node root = new Node();
  private final AtomicInteger turn = new AtomicInteger();
  private final MultiLevelWildcard reach;

  SubscriptionTree(MultiLevelWildcard reach) {
    this.reach = reach;
  }

  /// Adds, or replaces the subscriber's subscription of the same filter.
  synchronized void add(Subscription subscription) {
    Node node = root;
    for (String level : TopicName.split(subscription.filter().pattern())) {
      node = node.children.computeIfAbsent(level, _ -> new Node());
    }
    var next = new ArrayList<>(node.subscriptions);
    next.removeIf(s -> isSame(s, subscription.subscriber(), subscription.filter()));
    next.add(subscription);
    node.subscriptions = List.copyOf(next);
  }

  synchronized void remove(Subscriber subscriber, TopicFilter filter) {
    remove(root, TopicName.split(filter.pattern()), 0, subscriber, filter);
  }

  private static void remove(
      Node node, String[] levels, int depth, Subscriber subscriber, TopicFilter filter) {
    if (depth == levels.length) {
      var next = new ArrayList<>(node.subscriptions);
      next.removeIf(s -> isSame(s, subscriber, filter));
      node.subscriptions = List.copyOf(next);
      return;
    }
    Node child = node.children.get(levels[depth]);
    if (child != null) {
      remove(child, levels, depth + 1, subscriber, filter);
      if (child.subscriptions.isEmpty() && child.children.isEmpty()) {
        node.children.remove(levels[depth]);
      }
    }
  }

  private static boolean isSame(Subscription s, Subscriber subscriber, TopicFilter filter) {
    return s.subscriber() == subscriber && s.filter().equals(filter);
  }

  /// Those to deliver to: each subscriber once, by the subscription with the highest QoS; of each
  /// share one member, in turn.
  void match(TopicName topic, Consumer<Subscription> receiver) {
    var found = new ArrayList<Subscription>(4);
    String[] levels = topic.levels();
    collect(root, levels, 0, found);
    if (found.size() == 1) {
      receiver.accept(found.getFirst());
      return;
    }
    var own = new LinkedHashMap<Subscriber, Subscription>();
    var shares = new LinkedHashMap<String, List<Subscription>>();
    for (Subscription s : found) {
      if (s.filter().share().isPresent()) {
        shares.computeIfAbsent(s.filter().text(), _ -> new ArrayList<>()).add(s);
      } else {
        own.merge(s.subscriber(), s, (a, b) -> a.qos().compareTo(b.qos()) >= 0 ? a : b);
      }
    }
    own.values().forEach(receiver);
    shares.values().forEach(members -> receiver.accept(oneOf(members)));
  }

  private Subscription oneOf(List<Subscription> members) {
    int first = Math.floorMod(turn.getAndIncrement(), members.size());
    for (int i = 0; i < members.size(); i++) {
      Subscription member = members.get((first + i) % members.size());
      if (!member.subscriber().isAway()) {
        return member;
      }
    }
    return members.get(first);
  }

  private void collect(Node node, String[] levels, int depth, List<Subscription> found) {
    boolean wildcards = depth > 0 || !levels[0].startsWith("$");
    if (depth == levels.length) {
      found.addAll(node.subscriptions);
      if (reach.includesParent()) {
        addAll(node.children.get("#"), found);
      }
      return;
    }
    if (wildcards) {
      addAll(node.children.get("#"), found);
      descend(node.children.get("+"), levels, depth, found);
    }
    descend(node.children.get(levels[depth]), levels, depth, found);
  }

  private void descend(@Nullable Node node, String[] levels, int depth, List<Subscription> found) {
    if (node != null) {
      collect(node, levels, depth + 1, found);
    }
  }

  private static void addAll(@Nullable Node node, List<Subscription> found) {
    if (node != null) {
      found.addAll(node.subscriptions);
    }
  }

  private static final class Node {
    private final Map<String, Node> children = new ConcurrentHashMap<>(2);
    private volatile List<Subscription> subscriptions = List.of();
  }
}
