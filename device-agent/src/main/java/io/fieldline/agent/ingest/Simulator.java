// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.AgentConfig.Simulated;
import io.fieldline.messages.Reading;
import java.time.Clock;
import java.util.random.RandomGenerator;

/// One simulated sensor: a sine around a mean, with noise, rounded to hundredths.
public final class Simulator {
  private final Simulated config;
  private final Clock clock;
  private final RandomGenerator random;

  /// A simulator of that sensor.
  public Simulator(Simulated config, Clock clock, RandomGenerator random) {
    this.config = config;
    this.clock = clock;
    this.random = random;
  }

  /// Its reading now.
  public Reading measure() {
    long nowMs = clock.millis();
    double turn = 2 * Math.PI * nowMs / config.period().toMillis();
    double value =
        config.mean() + config.swing() * Math.sin(turn) + config.noise() * random.nextGaussian();
    return new Reading(
        config.device(), config.sensor(), config.unit(), nowMs, Math.round(value * 100) / 100.0);
  }
}
