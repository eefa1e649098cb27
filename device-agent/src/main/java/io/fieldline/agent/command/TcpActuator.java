// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.ingest.DeviceLines;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Takes;
import java.io.IOException;
import java.util.Optional;

/// A device that holds a TCP connection to the agent: the command goes down that connection.
public final class TcpActuator implements Actuator {
  private final ActuatorConfig.Tcp config;
  private final DeviceLines devices;

  /// An actuator for that device.
  public TcpActuator(ActuatorConfig.Tcp config, DeviceLines devices) {
    this.config = config;
    this.devices = devices;
  }

  @Override
  public Optional<Takes> takes() {
    return config.takes();
  }

  @Override
  public Result actuate(DesiredCommand command) throws InterruptedException {
    try {
      Optional<DeviceLines.Answer> answer =
          devices.command(
              config.device(),
              command.id(),
              command.actuator(),
              JsonText.write(command.value()),
              config.timeout());
      return answer
          .map(said -> new Result(said.done(), said.detail()))
          .orElseGet(() ->
              Result.failed(
                  "device '"
                      + config.device()
                      + "' did not answer within "
                      + config.timeout().toMillis()
                      + " ms"));
    } catch (IOException e) {
      return Result.failed(String.valueOf(e.getMessage()));
    }
  }
}
