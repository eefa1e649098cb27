// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Cloud;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.cloud.SharedStack;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.Command;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@ExtendWith(SharedStack.class)
final class OutcomeHandlerTest {
  private static final long NOW = 1_764_042_000_000L;
  private static final String ID = FleetKeys.commandId(NOW, "a1");

  private final Cloud cloud;
  private final OutcomeHandler function;

  OutcomeHandlerTest(Cloud cloud) {
    this.cloud = cloud;
    var variables = new Environment(Map.of("FLEET_TABLE", cloud.fleetTable()));
    function = new OutcomeHandler(variables, cloud.tables());
  }

  @BeforeEach
  void oneCommand() {
    new CommandDispatch(cloud.tables(), cloud.shadows(), cloud.fleetTable(), Duration.ofDays(1))
        .issue(
            new Order("gw", "fan", new ActuatorValue.Flag(true), "ada"),
            new Command(ID, new ActuatorValue.Flag(true), NOW + 60_000),
            NOW);
  }

  private static String report(String id, String status) {
    return "\"fan\":{\"id\":\"%s\",\"value\":true,\"expiresAtMs\":9,\"status\":\"%s\",\"atMs\":%d,\"detail\":\"why\"}"
        .formatted(id, status, NOW + 5);
  }

  private void deliver(String reported) throws IOException {
    Invocation.of(
        function,
        JsonObject.parse(
            "{\"reported\":{%s},\"thing\":\"gw\",\"receivedMs\":%d}".formatted(reported, NOW)));
  }

  private Map<String, AttributeValue> command() {
    return cloud.items(cloud.fleetTable()).stream()
        .filter(item -> item.get("sk").s().startsWith(FleetKeys.COMMAND_PREFIX))
        .findFirst()
        .orElseThrow();
  }

  private String status() {
    return Attributes.text(command(), "status").orElse("");
  }

  @Test
  void aReportBecomesTheCommandsStatus() throws IOException {
    deliver(report(ID, "ACCEPTED"));
    assertThat(status()).isEqualTo("ACCEPTED");

    deliver(report(ID, "SUCCEEDED"));

    assertThat(status()).isEqualTo("SUCCEEDED");
    assertThat(Attributes.whole(command(), "statusAtMs")).isEqualTo(NOW + 5);
    assertThat(Attributes.text(command(), "detail")).hasValue("why");
  }

  @Test
  void theFirstTerminalStatusStays() throws IOException {
    deliver(report(ID, "FAILED"));

    deliver(report(ID, "SUCCEEDED"));
    deliver(report(ID, "ACCEPTED"));

    assertThat(status()).isEqualTo("FAILED");
  }

  @Test
  void aReportOfACommandThatIsNotInTheHistoryChangesNothing() throws IOException {
    var before = cloud.items(cloud.fleetTable()).size();

    deliver(report("somebody-elses", "SUCCEEDED"));
    deliver(report(FleetKeys.commandId(NOW, "zz"), "SUCCEEDED"));

    assertThat(cloud.items(cloud.fleetTable())).hasSize(before + 1);
    assertThat(status()).isEqualTo("PENDING");
  }

  @Test
  void aWrongReportFailsTheInvocationAfterTheOthersAreTaken() {
    assertThatThrownBy(() -> deliver("\"broken\":{\"id\":7}," + report(ID, "SUCCEEDED")))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining("/broken/id: expected a text, got 7");

    assertThat(status()).isEqualTo("SUCCEEDED");
  }

  @Test
  void primingLeavesNoTrace() throws Exception {
    var telemetry = cloud.items(cloud.telemetryTable());
    var fleet = cloud.items(cloud.fleetTable());
    int updates = cloud.updates().size();

    function.prime();

    assertThat(cloud.items(cloud.telemetryTable())).isEqualTo(telemetry);
    assertThat(cloud.items(cloud.fleetTable())).isEqualTo(fleet);
    assertThat(cloud.updates()).hasSize(updates);
  }
}
