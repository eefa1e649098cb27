// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import io.fieldline.infra.InvalidConfigException;
import io.fieldline.infra.StageConfig;
import io.fieldline.infra.StageConfigFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// `fieldline cost --devices N --interval S [--sensors N] [--window S] [--stage NAME]`.
public final class CostCommand {
  private static final List<String> OPTIONS =
      List.of("devices", "interval", "sensors", "window", "stage");
  private static final String USAGE =
      "fieldline cost --devices N --interval SECONDS [--sensors N] [--window SECONDS] [--stage NAME]";

  private CostCommand() {}

  /// The folder of the stages' configuration comes first.
  public static void main(String[] arguments) {
    try {
      var options = options(List.of(arguments).subList(1, arguments.length));
      var config =
          StageConfigFile.read(Path.of(arguments[0]), options.getOrDefault("stage", "dev"));
      var load =
          new Load(
              (long) number(options, "devices", ""),
              (int) number(options, "sensors", "4"),
              number(options, "interval", ""),
              number(options, "window", "1"));
      System.out.print(text(load, config));
    } catch (IllegalArgumentException | InvalidConfigException e) {
      System.err.println("cost: " + e.getMessage());
      System.exit(1);
    }
  }

  private static Map<String, String> options(List<String> arguments) {
    var options = new TreeMap<String, String>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i).replaceFirst("^--", "");
      if (!arguments.get(i).startsWith("--") || !OPTIONS.contains(name)) {
        throw new IllegalArgumentException(
            "expected one of --"
                + String.join(", --", OPTIONS)
                + ", got "
                + arguments.get(i)
                + "; "
                + USAGE);
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException("--" + name + " needs a value; " + USAGE);
      }
      options.put(name, arguments.get(i + 1));
    }
    return options;
  }

  private static double number(Map<String, String> options, String name, String byDefault) {
    String text = options.getOrDefault(name, byDefault);
    if (text.isEmpty()) {
      throw new IllegalArgumentException("--" + name + " expected; " + USAGE);
    }
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "--" + name + ": a number expected, got '" + text + "'; " + USAGE, e);
    }
  }

  static String text(Load load, StageConfig config) {
    var ours = OurPipeline.bill(load, config);
    var naive = NaivePipeline.bill(load);
    var text = new StringBuilder();
    text.append(
        line(
            "%,d devices, %d sensors each, a reading every %s s, batches of %.0f readings: %,.0f readings a month",
            load.devices(),
            load.sensors(),
            load.intervalSeconds(),
            load.readingsPerMessage(),
            load.readings()));
    text.append(
        line("stage %s; us-east-1, USD, prices as read on %s%n", config.stage(), Price.READ_ON));
    for (var one : ours.lines()) {
      text.append(
          line("%-11s %-46s %,18.0f %12.2f", one.part(), one.what(), one.quantity(), one.usd()));
    }
    text.append(line("%-58s %,18.0f %12.2f%n", "a month, in all", load.readings(), ours.usd()));
    text.append(perMillion("this pipeline", ours, load));
    text.append(perMillion("a message and an item for each value", naive, load));
    text.append(line("ratio: %.1f", naive.usd() / ours.usd()));
    text.append(
        line(
            "not in it: what people look at and command (API, live view, shadows), and the free tier"));
    return text.toString();
  }

  private static String perMillion(String design, Bill bill, Load load) {
    return line(
        "%-46s %12.2f a month, %8.4f a million readings",
        design, bill.usd(), bill.usd() / load.readings() * 1e6);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }
}
