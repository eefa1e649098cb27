// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Applies the changes of an update expression: every value is computed on the item as it was.
final class Updates {
  private Updates() {}

  static Map<String, AttributeValue> apply(
      List<Change> changes, Map<String, AttributeValue> before) {
    var values = new ArrayList<Placed>();
    var removals = new ArrayList<Path>();
    for (Change change : changes) {
      AttributeValue value = value(change, before);
      if (value != null) {
        values.add(new Placed(change.path(), value));
      } else if (change instanceof Change.Remove || change.path().in(before) != null) {
        removals.add(change.path());
      }
    }
    Map<String, AttributeValue> item = new LinkedHashMap<>(before);
    for (Placed placed : values) {
      place(item, placed.path(), placed.value());
    }
    // The later elements of a list first, so that the others keep their places.
    removals.sort(Comparator.comparingInt(Updates::lastIndex).reversed());
    for (Path path : removals) {
      place(item, path, null);
    }
    return item;
  }

  private record Placed(Path path, AttributeValue value) {}

  private static int lastIndex(Path path) {
    return path.steps().getLast() instanceof Path.Index i ? i.index() : -1;
  }

  private static @Nullable AttributeValue value(Change change, Map<String, AttributeValue> item) {
    return switch (change) {
      case Change.Set c -> Evaluation.need(c.value(), item);
      case Change.Remove _ -> null;
      case Change.Add c -> {
        AttributeValue there = c.path().in(item);
        yield there == null ? c.value() : added(there, c.value());
      }
      case Change.Delete c -> {
        AttributeValue there = c.path().in(item);
        yield there == null ? null : without(there, c.value());
      }
    };
  }

  private static AttributeValue added(AttributeValue there, AttributeValue more) {
    if (there.type() != more.type()) {
      throw Evaluation.wrongType();
    }
    return switch (more.type()) {
      case N ->
          AttributeValue.fromN(Values.plain(Evaluation.number(there).add(Evaluation.number(more))));
      case SS -> Values.checked(AttributeValue.fromSs(union(there.ss(), more.ss())));
      case NS -> Values.checked(AttributeValue.fromNs(union(there.ns(), more.ns())));
      case BS -> Values.checked(AttributeValue.fromBs(union(there.bs(), more.bs())));
      default -> throw Evaluation.wrongType();
    };
  }

  private static <T> List<T> union(List<T> a, List<T> b) {
    var all = new java.util.LinkedHashSet<>(a);
    all.addAll(b);
    return List.copyOf(all);
  }

  private static @Nullable AttributeValue without(AttributeValue there, AttributeValue less) {
    if (there.type() != less.type()) {
      throw Evaluation.wrongType();
    }
    return switch (less.type()) {
      case SS -> {
        List<String> left = rest(there.ss(), less.ss());
        yield left.isEmpty() ? null : AttributeValue.fromSs(left);
      }
      case NS -> {
        List<String> left = rest(there.ns(), less.ns());
        yield left.isEmpty() ? null : AttributeValue.fromNs(left);
      }
      case BS -> {
        var left = rest(there.bs(), less.bs());
        yield left.isEmpty() ? null : AttributeValue.fromBs(left);
      }
      default -> throw Evaluation.wrongType();
    };
  }

  private static <T> List<T> rest(List<T> all, List<T> less) {
    return all.stream().filter(e -> !less.contains(e)).toList();
  }

  private static void place(
      Map<String, AttributeValue> item, Path path, @Nullable AttributeValue value) {
    if (path.isTop()) {
      put(item, path.top(), value);
      return;
    }
    AttributeValue top = item.get(path.top());
    if (top == null) {
      throw badPath();
    }
    item.put(path.top(), placed(top, path.steps(), 1, value));
  }

  private static void put(
      Map<String, AttributeValue> map, String name, @Nullable AttributeValue value) {
    if (value == null) {
      map.remove(name);
    } else {
      map.put(name, value);
    }
  }

  private static AttributeValue placed(
      AttributeValue node, List<Path.Step> steps, int depth, @Nullable AttributeValue value) {
    Path.Step step = steps.get(depth);
    boolean last = depth == steps.size() - 1;
    AttributeValue child = Path.child(node, step);
    if (!last && child == null) {
      throw badPath();
    }
    AttributeValue next = last || child == null ? value : placed(child, steps, depth + 1, value);
    switch (step) {
      case Path.Name name when node.hasM() -> {
        var map = new LinkedHashMap<>(node.m());
        put(map, name.name(), next);
        return AttributeValue.fromM(map);
      }
      case Path.Index index when node.hasL() -> {
        var list = new ArrayList<>(node.l());
        if (index.index() < list.size()) {
          if (next == null) {
            list.remove(index.index());
          } else {
            list.set(index.index(), next);
          }
        } else if (next != null) {
          list.add(next);
        }
        return AttributeValue.fromL(list);
      }
      default -> throw badPath();
    }
  }

  private static AwsFailure badPath() {
    return AwsFailure.validation(
        "The document path provided in the update expression is invalid for update");
  }
}
