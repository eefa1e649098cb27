// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipInputStream;

/// A function's zip as it is deployed.
final class FunctionZip {
  private FunctionZip() {}

  /// Its jars, in the order in which Lambda has them on the class path.
  static List<Path> unpacked(Workplace at, String label) throws IOException {
    Path zip = at.root().resolve("lambdas/target/functions/" + label + ".zip");
    Path folder = Files.createDirectories(at.folder().resolve("zip-" + label));
    var jars = new ArrayList<Path>();
    try (var in = new ZipInputStream(Files.newInputStream(zip))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.getName().endsWith(".jar")) {
          Path jar = folder.resolve(Path.of(entry.getName()).getFileName());
          Files.copy(in, jar);
          jars.add(jar);
        }
      }
    }
    Collections.sort(jars);
    return jars;
  }
}
