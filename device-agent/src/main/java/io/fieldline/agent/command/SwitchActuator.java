// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.messages.Takes;
import java.util.Optional;

/// A switch that exists in the agent only: it is what it was last told to be.
public final class SwitchActuator implements Actuator {
  private final ActuatorConfig.Switch config;

  /// A switch that takes what the configuration says.
  public SwitchActuator(ActuatorConfig.Switch config) {
    this.config = config;
  }

  @Override
  public Optional<Takes> takes() {
    return config.takes();
  }

  @Override
  public Result actuate(DesiredCommand command) {
    return Result.DONE;
  }

  /// Off, and of what is not on or off the least or the first.
  @Override
  public Optional<Object> initialState() {
    return switch (config.takes().orElseGet(Takes.Flag::new)) {
      case Takes.Flag _ -> Optional.of(false);
      case Takes.Amount amount ->
          Optional.of(amount.minimum().orElse(Math.min(0, amount.maximum().orElse(0))));
      case Takes.Text text -> text.options().stream().findFirst().map(Object.class::cast);
    };
  }
}
