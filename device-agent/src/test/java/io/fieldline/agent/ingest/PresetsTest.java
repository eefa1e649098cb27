// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.MqttDevice;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.agent.config.MqttPreset;
import io.fieldline.agent.config.MqttPreset.Family;
import io.fieldline.agent.gateway.Liveness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Messages of the families' own documentation, sent to the local broker over a socket.
@Timeout(60)
class PresetsTest {
  @TempDir Path folder;

  private final Liveness liveness =
      new Liveness("gw", ChildrenConfig.OPEN, Clock.systemUTC(), System::nanoTime);
  private TestIntake intake;
  private LocalMqttListener listener;

  @BeforeEach
  void listen() throws IOException {
    intake = new TestIntake(folder);
    var config =
        new AgentConfig.Mqtt(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            false,
            65_536,
            List.of(
                new MqttPreset(Family.ZIGBEE2MQTT, "zigbee2mqtt"),
                new MqttPreset(Family.TASMOTA, ""),
                new MqttPreset(Family.ESPHOME, ""),
                new MqttPreset(Family.ESPHOME, "home/upstairs")),
            List.of(),
            Duration.ZERO);
    listener =
        new LocalMqttListener(config, intake.parser(), intake.intake(), liveness, Optional.empty());
  }

  @AfterEach
  void stop() throws IOException {
    listener.close();
    intake.close();
  }

  /// Source: zigbee2mqtt.io, guide/usage/mqtt_topics_and_messages.html.
  @Test
  void zigbee2MqttsMessagesAreReadings() throws Exception {
    assertThat(
            sent(
                "zigbee2mqtt/living room", "{\"temperature\":27.34,\"humidity\":44.72}",
                "zigbee2mqtt/button", "{\"action\":\"single\"}",
                "zigbee2mqtt/kitchen/floor_light",
                    "{\"state\":\"ON\",\"brightness\":215,\"color_temp\":325,\"color\":{\"x\":0.123}}",
                "zigbee2mqtt/motion", "{\"occupancy\":true}",
                "zigbee2mqtt/lamp/set", "{\"state\":\"ON\"}",
                "zigbee2mqtt/lamp/set/state", "ON",
                "zigbee2mqtt/lamp/get", "{\"state\":\"\"}",
                "zigbee2mqtt/bridge/logging", "{\"level\":\"info\",\"message\":\"7\"}",
                "zigbee2mqtt/bridge/request/permit_join", "{\"value\":true}"))
        .containsExactly(
            "gw:living_room/temperature=27.34 Cel",
            "gw:living_room/humidity=44.72 %RH",
            "gw:kitchen_floor_light/state=1.0",
            "gw:kitchen_floor_light/brightness=215.0",
            "gw:kitchen_floor_light/color_temp=325.0",
            "gw:kitchen_floor_light/color.x=0.123",
            "gw:motion/occupancy=1.0");
  }

  /// Source: zigbee2mqtt.io, guide/configuration/device-availability.html, both payloads.
  @Test
  void zigbee2MqttsAvailabilityIsPresence() throws Exception {
    sent(
        "zigbee2mqtt/bridge/state", "{\"state\":\"online\"}",
        "zigbee2mqtt/my_bulb/availability", "offline",
        "zigbee2mqtt/hall/switch/availability", "{\"state\":\"offline\"}",
        "zigbee2mqtt/plug/availability", "{\"state\":\"online\"}");

    assertThat(liveness.online())
        .isEqualTo(
            Map.of(
                "gw:zigbee2mqtt", true,
                "gw:my_bulb", false,
                "gw:hall_switch", false,
                "gw:plug", true));
  }

  /// Source: tasmota.github.io/docs, BME280, AM2301, DS18x20, MQTT; ENERGY as of Power-Monitoring.
  @Test
  void tasmotasNestedSensorsAreReadingsWithTheirUnits() throws Exception {
    assertThat(
            sent(
                "tele/tasmota/SENSOR",
                    "{\"Time\":\"2019-11-03T19:34:28\",\"BME280\":{\"Temperature\":21.7,"
                        + "\"Humidity\":66.6,\"Pressure\":988.6},\"PressureUnit\":\"hPa\","
                        + "\"TempUnit\":\"C\"}",
                "tele/tasmota_2/SENSOR",
                    "{\"Time\":\"2021-01-02T09:09:44\",\"DS18B20-1\":{\"Id\":\"00000566CC39\","
                        + "\"Temperature\":13.3},\"DS18B20-2\":{\"Id\":\"0000059352D4\","
                        + "\"Temperature\":1.2},\"TempUnit\":\"F\"}",
                "tele/plug/SENSOR",
                    "{\"Time\":\"2020-01-01T00:00:00\",\"ENERGY\":{\"Total\":3.185,\"Power\":0.5,"
                        + "\"Factor\":0.12,\"Voltage\":225}}",
                "stat/tasmota_switch/RESULT", "{\"POWER\":\"ON\"}",
                "stat/tasmota_switch/POWER", "ON",
                "stat/dual/POWER2", "OFF",
                "cmnd/tasmota_switch/Power", "TOGGLE",
                "tele/tasmota/INFO1", "{\"Info1\":{\"Module\":\"Generic\",\"Version\":\"9\"}}"))
        .containsExactly(
            "gw:tasmota/BME280.Temperature=21.7 Cel",
            "gw:tasmota/BME280.Humidity=66.6 %RH",
            "gw:tasmota/BME280.Pressure=988.6 hPa",
            "gw:tasmota_2/DS18B20-1.Temperature=13.3 degF",
            "gw:tasmota_2/DS18B20-2.Temperature=1.2 degF",
            "gw:plug/ENERGY.Total=3.185 kWh",
            "gw:plug/ENERGY.Power=0.5 W",
            "gw:plug/ENERGY.Factor=0.12",
            "gw:plug/ENERGY.Voltage=225.0 V",
            "gw:tasmota_switch/POWER=1.0",
            "gw:dual/POWER2=0.0");
  }

  /// Source: tasmota.github.io/docs/MQTT, LWT Topic; the will is the broker's to send.
  @Test
  void tasmotasLastWillIsPresence() throws Exception {
    InetSocketAddress broker = listener.address();
    try (var device = new MqttDevice(broker, "DVES_1", "", "tele/tasmota_1/LWT")) {
      device.publish("tele/tasmota_1/LWT", "Online");
      TestIntake.await(() -> liveness.online().equals(Map.of("gw:tasmota_1", true)));
    }

    TestIntake.await(() -> liveness.online().equals(Map.of("gw:tasmota_1", false)));
  }

  /// Source: esphome.io, components/mqtt.html (`<TOPIC_PREFIX>/<COMPONENT_TYPE>/<NAME>/state`,
  /// birth and will at `<TOPIC_PREFIX>/status`) and components/light (state as JSON).
  @Test
  void esphomesStatesAreReadings() throws Exception {
    assertThat(
            sent(
                "livingroom/status", "online",
                "livingroom/sensor/temperature/state", "21.52",
                "livingroom/sensor/outside/state", "nan",
                "livingroom/binary_sensor/window/state", "ON",
                "livingroom/switch/pump/state", "OFF",
                "livingroom/switch/pump/command", "ON",
                "livingroom/light/desk/state",
                    "{\"state\":\"ON\",\"brightness\":155,\"color\":{\"r\":255}}",
                "livingroom/text_sensor/version/state", "2024.1",
                "livingroom/debug", "[D][sensor:094]: 7",
                "home/upstairs/bath/sensor/humidity/state", "61"))
        .containsExactly(
            "gw:livingroom/temperature=21.52",
            "gw:livingroom/window=1.0",
            "gw:livingroom/pump=0.0",
            "gw:livingroom/desk.state=1.0",
            "gw:livingroom/desk.brightness=155.0",
            "gw:livingroom/desk.color.r=255.0",
            "gw:bath/humidity=61.0");
    assertThat(liveness.online()).isEqualTo(Map.of("gw:livingroom", true));
  }

  @Test
  void whatIsNoReadingOfAFamilyIsToldAtItsErrorTopic() throws Exception {
    try (var device = new MqttDevice(listener.address())) {
      device.subscribe("errors/#");
      device.publish("livingroom/sensor/temperature/state", "warm");

      assertThat(device.next("errors/livingroom/sensor/temperature/state"))
          .contains("a number or true/false expected for 'temperature', got 'warm'");
    }
  }

  /// All readings that these topics with their payloads make, once the broker has seen them all.
  private List<String> sent(String... topicsAndPayloads) throws Exception {
    try (var device = new MqttDevice(listener.address())) {
      device.subscribe("errors/#");
      for (int i = 0; i < topicsAndPayloads.length; i += 2) {
        device.publish(topicsAndPayloads[i], topicsAndPayloads[i + 1]);
      }
      device.publish("the/end/of/it", "");
      device.publish("broken/sensor", "not a number");
      device.next("errors/broken/sensor");
    }
    return intake.rest();
  }
}
