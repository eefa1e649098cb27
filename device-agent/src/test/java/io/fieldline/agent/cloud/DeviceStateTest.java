// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.command.Actuator;
import io.fieldline.agent.command.CommandLedger;
import io.fieldline.agent.command.CommandRouter;
import io.fieldline.agent.command.SwitchActuator;
import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.spool.Gap;
import io.fieldline.messages.Takes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceStateTest {
  @TempDir Path folder;

  /// More than a shadow has room for: an update that is too large is refused as a whole.
  @Test
  void statesAreThereAndWhatActuatorsTakeAsFarAsThereIsRoom() throws Exception {
    Map<String, Actuator> actuators = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      Takes takes = new Takes.Text(List.of("off", "eco", "comfort", "a word that is longer", "é"));
      actuators.put(
          "actuator-%02d".formatted(i),
          new SwitchActuator(new ActuatorConfig.Switch("x", Optional.of(takes))));
    }
    try (CommandLedger ledger = CommandLedger.open(folder)) {
      var router = new CommandRouter(actuators, ledger, Clock.systemUTC(), new Metrics(), _ -> {});

      Map<String, Object> document = new DeviceState(router, () -> Gap.NONE).document();

      assertThat(document).containsEntry("actuator-59", "off").hasSize(61);
      assertThat(JsonText.write(document).getBytes(StandardCharsets.UTF_8))
          .hasSizeBetween(5_900, 6_144);
      assertThat((List<?>) document.get(Takes.REPORTED))
          .hasSizeBetween(20, 59)
          .first()
          .isEqualTo(
              Map.of(
                  "name",
                  "actuator-00",
                  "kind",
                  "TEXT",
                  "options",
                  List.of("off", "eco", "comfort", "a word that is longer", "é")));
    }
  }
}
