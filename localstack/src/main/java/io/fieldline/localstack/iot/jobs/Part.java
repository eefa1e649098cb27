// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list in its own order, and the key of the item with which the next part begins.
record Part<T>(List<T> items, @Nullable String next) {
  private static final int PAGE = 25;

  /// @param from the item to begin with, as an earlier part told; null begins with the first
  static <T> Part<T> of(
      List<T> all, Function<T, String> key, @Nullable Integer wanted, @Nullable String from) {
    int most = wanted == null ? PAGE : wanted;
    int first = 0;
    while (from != null && first < all.size() && !key.apply(all.get(first)).equals(from)) {
      first++;
    }
    int end = Math.min(all.size(), first + most);
    return new Part<>(all.subList(first, end), end < all.size() ? key.apply(all.get(end)) : null);
  }
}
