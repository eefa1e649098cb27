// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// The checkout with its built programs, and a folder that is deleted afterwards.
final class Workplace implements AutoCloseable {
  private final Path root;
  private final Path folder;
  private final int rounds;
  private final boolean full;

  Workplace(Path root, int rounds, boolean full) throws IOException {
    this.root = root;
    this.rounds = rounds;
    this.full = full;
    this.folder = Files.createTempDirectory("fieldline-bench");
  }

  Path root() {
    return root;
  }

  Path folder() {
    return folder;
  }

  /// Whether the long form of a method is wanted, where it has one.
  boolean full() {
    return full;
  }

  /// How often to measure: as told, else as usual.
  int rounds(int usual) {
    return rounds > 0 ? rounds : usual;
  }

  /// The launcher's flags of the local stack's JVM.
  static List<String> stackFlags() {
    return flags("fieldline.stack");
  }

  /// The launcher's flags of an agent's JVM.
  static List<String> smallFlags() {
    return flags("fieldline.small");
  }

  private static List<String> flags(String property) {
    return List.of(System.getProperty(property, "").strip().split(" +"));
  }

  /// A program of a module.
  Program java(String module, List<String> flags, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    Path built = root.resolve(module).resolve("target");
    command.addAll(List.of("-cp", built + "/*" + File.pathSeparator + built + "/lib/*", main));
    command.addAll(List.of(arguments));
    return Program.start(folder, Map.of(), command);
  }

  /// A command of the launcher.
  Program fieldline(String... arguments) {
    List<String> command = new ArrayList<>(List.of(root.resolve("fieldline").toString()));
    command.addAll(List.of(arguments));
    return Program.start(folder, Map.of(), command);
  }

  /// Nothing is asked of anybody for so long.
  static void rest(Duration time) throws InterruptedException {
    Thread.sleep(time);
  }

  @Override
  public void close() throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
