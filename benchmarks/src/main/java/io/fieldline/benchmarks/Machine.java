// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What the figures were taken on.
final class Machine {
  private Machine() {}

  static String description() throws IOException {
    return "%d × %s, %s memory, Linux %s, %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            field("/proc/cpuinfo", "model name"),
            gibibytes(field("/proc/meminfo", "MemTotal")),
            System.getProperty("os.version"),
            Files.getFileStore(Path.of(System.getProperty("java.io.tmpdir"))).type(),
            System.getProperty("java.vm.version"));
  }

  /// How many programs wanted to run, on average of the last minute.
  static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
  }

  private static String field(String file, String name) throws IOException {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }

  private static String gibibytes(String kilobytes) {
    return Math.round(Double.parseDouble(kilobytes.split(" ")[0]) / (1 << 20)) + " GiB";
  }
}
