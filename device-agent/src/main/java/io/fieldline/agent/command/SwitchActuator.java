// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.json.JsonText;
import java.util.Optional;

/// A switch that exists in the agent only; it takes a truth value or a number.
public final class SwitchActuator implements Actuator {
  @Override
  public Result actuate(DesiredCommand command) {
    return command.value() instanceof Boolean || command.value() instanceof Number
        ? Result.DONE
        : Result.failed("true, false or a number expected, got " + JsonText.write(command.value()));
  }

  /// Off.
  @Override
  public Optional<Object> initialState() {
    return Optional.of(false);
  }
}
