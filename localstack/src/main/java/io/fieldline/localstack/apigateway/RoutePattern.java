// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A route key, read: {@code GET /devices/{id}}, {@code ANY /{proxy+}}, {@code $default}.
///
/// @param method or {@code ANY}
/// @param segments literal, {@code {name}}, or last {@code {name+}}; empty for {@code $default}
record RoutePattern(String key, String method, List<String> segments) {
  private static final String DEFAULT = "$default";

  /// The more specific first.
  ///
  /// Source: API Gateway Developer Guide, routing API requests: a full match, then a match with a
  /// greedy path variable, then {@code $default}.
  static final Comparator<RoutePattern> MOST_SPECIFIC_FIRST =
      Comparator.comparing(RoutePattern::rank).thenComparing(p -> p.method.equals("ANY"));

  RoutePattern {
    segments = List.copyOf(segments);
  }

  static RoutePattern parse(String key) {
    if (key.equals(DEFAULT)) {
      return new RoutePattern(key, "ANY", List.of());
    }
    int space = key.indexOf(' ');
    if (space < 1 || !key.startsWith("/", space + 1)) {
      throw HttpApis.bad(
          "RouteKey: expected '$default' or a method and a path such as 'GET /pets', got '"
              + key
              + "'");
    }
    return new RoutePattern(key, key.substring(0, space), split(key.substring(space + 1)));
  }

  /// The path's segments; a slash at its end counts as an empty one, except of the root.
  static List<String> split(String path) {
    return path.equals("/") || path.isEmpty()
        ? List.of("")
        : List.of(path.substring(1).split("/", -1));
  }

  boolean isDefault() {
    return key.equals(DEFAULT);
  }

  private String rank() {
    if (isDefault()) {
      return "9";
    }
    var rank = new StringBuilder();
    for (String segment : segments) {
      rank.append(segment.endsWith("+}") ? '3' : segment.startsWith("{") ? '2' : '1');
    }
    return rank.toString();
  }

  /// What stands in the places of the variables, or empty where the request is not for this route.
  Optional<Map<String, String>> match(String requestMethod, List<String> path) {
    if (isDefault()) {
      return Optional.of(Map.of());
    }
    if (!method.equals("ANY") && !method.equals(requestMethod)) {
      return Optional.empty();
    }
    var variables = new LinkedHashMap<String, String>();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (segment.endsWith("+}")) {
        String rest =
            String.join("/", new ArrayList<>(path).subList(Math.min(i, path.size()), path.size()));
        if (rest.isEmpty()) {
          return Optional.empty();
        }
        variables.put(segment.substring(1, segment.length() - 2), rest);
        return Optional.of(variables);
      }
      if (i >= path.size()) {
        return Optional.empty();
      }
      if (segment.startsWith("{") && !path.get(i).isEmpty()) {
        variables.put(segment.substring(1, segment.length() - 1), path.get(i));
      } else if (!segment.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return path.size() == segments.size() ? Optional.of(variables) : Optional.empty();
  }
}
