// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.structure;

import io.fieldline.acceptance.pipeline.Checkout;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// The checkout's files as text, without what is built or downloaded.
///
/// @param files by path from the root, with `/`
record SourceTree(Path root, TreeMap<String, String> files) {
  private static final Set<String> NOT_OURS =
      Set.of("target", "node_modules", "dist", "cdk.out", ".git", "results");
  private static final List<String> ENDINGS =
      List.of(".java", ".ts", ".tsx", ".mjs", ".sh", ".md", "pom.xml");
  private static final Set<String> PROGRAMS = Set.of("fieldline", ".ci/run");

  /// Reads the checkout that the test runs in.
  static SourceTree read() throws IOException {
    Path root = Checkout.root();
    var files = new TreeMap<String, String>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_OURS.contains(String.valueOf(folder.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = root.relativize(file).toString().replace('\\', '/');
            if (PROGRAMS.contains(name) || ENDINGS.stream().anyMatch(name::endsWith)) {
              files.put(name, Files.readString(file));
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return new SourceTree(root, files);
  }

  /// The text of one file.
  String text(String path) {
    String text = files.get(path);
    if (text == null) {
      throw new IllegalArgumentException("no such file: " + path);
    }
    return text;
  }
}
