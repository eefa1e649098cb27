// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import java.util.Map;

/// Units that a family of devices does not send with each value.
enum ForeignUnits {
  /// None are known.
  NONE {
    @Override
    String of(String sensor, Map<String, Object> document) {
      return "";
    }
  },

  /// Source: zigbee2mqtt.io, the "Exposes" of devices ("The unit of this value is °C").
  ZIGBEE {
    @Override
    String of(String sensor, Map<String, Object> document) {
      return ZIGBEE_UNITS.getOrDefault(sensor, "");
    }
  },

  /// Source: tasmota.github.io/docs, BME280 (TempUnit, PressureUnit), Energy-Monitoring-Tools and
  /// Commands (units of ENERGY).
  TASMOTA {
    @Override
    String of(String sensor, Map<String, Object> document) {
      String name = sensor.substring(sensor.lastIndexOf('.') + 1);
      return switch (name) {
        case "Temperature", "DewPoint" ->
            switch (String.valueOf(document.get("TempUnit"))) {
              case "C" -> "Cel";
              case "F" -> "degF";
              default -> "";
            };
        case "Pressure", "SeaPressure" ->
            document.get("PressureUnit") instanceof String unit && unit.length() <= 16 ? unit : "";
        case "Humidity" -> "%RH";
        case "Illuminance" -> "lx";
        default -> sensor.startsWith("ENERGY.") ? ENERGY_UNITS.getOrDefault(name, "") : "";
      };
    }
  };

  private static final Map<String, String> ZIGBEE_UNITS =
      Map.of(
          "temperature", "Cel",
          "humidity", "%RH",
          "pressure", "hPa",
          "battery", "%",
          "power", "W",
          "current", "A",
          "energy", "kWh",
          "co2", "ppm");

  private static final Map<String, String> ENERGY_UNITS =
      Map.of(
          "Power", "W",
          "ApparentPower", "VA",
          "ReactivePower", "var",
          "Voltage", "V",
          "Current", "A",
          "Frequency", "Hz",
          "Total", "kWh",
          "Yesterday", "kWh",
          "Today", "kWh");

  /// The unit of a sensor, empty if it is not known.
  ///
  /// @param sensor its name with its nesting, joined by dots
  abstract String of(String sensor, Map<String, Object> document);
}
