// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The method, path and fixed query of a REST operation; ordered from the most specific.
final class UriPattern implements Comparable<UriPattern> {
  private final OperationWire operation;
  private final List<String> segments;
  private final Map<String, String> fixed;

  private UriPattern(OperationWire operation, List<String> segments, Map<String, String> fixed) {
    this.operation = operation;
    this.segments = segments;
    this.fixed = fixed;
  }

  /// An operation and the labels of its path, decoded.
  record Match(OperationWire operation, Map<String, String> labels) {}

  static UriPattern of(OperationWire operation) {
    String uri = operation.uri();
    int mark = uri.indexOf('?');
    String path = mark < 0 ? uri : uri.substring(0, mark);
    var fixed = new HashMap<String, String>();
    if (mark >= 0) {
      WireRequest.form(uri.substring(mark + 1)).forEach(fixed::put);
    }
    return new UriPattern(operation, split(path), fixed);
  }

  private static List<String> split(String path) {
    var segments = new ArrayList<>(List.of(path.split("/", -1)));
    segments.removeFirst();
    if (!segments.isEmpty() && segments.getLast().isEmpty()) {
      segments.removeLast();
    }
    return segments;
  }

  Optional<Match> match(WireRequest request) {
    if (!operation.method().equals(request.method()) || !fixedFits(request)) {
      return Optional.empty();
    }
    boolean s3 = operation.service().name().equals("s3");
    List<String> actual = s3 ? splitKeepingEmpty(request.path()) : split(request.path());
    var labels = new HashMap<String, String>();
    for (int i = 0; i < segments.size(); i++) {
      String segment = segments.get(i);
      if (i >= actual.size()) {
        return Optional.empty();
      }
      if (segment.endsWith("+}")) {
        labels.put(
            segment.substring(1, segment.length() - 2),
            WireRequest.decodePath(String.join("/", actual.subList(i, actual.size()))));
        return Optional.of(new Match(operation, labels));
      }
      if (segment.startsWith("{")) {
        if (actual.get(i).isEmpty()) {
          return Optional.empty();
        }
        labels.put(
            segment.substring(1, segment.length() - 1), WireRequest.decodePath(actual.get(i)));
      } else if (!segment.equals(WireRequest.decodePath(actual.get(i)))) {
        return Optional.empty();
      }
    }
    return actual.size() == segments.size()
        ? Optional.of(new Match(operation, labels))
        : Optional.empty();
  }

  /// An object's key may end in a slash or hold two in a row.
  private static List<String> splitKeepingEmpty(String path) {
    int slash = path.indexOf('/', 1);
    if (slash < 0 || slash == path.length() - 1) {
      return split(path);
    }
    var segments = new ArrayList<>(List.of(path.split("/", -1)));
    segments.removeFirst();
    return segments;
  }

  private boolean fixedFits(WireRequest request) {
    for (String need : operation.needs()) {
      String name = need.substring(2);
      boolean there =
          need.startsWith("h:")
              ? request.headers().containsKey(name)
              : request.parameters().keySet().stream().anyMatch(name::equalsIgnoreCase);
      if (!there) {
        return false;
      }
    }
    if (fixed.isEmpty()) {
      return true;
    }
    Map<String, List<String>> parameters = request.parameters();
    return fixed.entrySet().stream()
        .allMatch(f ->
            parameters.containsKey(f.getKey())
                && (f.getValue().isEmpty() || parameters.get(f.getKey()).contains(f.getValue())));
  }

  /// The more literal segments and fixed parameters, the earlier it is tried.
  private int specificity() {
    int literals = (int) segments.stream().filter(s -> !s.startsWith("{")).count();
    int greedy = segments.stream().anyMatch(s -> s.endsWith("+}")) ? 1 : 0;
    return (fixed.size() + operation.needs().size()) * 1000
        + segments.size() * 20
        + literals * 2
        - greedy;
  }

  @Override
  public int compareTo(UriPattern other) {
    int order = Integer.compare(other.specificity(), specificity());
    return order != 0 ? order : operation.name().compareTo(other.operation.name());
  }
}
