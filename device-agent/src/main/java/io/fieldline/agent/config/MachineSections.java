// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.AgentConfig.Machine;
import io.fieldline.agent.config.AgentConfig.Simulated;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the sections of sensors that need no device: the machine itself, and simulated ones.
///
/// @param thing whose sensors they are unless a section names a device
record MachineSections(String thing) {
  private static final long DAY_MS = 86_400_000;

  Optional<Machine> machine(YamlSection section) {
    boolean enabled = section.remote().flag("enabled", true, "whether it is measured at all");
    var every =
        section.remote().millis("everyMs", 10_000, 100, DAY_MS, "time between measurements");
    var machine =
        new Machine(
            section.device(thing),
            section.path("root", "/", "folder with its sys and proc, as a container has them"),
            every,
            SourceSections.stalledAfter(section.remote(), every));
    section.end();
    return enabled ? Optional.of(machine) : Optional.empty();
  }

  List<Simulated> simulated(List<YamlSection> sections) {
    List<Simulated> simulated = new ArrayList<>();
    for (YamlSection section : sections) {
      simulated.add(
          new Simulated(
              section.device(thing),
              section.required(
                  "sensor", ConfigFile.NAME, ConfigFile.NAME_EXPECTED, "name of the sensor"),
              section.text("unit", "unit of its values").orElse(""),
              section.number("mean", 20, "mean of its values"),
              section.number("swing", 5, "how far the sine goes from the mean"),
              section.millis("periodMs", 60_000, 100, DAY_MS, "period of the sine"),
              section.number("noise", 0.1, "standard deviation of what is added to it"),
              section.millis("everyMs", 1000, 10, DAY_MS, "time between readings")));
      section.end();
    }
    return simulated;
  }
}
