// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import io.fieldline.infra.InvalidConfigException;
import io.fieldline.infra.StageConfig;
import io.fieldline.infra.StageConfigFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/// `fieldline cost --devices N --interval S [--sensors N] [--window S] [--stage NAME]`: a month on
/// AWS; with `--minutes` a run that is counted, where functions are as fast as it is told.
public final class CostCommand {
  private static final List<String> OPTIONS =
      List.of(
          "devices",
          "interval",
          "sensors",
          "window",
          "stage",
          "alarm-rules",
          "minutes",
          "closed-hours",
          "filled-minutes",
          "pollers",
          "poll-ms",
          "invocation-ms",
          "message-ms",
          "together",
          "format");
  private static final String USAGE =
      "fieldline cost --devices N --interval SECONDS [--sensors N] [--window SECONDS] [--stage NAME]"
          + " [--alarm-rules N] [--format text|tsv]; of a run: [--minutes M] [--closed-hours H]"
          + " [--filled-minutes M] [--pollers N] [--poll-ms MS] [--invocation-ms MS]"
          + " [--message-ms MS] [--together N]";

  private CostCommand() {}

  /// The folder of the stages' configuration comes first.
  public static void main(String[] arguments) {
    try {
      var options = options(List.of(arguments).subList(1, arguments.length));
      var config =
          StageConfigFile.read(Path.of(arguments[0]), options.getOrDefault("stage", "dev"));
      var pace =
          new Pace(
              (int) number(options, "pollers", String.valueOf(Pace.AWS.pollers())),
              number(options, "poll-ms", String.valueOf(Pace.AWS.pollSeconds() * 1000)) / 1000,
              number(options, "invocation-ms", String.valueOf(Pace.AWS.invocationSeconds() * 1000))
                  / 1000,
              number(options, "message-ms", String.valueOf(Pace.AWS.messageSeconds() * 1000))
                  / 1000,
              options.containsKey("together")
                  ? OptionalDouble.of(number(options, "together", ""))
                  : OptionalDouble.empty());
      System.out.print(
          switch (options.getOrDefault("format", "text")) {
            case "text" -> text(load(options), config, pace);
            case "tsv" -> lines(OurPipeline.bill(load(options), config, pace));
            default ->
                throw new IllegalArgumentException(
                    "--format: text or tsv expected, got '" + options.get("format") + "'");
          });
    } catch (IllegalArgumentException | InvalidConfigException e) {
      System.err.println("cost: " + e.getMessage());
      System.exit(1);
    }
  }

  private static Load load(Map<String, String> options) {
    var month = Period.MONTH;
    boolean isRun = options.containsKey("minutes");
    var period =
        new Period(
            number(options, "minutes", String.valueOf(month.minutes())) * 60,
            number(options, "closed-hours", isRun ? "0" : String.valueOf(month.closedHours())),
            number(options, "filled-minutes", String.valueOf(month.filledMinutes())));
    return new Load(
        (long) number(options, "devices", ""),
        (int) number(options, "sensors", "4"),
        number(options, "interval", ""),
        number(options, "window", "1"),
        (int) number(options, "alarm-rules", "0"),
        period);
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
    return text(load, config, Pace.AWS);
  }

  /// A line for each item: kind of price, part, what, how many, USD.
  static String lines(Bill bill) {
    var lines = new StringBuilder();
    for (var one : bill.lines()) {
      lines.append(
          line(
              "%s\t%s\t%s\t%.6f\t%.10f",
              one.price().name(), one.part(), one.what(), one.quantity(), one.usd()));
    }
    return lines.toString();
  }

  private static String text(Load load, StageConfig config, Pace pace) {
    var ours = OurPipeline.bill(load, config, pace);
    var period =
        load.period().isMonth() ? "a month" : "%.0f minutes".formatted(load.period().minutes());
    var naive = NaivePipeline.bill(load);
    var text = new StringBuilder();
    text.append(
        line(
            "%,d devices, %d sensors each, a reading every %s s, batches of %.0f readings: %,.0f readings in %s",
            load.devices(),
            load.sensors(),
            load.intervalSeconds(),
            load.readingsPerMessage(),
            load.readings(),
            period));
    text.append(
        line("stage %s; us-east-1, USD, prices as read on %s%n", config.stage(), Price.READ_ON));
    for (var one : ours.lines()) {
      text.append(
          line(
              "%-11s %-46s %,18.0f %s",
              one.part(), one.what(), one.quantity(), usd(one.usd(), load)));
    }
    text.append(
        line("%-58s %,18.0f %s%n", period + ", in all", load.readings(), usd(ours.usd(), load)));
    text.append(perMillion("this pipeline", ours, load, period));
    text.append(perMillion("a message and an item for each value", naive, load, period));
    text.append(line("ratio: %.1f", naive.usd() / ours.usd()));
    text.append(
        line(
            "not in it: what people look at and command (API, live view, shadows), and the free tier"));
    return text.toString();
  }

  private static String perMillion(String design, Bill bill, Load load, String period) {
    return line(
        "%-46s %s %s, %8.4f a million readings",
        design, usd(bill.usd(), load), period, bill.usd() / load.readings() * 1e6);
  }

  /// A run costs so little that cents say nothing.
  private static String usd(double usd, Load load) {
    return String.format(Locale.ROOT, load.period().isMonth() ? "%12.2f" : "%12.6f", usd);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format + "%n", values);
  }
}
