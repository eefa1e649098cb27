// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.SourceConfig.Gpio;
import io.fieldline.agent.config.SourceConfig.OneWire;
import io.fieldline.agent.config.SourceConfig.Parity;
import io.fieldline.agent.config.SourceConfig.PolledPage;
import io.fieldline.agent.config.SourceConfig.Port;
import io.fieldline.agent.config.SourceConfig.Program;
import io.fieldline.agent.config.SourceConfig.SerialLines;
import io.fieldline.agent.config.SourceConfig.TailedFile;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// Reads the lists of sources that have a name each.
///
/// @param thing whose sensors they are unless a section names a device
/// @param allowed programs that may be run
record SourceSections(String thing, Set<String> allowed) {
  static final long DAY_MS = 86_400_000;
  static final String SENSOR = "[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}";
  static final String SENSOR_EXPECTED = "1 to 64 letters, digits, '_', '.', ':' or '-'";
  private static final String SHORT_NAME = "[A-Za-z0-9_-]{1,24}";
  private static final String SHORT_EXPECTED = "1 to 24 letters, digits, '_' or '-'";
  private static final int STALLED_PERIODS = 5;

  List<SourceConfig> read(YamlSection root) {
    List<SourceConfig> sources = new ArrayList<>();
    read(root, "pages", YamlSection::remote, this::page, sources);
    read(root, "modbus", YamlSection::remote, new ModbusSections(thing)::read, sources);
    read(root, "serial", YamlSection::remote, this::serial, sources);
    // What it runs is begun by the file alone.
    read(root, "programs", YamlSection::reloadable, this::program, sources);
    read(root, "files", YamlSection::remote, this::file, sources);
    read(root, "oneWire", YamlSection::remote, this::oneWire, sources);
    read(root, "gpio", YamlSection::remote, this::gpio, sources);
    refused(root, "bluetooth", "Theengs Gateway or ESPHome's bluetooth proxy");
    refused(root, "zigbee", "Zigbee2MQTT (mqtt.presets: zigbee2mqtt)");
    return sources;
  }

  private static void read(
      YamlSection root,
      String key,
      UnaryOperator<YamlSection> switched,
      Function<YamlSection, SourceConfig> reader,
      List<SourceConfig> sources) {
    Set<String> names = new HashSet<>();
    for (YamlSection section : root.reloadable().list(key, "name")) {
      SourceConfig source = reader.apply(section);
      boolean enabled = switched.apply(section).flag("enabled", true, "whether it is there at all");
      if (!names.add(source.name())) {
        section.problem("name", "a name of its own expected for each, this one is there twice");
      }
      if (enabled) {
        sources.add(source);
      }
      section.end();
    }
  }

  /// A radio is a driver, a stack and certificates of its own; programs that have them speak MQTT.
  private static void refused(YamlSection root, String key, String bridge) {
    if (root.has(key)) {
      root.problem(
          key,
          "no radio is driven by the agent: a bridge to the local MQTT listener expected: "
              + bridge);
    }
  }

  static String name(YamlSection section) {
    return section.required(
        "name", SHORT_NAME, SHORT_EXPECTED, "its name in metrics, alarms and file names");
  }

  static Duration every(YamlSection section, long byDefault) {
    return section.millis("everyMs", byDefault, 10, DAY_MS, "time between readings");
  }

  /// Five times its period, unless it says otherwise.
  static Duration stalledAfter(YamlSection section, Duration every) {
    String meaning = "alarm when no reading comes so long; 0: none";
    return section
        .millis("stalledAfterMs", "five times everyMs", 0, 7 * DAY_MS, meaning)
        .orElse(every.multipliedBy(STALLED_PERIODS));
  }

  private static Duration stalledAfter(YamlSection section) {
    return section.millis(
        "stalledAfterMs", 0, 0, 7 * DAY_MS, "alarm when no reading comes so long; 0: none");
  }

  static Port port(YamlSection section) {
    return new Port(
        Path.of(section.required("port", "/.+", "an absolute path", "the serial port's device")),
        (int) section.whole("baud", 9600, 50, 4_000_000, "bits a second", "its speed"),
        (int) section.whole("dataBits", 8, 5, 8, "bits", "bits of a character"),
        section.choice("parity", Parity.NONE, "the parity bit"),
        (int) section.whole("stopBits", 1, 1, 2, "bits", "bits after a character"));
  }

  private SourceConfig serial(YamlSection section) {
    return new SerialLines(
        name(section),
        port(section),
        section.device(thing),
        section.text("greeting", "what is sent when it is opened, such as \"START\\n\"").orElse(""),
        section.flag("answers", false, "whether messages are answered as over TCP"),
        ListenerSections.framing(section),
        ListenerSections.maxLineBytes(section),
        stalledAfter(section.remote()));
  }

  private SourceConfig program(YamlSection section) {
    List<String> command =
        section.texts(
            "command",
            "an allowed program and its arguments",
            "what is run, with no shell; its output is lines of readings");
    if (command.isEmpty()) {
      section.missing("command", "a list of an allowed program and its arguments");
    } else if (!allowed.contains(command.getFirst()) || !Path.of(command.getFirst()).isAbsolute()) {
      section.problem(
          "command",
          "an absolute path that is in allowedPrograms expected, got '" + command.getFirst() + "'");
    }
    Duration every = every(section, 60_000);
    return new Program(
        name(section),
        command,
        section.device(thing),
        every,
        section.millis("timeoutMs", 5000, 10, 3_600_000, "after this it is ended"),
        (int)
            section.whole(
                "maxOutputBytes", 65_536, 64, 1 << 20, "bytes", "the longest output taken"),
        stalledAfter(section.remote(), every));
  }

  private SourceConfig file(YamlSection section) {
    return new TailedFile(
        name(section),
        section.requiredPath("path", "the file that lines are added to"),
        section.device(thing),
        section.choice(
            "from", TailedFile.From.END, "where a file that was never read before is begun"),
        section.remote().millis("everyMs", 500, 10, DAY_MS, "time between looks"),
        ListenerSections.maxLineBytes(section.remote()),
        stalledAfter(section.remote()));
  }

  private SourceConfig page(YamlSection section) {
    String url =
        section.required("url", "https?://\\S+", "a URL of http or https", "what is asked for");
    URI uri = URI.create("http://localhost/");
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      section.problem("url", "a URL of http or https expected, got '" + url + "'");
    }
    List<PolledPage.Value> values = new ArrayList<>();
    for (YamlSection value : section.remote().list("values")) {
      values.add(
          new PolledPage.Value(
              value.required("pointer", "(/.*)?", "a JSON pointer", "where it is in the JSON"),
              value.required("sensor", SENSOR, SENSOR_EXPECTED, "name of the sensor"),
              unit(value),
              value.number("scale", 1, "what it is multiplied with"),
              value.number("offset", 0, "what is added after that")));
      value.end();
    }
    Duration every = every(section.remote(), 10_000);
    return new PolledPage(
        name(section),
        uri,
        section.device(thing),
        section.text("authorization", "the header of that name, where the page wants one"),
        every,
        section
            .remote()
            .millis("timeoutMs", 5000, 10, 3_600_000, "after this the page counts as silent"),
        (int)
            section
                .remote()
                .whole("maxBodyBytes", 262_144, 64, 8 << 20, "bytes", "the largest page taken"),
        values,
        stalledAfter(section.remote(), every));
  }

  static String unit(YamlSection section) {
    Optional<String> unit = section.text("unit", "unit of its values");
    if (unit.isPresent() && unit.get().length() > 16) {
      section.problem("unit", "at most 16 characters expected, got '" + unit.get() + "'");
    }
    return unit.orElse("");
  }

  private SourceConfig oneWire(YamlSection section) {
    Duration every = every(section.remote(), 10_000);
    return new OneWire(
        name(section),
        section.path("root", "/sys", "folder with bus/w1/devices"),
        section.device(thing),
        every,
        stalledAfter(section.remote(), every));
  }

  private SourceConfig gpio(YamlSection section) {
    List<Gpio.Line> lines = new ArrayList<>();
    for (YamlSection line : section.list("lines")) {
      lines.add(
          new Gpio.Line(
              (int) line.requiredWhole("offset", 0, 1023, "line", "number of the line on its chip"),
              line.required("sensor", SENSOR, SENSOR_EXPECTED, "name of the sensor"),
              line.choice("bias", Gpio.Bias.AS_IS, "what pulls the line when nothing drives it"),
              line.flag("activeLow", false, "whether low is 1")));
      line.end();
    }
    if (lines.isEmpty()) {
      section.missing("lines", "a list of lines");
    } else if (lines.size() > 64) {
      section.problem("lines", "at most 64 lines expected, got " + lines.size());
    }
    Duration every = every(section.remote(), 1000);
    return new Gpio(
        name(section),
        Path.of(
            section.text("chip", "/.+", "an absolute path", "/dev/gpiochip0", "the chip's device")),
        section.device(thing),
        every,
        lines,
        stalledAfter(section.remote(), every));
  }
}
