// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.util.function.Supplier;

/// What is taken whole and uses the library.
public final class Program implements Supplier<String> {
  @Override
  public String get() {
    try {
      return Library.Client.create().get(new Library.GetRequest())
          + String.join("", new Library.Walk())
          + Library.step().twice("hey")
          + Library.load();
    } catch (Library.Unheard | ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
