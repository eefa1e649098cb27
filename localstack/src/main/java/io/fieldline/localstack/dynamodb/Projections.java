// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Cuts an item to the paths asked for.
final class Projections {
  private Projections() {}

  static Map<String, AttributeValue> of(Map<String, AttributeValue> item, List<Path> paths) {
    List<List<Path.Step>> steps = paths.stream().map(Path::steps).toList();
    AttributeValue cut = cut(AttributeValue.fromM(item), steps);
    return cut == null ? Map.of() : cut.m();
  }

  private static @Nullable AttributeValue cut(AttributeValue value, List<List<Path.Step>> paths) {
    var byStep = new LinkedHashMap<Path.Step, List<List<Path.Step>>>();
    for (List<Path.Step> path : paths) {
      if (path.isEmpty()) {
        return value;
      }
      byStep
          .computeIfAbsent(path.getFirst(), _ -> new ArrayList<>())
          .add(path.subList(1, path.size()));
    }
    var map = new LinkedHashMap<String, AttributeValue>();
    var list = new ArrayList<Map.Entry<Integer, AttributeValue>>();
    byStep.forEach((step, rest) -> {
      AttributeValue child = Path.child(value, step);
      AttributeValue cut = child == null ? null : cut(child, rest);
      if (cut != null) {
        switch (step) {
          case Path.Name n -> map.put(n.name(), cut);
          case Path.Index i -> list.add(Map.entry(i.index(), cut));
        }
      }
    });
    if (!list.isEmpty()) {
      list.sort(Comparator.comparing(Map.Entry::getKey));
      return AttributeValue.fromL(list.stream().map(Map.Entry::getValue).toList());
    }
    return map.isEmpty() ? null : AttributeValue.fromM(map);
  }
}
