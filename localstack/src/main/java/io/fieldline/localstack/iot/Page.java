// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A part of a list in the order of its keys, and the key at which the next part begins.
record Page<T>(List<T> items, @Nullable String next) {
  private static final int DEFAULT = 25;
  private static final int MOST = 250;

  /// @param all in the order of {@code key}
  /// @param from where to begin, as an earlier page told; null begins at the first
  static <T> Page<T> of(
      Collection<T> all, Function<T, String> key, @Nullable Integer wanted, @Nullable String from) {
    int most = wanted == null ? DEFAULT : wanted;
    if (most < 1 || most > MOST) {
      throw AwsFailure.invalidRequest(
          "a page has 1 to " + MOST + " items, but " + most + " were asked for");
    }
    var items = new ArrayList<T>();
    for (T item : all) {
      if (from != null && key.apply(item).compareTo(from) < 0) {
        continue;
      }
      if (items.size() == most) {
        return new Page<>(items, key.apply(item));
      }
      items.add(item);
    }
    return new Page<>(items, null);
  }
}
