// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What `fieldline cost` says of a fleet: the file that was committed, where it is of the same
/// load.
///
/// @param quantity and USD by kind of price
record FleetPrediction(Map<String, Double> quantity, Map<String, Double> usd) {
  private static final String FILE = "benchmarks/results/fleet-run.prediction.tsv";

  /// After an hour has ended it takes so long until it is merged.
  private static final Duration ROLLUP = Duration.ofMinutes(7);

  static FleetPrediction read(Workplace at, int devices, FleetRun.Run run, int alarmRules)
      throws IOException {
    String command = String.join(" ", command(devices, run, alarmRules));
    Path file = at.root().resolve(FILE);
    if (Files.exists(file)) {
      List<String> lines = Files.readAllLines(file);
      if (lines.getFirst().startsWith("# ./fieldline " + command)) {
        System.out.println("  predicted before: " + lines.getFirst());
        return of(lines);
      }
      System.out.println("  the prediction kept is of another load: " + lines.getFirst());
    }
    System.out.println("  predicted now: ./fieldline " + command);
    try (var cost = at.fieldline(command.split(" "))) {
      return of(cost.ended(Duration.ofMinutes(5)).lines().toList());
    }
  }

  /// The load alone; durations follow it in the kept file.
  private static List<String> command(int devices, FleetRun.Run run, int alarmRules) {
    Instant hour = run.to().truncatedTo(ChronoUnit.HOURS);
    boolean isMerged = !hour.isBefore(run.from()) && !hour.plus(ROLLUP).isAfter(run.to());
    var command = new ArrayList<>(List.of("cost"));
    command.addAll(List.of("--format", "tsv", "--devices", String.valueOf(devices)));
    command.addAll(List.of("--interval", "1", "--sensors", "4", "--window", "60"));
    command.addAll(List.of("--alarm-rules", String.valueOf(alarmRules)));
    command.addAll(List.of("--pollers", String.valueOf(FleetRun.POLLERS)));
    long minutes = Duration.between(run.from(), run.to()).toMinutes();
    command.addAll(List.of("--minutes", String.valueOf(minutes)));
    command.addAll(List.of("--closed-hours", isMerged ? "1" : "0"));
    return command;
  }

  private static FleetPrediction of(List<String> lines) {
    var quantity = new LinkedHashMap<String, Double>();
    var usd = new LinkedHashMap<String, Double>();
    for (String line : lines) {
      String[] fields = line.split("\t");
      if (!line.startsWith("#") && fields.length == 5) {
        quantity.merge(fields[0], Double.parseDouble(fields[3]), Double::sum);
        usd.merge(fields[0], Double.parseDouble(fields[4]), Double::sum);
      }
    }
    if (quantity.isEmpty()) {
      throw new IllegalStateException("expected lines of `fieldline cost`, got " + lines);
    }
    return new FleetPrediction(quantity, usd);
  }

  Set<String> kinds() {
    return quantity.keySet();
  }

  double quantity(String kind) {
    return quantity.getOrDefault(kind, 0.0);
  }

  /// USD for one.
  double price(String kind) {
    return usd.getOrDefault(kind, 0.0) / quantity(kind);
  }
}
