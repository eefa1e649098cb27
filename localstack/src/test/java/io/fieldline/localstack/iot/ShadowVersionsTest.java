// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.iot.IotBench.Identity;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.ConflictException;
import software.amazon.awssdk.services.iotdataplane.model.RequestEntityTooLargeException;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;

/// Two who write one named shadow: versions, over both doors, and after a delete.
final class ShadowVersionsTest {
  private static IotBench bench;
  private static IotDataPlaneClient data;
  private static Identity device;

  @BeforeAll
  static void start() {
    bench = new IotBench();
    data = bench.client(IotDataPlaneClient.builder());
    device =
        bench.identity(
            IotBench.allow("iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"));
  }

  @AfterAll
  static void stop() {
    data.close();
    bench.close();
  }

  private static String thing() {
    String thing = "pump-" + UUID.randomUUID();
    bench.iot.createThing(t -> t.thingName(thing));
    return thing;
  }

  private static long update(String thing, String document) throws IOException {
    return IotBench.JSON
        .readTree(
            data.updateThingShadow(s ->
                    s.thingName(thing)
                        .shadowName("config")
                        .payload(SdkBytes.fromUtf8String(document)))
                .payload()
                .asByteArray())
        .path("version")
        .asLong();
  }

  private static String desired(int value, String more) {
    return "{\"state\":{\"desired\":{\"a\":" + value + "}}" + more + "}";
  }

  private static String topic(String thing, String rest) {
    return "$aws/things/" + thing + "/shadow/name/config/" + rest;
  }

  @Test
  void theLaterOfTwoWritersIsToldOfTheConflictOverBothDoors() throws Exception {
    String thing = thing();
    assertThat(update(thing, desired(1, ""))).isEqualTo(1);
    try (MqttSocket mqtt = bench.connect(device, thing)) {
      mqtt.subscribe(topic(thing, "update/rejected"), 1);
      mqtt.subscribe(topic(thing, "update/accepted"), 1);
      mqtt.publish(topic(thing, "update"), desired(2, ",\"version\":1,\"clientToken\":\"a\""), 1);
      JsonNode accepted = IotBench.receive(mqtt, "update/accepted");
      assertThat(accepted.path("version").asLong()).isEqualTo(2);
      assertThat(accepted.path("clientToken").asText()).isEqualTo("a");

      mqtt.publish(topic(thing, "update"), desired(3, ",\"version\":1,\"clientToken\":\"b\""), 1);
      JsonNode rejected = IotBench.receive(mqtt, "update/rejected");
      assertThat(rejected.path("code").asInt()).isEqualTo(409);
      assertThat(rejected.path("message").asText()).isEqualTo("Version conflict");
      assertThat(rejected.path("clientToken").asText()).isEqualTo("b");
      assertThat(rejected.path("timestamp").asLong()).isPositive();
      assertThatThrownBy(() -> update(thing, desired(3, ",\"version\":1")))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("Version conflict");
      // Nothing was changed by those who lost.
      assertThat(update(thing, desired(4, ",\"version\":2"))).isEqualTo(3);
    }
  }

  @Test
  void theVersionGoesOnForTwoDaysAfterADeleteAndThenBeginsAnew() throws Exception {
    String thing = thing();
    update(thing, desired(1, ""));
    update(thing, desired(2, ""));
    JsonNode deleted =
        IotBench.JSON.readTree(
            data.deleteThingShadow(s -> s.thingName(thing).shadowName("config"))
                .payload()
                .asByteArray());
    assertThat(deleted.path("version").asLong()).isEqualTo(2);
    assertThatThrownBy(() -> data.getThingShadow(s -> s.thingName(thing).shadowName("config")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThat(data.listNamedShadowsForThing(s -> s.thingName(thing)).results()).isEmpty();
    assertThat(update(thing, desired(3, ""))).isEqualTo(3);
    data.deleteThingShadow(s -> s.thingName(thing).shadowName("config"));

    bench.stack.clock().advance(Duration.ofHours(49));

    assertThat(update(thing, desired(4, ""))).isEqualTo(1);
  }

  @Test
  void whatIsTooLargeOrTooDeepIsRefusedAndLeavesTheShadowAsItWas() throws Exception {
    String thing = thing();
    update(thing, desired(1, ""));
    String large = "{\"state\":{\"desired\":{\"b\":\"" + "x".repeat(8 * 1024) + "\"}}}";
    assertThatThrownBy(() -> update(thing, large))
        .isInstanceOf(RequestEntityTooLargeException.class);
    String deep = "{\"state\":{\"desired\":" + "{\"a\":".repeat(8) + "1" + "}".repeat(8) + "}}";
    assertThatThrownBy(() -> update(thing, deep))
        .hasMessageContaining("too many levels of nesting");
    assertThatThrownBy(
            () -> update(thing, desired(2, ",\"clientToken\":\"" + "t".repeat(65) + "\"")))
        .hasMessageContaining("Invalid clientToken");
    assertThatThrownBy(() -> update(thing, desired(2, ",\"version\":\"1\"")))
        .hasMessageContaining("Invalid version");
    // What grows too large by merging is refused as well.
    String half = "{\"state\":{\"reported\":{\"c\":\"" + "y".repeat(5_000) + "\"}}}";
    update(thing, half);
    assertThatThrownBy(() -> update(thing, half.replace("\"c\"", "\"d\"")))
        .isInstanceOf(RequestEntityTooLargeException.class);
    assertThat(update(thing, desired(5, ",\"version\":2"))).isEqualTo(3);
  }
}
