// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list in its own order, and the key of the item with which the next part begins.
record Part<T>(List<T> items, @Nullable String next) {
  private static final int PAGE = 100;

  /// @param from the key to begin with, as an earlier part told; null begins with the first
  static <T> Part<T> of(
      List<T> all, Function<T, String> key, @Nullable Integer wanted, @Nullable String from) {
    int most = wanted == null ? PAGE : wanted;
    List<T> left =
        from == null
            ? all
            : all.stream().filter(item -> key.apply(item).compareTo(from) >= 0).toList();
    int end = Math.min(left.size(), most);
    return new Part<>(left.subList(0, end), end < left.size() ? key.apply(left.get(end)) : null);
  }
}
