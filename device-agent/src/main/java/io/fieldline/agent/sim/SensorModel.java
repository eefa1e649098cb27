// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.sim;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How a simulated sensor behaves. A model is shared; what it must remember is a [State] of each
/// sensor.
sealed interface SensorModel {

  /// A sine around a mean, with noise.
  record Sine(double mean, double swing, Duration period, double noise) implements SensorModel {}

  /// Each value differs from the last by a normally distributed step.
  record Walk(double from, double step) implements SensorModel {}

  /// High for half of each period, then low.
  record Square(double low, double high, Duration period) implements SensorModel {}

  /// Grows by the same each time, as meters do.
  record Counter(double step) implements SensorModel {}

  /// One sensor that follows a model.
  final class State {
    private final SensorModel model;
    private final RandomGenerator random;
    private double last;

    State(SensorModel model, RandomGenerator random) {
      this.model = model;
      this.random = random;
      this.last = model instanceof Walk(var from, _) ? from : 0;
    }

    /// Its value at that time, in hundredths.
    double at(long nowMs) {
      last =
          switch (model) {
            case Sine(var mean, var swing, var period, var noise) ->
                mean
                    + swing * Math.sin(2 * Math.PI * nowMs / period.toMillis())
                    + noise * random.nextGaussian();
            case Walk(_, var step) -> last + step * random.nextGaussian();
            case Square(var low, var high, var period) ->
                2 * Math.floorMod(nowMs, period.toMillis()) < period.toMillis() ? high : low;
            case Counter(var step) -> last + step;
          };
      return Math.round(last * 100) / 100.0;
    }
  }
}
