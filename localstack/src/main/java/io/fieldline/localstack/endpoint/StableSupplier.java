// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.endpoint;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Computes a value at its first use and keeps it. Thread-safe.
final class StableSupplier<T> implements Supplier<T> {
  private final Supplier<T> first;
  private @Nullable T value;

  private StableSupplier(Supplier<T> first) {
    this.first = first;
  }

  static <T> Supplier<T> of(Supplier<T> first) {
    return new StableSupplier<>(first);
  }

  @Override
  public synchronized T get() {
    T known = value;
    if (known == null) {
      known = first.get();
      value = known;
    }
    return known;
  }
}
