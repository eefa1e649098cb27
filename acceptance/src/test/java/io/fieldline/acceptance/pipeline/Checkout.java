// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the sources are that the test runs in.
public final class Checkout {
  private Checkout() {}

  /// The folder that holds the launcher.
  public static Path root() {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("fieldline")) || !Files.exists(root.resolve("infra-cdk"))) {
      Path parent = root.getParent();
      if (parent == null) {
        throw new IllegalStateException("expected to run in a checkout of Fieldline");
      }
      root = parent;
    }
    return root;
  }
}
