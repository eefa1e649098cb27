// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.config.ConfigText;
import io.fieldline.agent.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a person sends to those who help: a tar.gz of texts. Files are listed by name, size and
/// mode, never copied, so that no key and no reading is in it.
final class SupportBundle implements Operation {
  private static final int CHUNK_BYTES = 24 * 1024;

  private final Path config;
  private final Path folder;
  private final String thing;
  private final Clock clock;
  private final Sources sources;

  /// Where its texts come from.
  record Sources(
      Supplier<Map<String, Object>> status, Supplier<String> metrics, Supplier<List<String>> log) {}

  SupportBundle(Path config, Path folder, String thing, Clock clock, Sources sources) {
    this.config = config;
    this.folder = folder;
    this.thing = thing;
    this.clock = clock;
    this.sources = sources;
  }

  @Override
  public Map<String, Object> run(Arguments arguments, Items items) throws IOException {
    Instant now = clock.instant();
    var bytes = new ByteArrayOutputStream();
    try (var tar = new TarGz(bytes, "support-" + thing, now)) {
      for (Map.Entry<String, String> text : texts().entrySet()) {
        tar.add(text.getKey(), text.getValue());
      }
    }
    byte[] bundle = bytes.toByteArray();
    for (int from = 0; from < bundle.length; from += CHUNK_BYTES) {
      byte[] chunk = Arrays.copyOfRange(bundle, from, Math.min(bundle.length, from + CHUNK_BYTES));
      items.send(Map.of("base64", Base64.getEncoder().encodeToString(chunk)));
    }
    return Map.of("name", "support-" + thing + ".tar.gz", "bytes", (long) bundle.length);
  }

  private Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("status.json", JsonText.write(sources.status.get()) + "\n");
    texts.put("metrics.txt", sources.metrics.get());
    texts.put("log.txt", String.join("\n", sources.log.get()) + "\n");
    texts.put("config.yaml", configuration());
    texts.put("versions.txt", versions());
    texts.put("files.txt", files());
    texts.put("threads.txt", threads());
    return texts;
  }

  private String configuration() {
    try {
      return ConfigText.withoutSecrets(Files.readString(config));
    } catch (IOException | IllegalArgumentException e) {
      return "# left out: " + config + ": " + e.getMessage() + "\n";
    }
  }

  private static String versions() {
    var text = new StringBuilder();
    for (String property :
        List.of(
            "java.vendor", "java.version", "java.vm.name", "os.name", "os.version", "os.arch")) {
      text.append(property).append(' ').append(System.getProperty(property)).append('\n');
    }
    for (Path file : List.of(Path.of("/etc/os-release"), Path.of("/proc/meminfo"))) {
      try {
        Files.readString(file).lines().limit(8).forEach(line -> text.append(line).append('\n'));
      } catch (IOException e) {
        text.append(file).append(": ").append(e).append('\n');
      }
    }
    return text.toString();
  }

  private String files() {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.sorted().map(this::listed).collect(Collectors.joining("\n", "", "\n"));
    } catch (IOException | UncheckedIOException e) {
      return folder + ": " + e + "\n";
    }
  }

  private String listed(Path file) {
    try {
      var of = Files.readAttributes(file, PosixFileAttributes.class);
      return "%s %s:%s %10d %s %s"
          .formatted(
              PosixFilePermissions.toString(of.permissions()),
              of.owner().getName(),
              of.group().getName(),
              of.size(),
              of.lastModifiedTime(),
              folder.relativize(file));
    } catch (IOException e) {
      return folder.relativize(file) + ": " + e;
    }
  }

  private static String threads() {
    var text = new StringBuilder();
    Thread.getAllStackTraces()
        .forEach((thread, stack) -> {
          text.append(thread.getName()).append(' ').append(thread.getState()).append('\n');
          for (StackTraceElement frame : stack) {
            text.append("  at ").append(frame).append('\n');
          }
        });
    return text.toString();
  }
}
