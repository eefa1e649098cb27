// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The machine the agent runs on: temperatures, load, memory, disk. What the machine does not have
/// is not measured.
///
/// Source: Linux kernel documentation, admin-guide/thermal sysfs-api, hwmon sysfs-interface,
/// filesystems/proc (loadavg, meminfo).
public final class MachineSource {
  private static final Pattern HWMON =
      Pattern.compile("((temp|in|curr|power|humidity|fan)\\d{1,3})_input");
  private static final Map<String, Scale> HWMON_SCALES =
      Map.of(
          "temp", new Scale(1000, "Cel"),
          "in", new Scale(1000, "V"),
          "curr", new Scale(1000, "A"),
          "power", new Scale(1_000_000, "W"),
          "humidity", new Scale(1000, "%RH"),
          "fan", new Scale(1, "rpm"));

  private final Path root;
  private final Path disk;
  private final String device;
  private final Clock clock;

  /// A source below that root, `/` on a real machine; the disk is that of the given folder.
  public MachineSource(Path root, Path disk, String device, Clock clock) {
    this.root = root;
    this.disk = disk;
    this.device = device;
    this.clock = clock;
  }

  /// One reading of everything.
  public List<Reading> measure() throws IOException {
    Map<String, Value> values = new LinkedHashMap<>();
    thermalZones(values);
    hwmon(values);
    load(values);
    memory(values);
    disk(values);
    long nowMs = clock.millis();
    List<Reading> samples = new ArrayList<>();
    values.forEach(
        (name, value) -> samples.add(new Reading(device, name, value.unit, nowMs, value.number)));
    return samples;
  }

  private record Value(double number, String unit) {}

  private record Scale(double divisor, String unit) {}

  private void thermalZones(Map<String, Value> values) throws IOException {
    for (Path zone : children(root.resolve("sys/class/thermal"), "thermal_zone")) {
      String type = text(zone.resolve("type")).orElse(zone.getFileName().toString());
      number(zone.resolve("temp"), "thermal_" + type, new Scale(1000, "Cel"), values);
    }
  }

  private void hwmon(Map<String, Value> values) throws IOException {
    for (Path chip : children(root.resolve("sys/class/hwmon"), "hwmon")) {
      String name = text(chip.resolve("name")).orElse(chip.getFileName().toString());
      for (Path input : children(chip, "")) {
        Matcher file = HWMON.matcher(input.getFileName().toString());
        if (file.matches()) {
          String label = text(chip.resolve(file.group(1) + "_label")).orElse(file.group(1));
          Scale scale = HWMON_SCALES.getOrDefault(file.group(2), new Scale(1, ""));
          number(input, "hwmon_" + name + "_" + label, scale, values);
        }
      }
    }
  }

  private static void number(Path file, String name, Scale scale, Map<String, Value> values) {
    text(file)
        .filter(text -> text.matches("-?\\d{1,15}"))
        .ifPresent(text -> {
          String own = name.replaceAll("[^A-Za-z0-9_.-]+", "_");
          String unique = own;
          for (int i = 2; values.containsKey(unique); i++) {
            unique = own + "_" + i;
          }
          values.put(unique, new Value(Long.parseLong(text) / scale.divisor, scale.unit));
        });
  }

  private void load(Map<String, Value> values) {
    text(root.resolve("proc/loadavg"))
        .map(text -> text.split(" "))
        .filter(words -> words.length >= 3)
        .ifPresent(words -> values.put("load1", new Value(Double.parseDouble(words[0]), "")));
  }

  private void memory(Map<String, Value> values) {
    Map<String, Long> kibibytes = new LinkedHashMap<>();
    text(root.resolve("proc/meminfo"))
        .ifPresent(text ->
            text.lines()
                .map(line -> line.split("[:\\s]+"))
                .filter(words -> words.length == 3 && words[1].matches("\\d{1,15}"))
                .forEach(words -> kibibytes.put(words[0], Long.parseLong(words[1]))));
    Long total = kibibytes.get("MemTotal");
    Long available = kibibytes.get("MemAvailable");
    if (total != null && available != null && total > 0) {
      values.put("memory_available", new Value(available * 1024.0, "B"));
      values.put("memory_used", new Value(percent(total - available, total), "%"));
    }
  }

  private void disk(Map<String, Value> values) throws IOException {
    FileStore store = Files.getFileStore(disk);
    long total = store.getTotalSpace();
    long free = store.getUsableSpace();
    if (total > 0) {
      values.put("disk_free", new Value(free, "B"));
      values.put("disk_used", new Value(percent(total - free, total), "%"));
    }
  }

  private static double percent(long part, long whole) {
    return Math.round(1000.0 * part / whole) / 10.0;
  }

  private static List<Path> children(Path folder, String prefix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> file.getFileName().toString().startsWith(prefix)).sorted().toList();
    }
  }

  /// A sensor may vanish, or refuse to be read while it sleeps: then it has no text.
  private static Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
