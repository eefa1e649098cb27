// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import io.fieldline.agent.config.SourceConfig.OneWire;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.Polling;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The thermometers of the machine's 1-wire buses, each a sensor named by its address, such as
/// `28-0316a2795bff`. What fails its checksum is left out.
///
/// Source: Linux kernel documentation, w1/slaves/w1_therm: `w1_slave` ends its first line in YES
/// and its second in `t=` and thousandths of a degree.
public final class OneWireSource implements Polling.Question {
  private static final Pattern ADDRESS = Pattern.compile("[0-9a-f]{2}-[0-9a-f]{12}");
  private static final Pattern VALUE =
      Pattern.compile("(?s).* crc=[0-9a-f]+ YES\\n.* t=(-?\\d{1,7})\\s*");

  private final OneWire config;
  private final String source;
  private final Intake intake;
  private final Clock clock;

  /// @param source its name in metrics
  public OneWireSource(OneWire config, String source, Intake intake, Clock clock) {
    this.config = config;
    this.source = source;
    this.intake = intake;
    this.clock = clock;
  }

  @Override
  public void ask() throws IOException, InterruptedException {
    Path devices = config.root().resolve("bus/w1/devices");
    if (!Files.isDirectory(devices)) {
      throw new IOException(
          "a 1-wire bus expected at "
              + devices
              + ": is the kernel module w1-gpio or ds2490 loaded?");
    }
    List<Reading> readings = new ArrayList<>();
    try (Stream<Path> all = Files.list(devices)) {
      for (Path device : (Iterable<Path>) all.sorted()::iterator) {
        String name = device.getFileName().toString();
        Path file = device.resolve("w1_slave");
        if (ADDRESS.matcher(name).matches() && Files.exists(file)) {
          read(name, file, readings);
        }
      }
    }
    if (readings.isEmpty()) {
      throw new IOException("at least one thermometer that answers expected in " + devices);
    }
    intake.accept(source, readings);
  }

  private void read(String name, Path file, List<Reading> readings) throws IOException {
    Matcher value = VALUE.matcher(Files.readString(file));
    if (value.matches()) {
      double celsius = Long.parseLong(value.group(1)) / 1000.0;
      readings.add(new Reading(config.device(), name, "Cel", clock.millis(), celsius));
    }
  }
}
