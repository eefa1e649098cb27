// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import io.fieldline.agent.config.SourceConfig.Gpio;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.Polling;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The levels of GPIO lines, each a sensor with 1 or 0. What changes between two looks is not seen.
public final class GpioSource implements Polling.Question, AutoCloseable {
  private final Gpio config;
  private final String source;
  private final Intake intake;
  private final Clock clock;
  private @Nullable GpioChip open;

  /// @param source its name in metrics
  public GpioSource(Gpio config, String source, Intake intake, Clock clock) {
    this.config = config;
    this.source = source;
    this.intake = intake;
    this.clock = clock;
  }

  @Override
  public void ask() throws IOException, InterruptedException {
    long values;
    try {
      values = chip().values();
    } catch (IOException e) {
      close();
      throw e;
    }
    long nowMs = clock.millis();
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < config.lines().size(); i++) {
      readings.add(
          new Reading(
              config.device(), config.lines().get(i).sensor(), "", nowMs, (values >> i) & 1));
    }
    intake.accept(source, readings);
  }

  private GpioChip chip() throws IOException {
    GpioChip chip = open;
    if (chip == null) {
      chip = GpioChip.open(config);
      open = chip;
    }
    return chip;
  }

  @Override
  public void close() throws IOException {
    GpioChip chip = open;
    open = null;
    if (chip != null) {
      chip.close();
    }
  }
}
