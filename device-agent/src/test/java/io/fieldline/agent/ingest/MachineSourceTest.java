// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.messages.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineSourceTest {
  @TempDir Path root;

  @Test
  void everySensorTheMachineHasIsMeasuredUnderItsName() throws Exception {
    file("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
    file("sys/class/thermal/thermal_zone0/temp", "48312\n");
    file("sys/class/hwmon/hwmon0/name", "nvme\n");
    file("sys/class/hwmon/hwmon0/temp1_input", "-5000\n");
    file("sys/class/hwmon/hwmon0/temp1_label", "Composite\n");
    file("sys/class/hwmon/hwmon0/temp2_input", "broken\n");
    file("sys/class/hwmon/hwmon0/in0_input", "3312\n");
    file("sys/class/hwmon/hwmon0/fan1_input", "1200\n");
    file("sys/class/hwmon/hwmon0/power1_input", "2500000\n");
    file("sys/class/hwmon/hwmon0/intrusion0_alarm", "1\n");
    file("proc/loadavg", "0.42 0.30 0.20 1/100 1234\n");
    file("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 250 kB\n");

    List<Reading> readings = new MachineSource(root, root, "gw", Clock.systemUTC()).measure();

    Map<String, Double> values =
        readings.stream().collect(Collectors.toMap(Reading::sensor, Reading::value));
    assertThat(values)
        .containsEntry("thermal_cpu-thermal", 48.312)
        .containsEntry("hwmon_nvme_Composite", -5.0)
        .containsEntry("hwmon_nvme_in0", 3.312)
        .containsEntry("hwmon_nvme_fan1", 1200.0)
        .containsEntry("hwmon_nvme_power1", 2.5)
        .containsEntry("load1", 0.42)
        .containsEntry("memory_available", 256_000.0)
        .containsEntry("memory_used", 75.0)
        .containsKeys("disk_free", "disk_used")
        .hasSize(10);
  }

  @Test
  void thisMachineHasLoadMemoryAndDisk() throws Exception {
    List<Reading> readings =
        new MachineSource(Path.of("/"), root, "gw", Clock.systemUTC()).measure();

    assertThat(readings).extracting(Reading::sensor).contains("load1", "memory_used", "disk_free");
  }

  private void file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
