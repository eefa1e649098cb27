// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.Command;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(SharedStack.class)
final class SweepHandlerTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final long EXPIRY = NOW + 60_000;

  private final Cloud cloud;

  SweepHandlerTest(Cloud cloud) {
    this.cloud = cloud;
  }

  @BeforeEach
  void threeCommands() {
    var dispatch =
        new CommandDispatch(
            cloud.tables(), cloud.shadows(), cloud.fleetTable(), Duration.ofDays(1));
    var on = new ActuatorValue.Flag(true);
    for (var actuator : List.of("a", "b", "c")) {
      dispatch.issue(
          new Order("gw", actuator, on, "ada"),
          new Command(FleetKeys.commandId(NOW, actuator), on, EXPIRY),
          NOW);
    }
    status("b", "ACCEPTED");
    status("c", "SUCCEEDED");
  }

  private void status(String actuator, String status) {
    var item = new HashMap<>(command(actuator));
    item.put("status", Attributes.text(status));
    cloud.tables().putItem(put -> put.tableName(cloud.fleetTable()).item(item));
  }

  private Map<String, AttributeValue> command(String actuator) {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("sk").s().endsWith("-" + actuator))
        .filter(item -> item.get("sk").s().startsWith(FleetKeys.COMMAND_PREFIX))
        .findFirst()
        .orElseThrow();
  }

  private List<String> sweepAt(long atMs) throws IOException {
    var clock = Clock.fixed(Instant.ofEpochMilli(atMs), ZoneOffset.UTC);
    var variables = new Environment(Map.of("FLEET_TABLE", cloud.fleetTable()));
    Invocation.of(new SweepHandler(variables, cloud.tables(), clock), Map.of());
    return List.of("a", "b", "c").stream()
        .map(actuator -> Attributes.text(command(actuator), "status").orElse(""))
        .toList();
  }

  @Test
  void nothingIsExpiredWhileTheDeviceMayStillAnswer() throws IOException {
    assertThat(sweepAt(EXPIRY + 9_000)).containsExactly("PENDING", "ACCEPTED", "SUCCEEDED");
  }

  @Test
  void aPendingCommandIsExpiredAnAcceptedOneOnlyMuchLater() throws IOException {
    assertThat(sweepAt(EXPIRY + 11_000)).containsExactly("EXPIRED", "ACCEPTED", "SUCCEEDED");

    assertThat(sweepAt(EXPIRY + 601_000)).containsExactly("EXPIRED", "EXPIRED", "SUCCEEDED");
    assertThat(cloud.items(cloud.fleetTable()).stream().map(item -> item.get("pk").s()))
        .doesNotContain(FleetKeys.OPEN_COMMANDS);
  }

  @Test
  void primingLeavesNoTrace() {
    var before = cloud.items(cloud.fleetTable());

    new SweepHandler(
            new Environment(Map.of("FLEET_TABLE", cloud.fleetTable())),
            cloud.tables(),
            Clock.systemUTC())
        .prime();

    assertThat(cloud.items(cloud.fleetTable())).isEqualTo(before);
  }
}
