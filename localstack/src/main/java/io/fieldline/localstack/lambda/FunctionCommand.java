// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What starts a function's process.
///
/// @param options of the JVM, without its memory
/// @param classPath jars, and where a package has loose files its folder
record FunctionCommand(int heapMb, List<String> options, List<Path> classPath, String handler) {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  FunctionCommand {
    options = List.copyOf(options);
    classPath = List.copyOf(classPath);
  }

  /// A package's part of the class path: its folder where that holds more than libraries, and the
  /// libraries in the order of their names.
  ///
  /// Source: Lambda Developer Guide, "Deploy Java Lambda functions with .zip file archives": files
  /// under lib are loaded in Unicode order, after what is at the root.
  static List<Path> classPath(Path code) {
    var path = new ArrayList<Path>();
    try (Stream<Path> root = Files.list(code)) {
      if (root.anyMatch(file -> !file.endsWith("lib"))) {
        path.add(code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path libraries = code.resolve("lib");
    if (Files.isDirectory(libraries)) {
      try (Stream<Path> jars = Files.list(libraries)) {
        jars.filter(FunctionCommand::isJar).sorted().forEach(path::add);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return path;
  }

  private static boolean isJar(Path file) {
    return file.getFileName().toString().endsWith(".jar");
  }

  /// The whole command.
  ///
  /// @param more further options of the JVM
  List<String> line(List<String> more) {
    var line = new ArrayList<>(java(more));
    line.addAll(List.of(FunctionMain.class.getName(), handler));
    return line;
  }

  /// The same JVM, which only looks whether it could start so.
  List<String> check(List<String> more) {
    var line = new ArrayList<>(java(more));
    line.add("-version");
    return line;
  }

  private List<String> java(List<String> more) {
    var line = new ArrayList<>(List.of(JAVA, "-Xmx" + heapMb + "m"));
    line.addAll(options);
    line.addAll(more);
    line.add("-cp");
    line.add(String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
    return line;
  }

  /// What must be the same for prepared classes to be of use; nothing where a folder is on the
  /// class path, of which the JVM keeps none.
  Optional<String> fingerprint() {
    if (!classPath.stream().allMatch(FunctionCommand::isJar)) {
      return Optional.empty();
    }
    var text = new StringBuilder(JAVA).append(Runtime.version()).append(options);
    try {
      for (Path jar : classPath) {
        text.append(jar).append(Files.size(jar)).append(Files.getLastModifiedTime(jar));
      }
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return Optional.of(HexFormat.of().formatHex(digest, 0, 12));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
