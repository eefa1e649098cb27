// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.shrink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// What jars were shrunk from: a build in which nothing of it changed does not shrink again.
record Inputs(String text) {
  private static final String FILE = "inputs.txt";

  static Inputs of(List<Path> path, Pattern shrunk) throws IOException {
    var lines = new TreeSet<String>();
    for (Path one : path) {
      try (var files = Files.walk(one)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          lines.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
      }
    }
    return new Inputs(shrunk + "\n" + String.join("\n", lines));
  }

  boolean areThoseOf(Path folder) throws IOException {
    var file = folder.resolve(FILE);
    return Files.exists(file) && Files.readString(file).equals(text);
  }

  /// At the end: a build that was stopped half-way begins anew.
  void note(Path folder) throws IOException {
    Files.writeString(folder.resolve(FILE), text);
  }
}
