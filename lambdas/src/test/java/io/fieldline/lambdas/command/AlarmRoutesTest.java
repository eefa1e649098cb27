// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Functions;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.telemetry.TelemetryHandler;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What people say of alarms that readings have raised.
@ExtendWith(SharedStack.class)
final class AlarmRoutesTest {
  private static final long NOW = 1_764_042_000_000L;

  private final Cloud cloud;
  private final CommandHandler function;
  private final TelemetryHandler telemetry;
  private int sent;

  AlarmRoutesTest(Cloud cloud) {
    this.cloud = cloud;
    function = CommandFunction.on(cloud);
    telemetry = Functions.telemetry(cloud, NOW);
  }

  /// A rule about a device that was heard.
  @BeforeEach
  void aRule() throws IOException {
    new DeviceRegister(cloud.tables(), cloud.fleetTable(), Clock.systemUTC())
        .heard("gw", "gw", NOW);
    assertThat(put("t").status()).isEqualTo(200);
  }

  private Invocation.Answer put(String sensor) throws IOException {
    return Invocation.api(
        function,
        "PUT /rules/{rule}",
        Map.of("rule", "hot"),
        Map.of(),
        "[admin]",
        "{\"device\":\"gw\",\"sensor\":\"%s\",\"side\":\"ABOVE\",\"threshold\":30}"
            .formatted(sensor));
  }

  private void measured(long ms, double value) throws IOException {
    var identity = new TelemetryBatch.Identity(7, 0, 100L * sent++);
    var batch = TelemetryBatch.of(identity, List.of(new Reading("gw", "t", "", NOW + ms, value)));
    var body =
        "{\"batch\":%s,\"thing\":\"gw\",\"receivedMs\":%d}"
            .formatted(new String(MessageCodec.encode(batch), UTF_8), NOW);
    var event = Map.of("Records", List.of(Invocation.sqsRecord("m", NOW, body)));
    assertThat(Invocation.of(telemetry, event)).isEqualTo("{\"batchItemFailures\":[]}");
  }

  private Invocation.Answer acknowledge(long sinceMs) throws IOException {
    return post("acknowledge", "hot", "{\"sinceMs\":%d}".formatted(sinceMs), Map.of());
  }

  private Invocation.Answer post(String what, String rule, String body, Map<String, String> headers)
      throws IOException {
    return Invocation.api(
        function,
        "POST /devices/{device}/alarms/{rule}/" + what,
        Map.of("device", "gw", "rule", rule),
        Map.of(),
        "[operator]",
        body,
        headers);
  }

  private List<Map<String, AttributeValue>> items(String pk, String prefix) {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("pk").s().equals(pk))
        .filter(item -> item.get("sk").s().startsWith(prefix))
        .toList();
  }

  private List<String> history() {
    return items(FleetKeys.thing("gw"), FleetKeys.ALARM_LOG_PREFIX).stream()
        .map(item -> item.get("kind").s() + " " + Attributes.text(item, "by").orElse("itself"))
        .toList();
  }

  private List<String> acknowledgedBy() {
    return items(FleetKeys.ALARMS, "").stream()
        .map(item -> Attributes.text(item, "ackBy").orElse("nobody"))
        .toList();
  }

  @Test
  void anAlarmIsRaisedAcknowledgedCommentedAndCleared() throws Exception {
    measured(0, 31);
    assertThat(acknowledgedBy()).containsExactly("nobody");

    var acknowledged = acknowledge(NOW);
    assertThat(acknowledged.status()).isEqualTo(200);
    assertThat(acknowledged.body().text("acknowledgedBy")).isEqualTo("ada");
    assertThat(acknowledge(NOW).body().members()).isEqualTo(acknowledged.body().members());
    measured(1, 32);
    assertThat(acknowledgedBy()).containsExactly("ada");
    assertThat(post("comments", "hot", "{\"text\":\"a fan is stuck\"}", Map.of()).status())
        .isEqualTo(200);
    measured(2, 20);

    assertThat(history())
        .containsExactlyInAnyOrder(
            "RAISED itself", "ACKNOWLEDGED ada", "COMMENTED ada", "CLEARED itself");
    assertThat(acknowledgedBy()).isEmpty();
    measured(3, 35);
    assertThat(acknowledgedBy()).containsExactly("nobody");
  }

  /// Who saw an alarm that is over has not seen the one that stands.
  @Test
  void whatWasNotSeenIsNotAcknowledged() throws IOException {
    assertThat(post("acknowledge", "none", "{\"sinceMs\":1}", Map.of()).status()).isEqualTo(404);
    measured(0, 31);
    measured(1, 20);
    assertThat(acknowledge(NOW).status()).isEqualTo(409);
    measured(2, 31);
    assertThat(acknowledge(NOW).status()).isEqualTo(409);
    assertThat(post("acknowledge", "hot", "{}", Map.of()).status()).isEqualTo(400);
    assertThat(post("comments", "hot", "{\"text\":\" \"}", Map.of()).status()).isEqualTo(400);

    assertThat(history()).containsExactly("RAISED itself", "CLEARED itself", "RAISED itself");
    assertThat(acknowledge(NOW + 2).status()).isEqualTo(200);
  }

  @Test
  void aCommentThatIsSentAgainIsOne() throws Exception {
    measured(0, 31);
    var key = Map.of("idempotency-key", "k1");

    var first = post("comments", "hot", "{\"text\":\"seen\"}", key);
    assertThat(post("comments", "hot", "{\"text\":\"seen\"}", key).body().members())
        .isEqualTo(first.body().members());
    assertThat(post("comments", "hot", "{\"text\":\"other\"}", key).status()).isEqualTo(422);

    assertThat(history()).containsExactlyInAnyOrder("RAISED itself", "COMMENTED ada");
  }

  @Test
  void aRuleThatComesToMeanSomethingElseHasComeToNothing() throws IOException {
    measured(0, 31);

    assertThat(put("u").status()).isEqualTo(200);

    assertThat(acknowledgedBy()).isEmpty();
    assertThat(items(FleetKeys.thing("gw"), FleetKeys.ALARM_PREFIX)).isEmpty();
    assertThat(history()).containsExactly("RAISED itself");
  }
}
