// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.outcome;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.CommandOutcome;
import io.fieldline.messages.CommandStatus;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Takes what things report of commands into the history. The first terminal status stays: a
/// command that is already over, or that is not in the history, is left alone. A report that is not
/// understood fails the invocation after the others are taken, and so ends in the dead letters.
public final class OutcomeHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(OutcomeHandler.class.getName());

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final DeviceRegister devices;

  /// The function as Lambda makes it.
  public OutcomeHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  /// The function with this environment and client.
  public OutcomeHandler(Environment environment, DynamoDbClient tables) {
    this.tables = tables;
    this.fleetTable = environment.text("FLEET_TABLE");
    this.devices = new DeviceRegister(tables, fleetTable, Clock.systemUTC());
  }

  /// The outcome of a command that is in no history.
  @Override
  public void prime() throws MessageException {
    var id = FleetKeys.commandId(0, "priming");
    var report =
        "{\"none\":{\"id\":\"%s\",\"value\":true,\"expiresAtMs\":1,\"status\":\"FAILED\",\"atMs\":1}}"
            .formatted(id);
    MessageCodec.decodeOutcomes(report.getBytes(StandardCharsets.UTF_8))
        .values()
        .forEach(outcome -> take(" ", outcome));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    LogScope.of(
        context,
        () -> {
          take(JsonObject.parse(input));
          return true;
        });
  }

  private void take(JsonObject event) throws MessageException {
    var thing = event.text("thing");
    if (!devices.heard(thing, thing, event.whole("receivedMs"))) {
      LOG.log(System.Logger.Level.INFO, "dropped: its device was deleted", Map.of("thing", thing));
      return;
    }
    var problems = new ArrayList<String>();
    for (var report : event.object("reported").members().entrySet()) {
      try {
        var one = JsonObject.write(Map.of(report.getKey(), report.getValue()));
        MessageCodec.decodeOutcomes(one).values().forEach(outcome -> take(thing, outcome));
      } catch (MessageException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      throw new MessageException("reported by " + thing + ": " + String.join("; ", problems));
    }
  }

  private void take(String thing, CommandOutcome outcome) {
    var issuedAtMs = FleetKeys.issuedAtMs(outcome.id());
    if (outcome.status() == CommandStatus.PENDING || issuedAtMs.isEmpty()) {
      return;
    }
    var names = new HashMap<>(Map.of("#status", "status"));
    var values = new HashMap<String, AttributeValue>();
    values.put(":status", Attributes.text(outcome.status().name()));
    values.put(":atMs", Attributes.number(outcome.atMs()));
    values.put(":pending", Attributes.text(CommandStatus.PENDING.name()));
    var update = "SET #status = :status, statusAtMs = :atMs";
    var detail = outcome.detail();
    if (detail != null) {
      values.put(":detail", Attributes.text(detail));
      update += ", detail = :detail";
    }
    var condition = "#status = :pending";
    if (outcome.status().isTerminal()) {
      values.put(":accepted", Attributes.text(CommandStatus.ACCEPTED.name()));
      condition = "#status IN (:pending, :accepted)";
    }
    var key = FleetKeys.command(thing, issuedAtMs.getAsLong(), outcome.id());
    boolean taken = update(key.attributes(), update, condition, new Expression(names, values));
    LOG.log(
        System.Logger.Level.INFO,
        taken ? "outcome taken" : "outcome of a command that is over or unknown",
        Map.of("commandId", outcome.id(), "thing", thing, "status", outcome.status().name()));
  }

  private record Expression(Map<String, String> names, Map<String, AttributeValue> values) {}

  private boolean update(
      Map<String, AttributeValue> key, String update, String condition, Expression expression) {
    try {
      tables.updateItem(request ->
          request
              .tableName(fleetTable)
              .key(key)
              .updateExpression(update)
              .conditionExpression(condition)
              .expressionAttributeNames(expression.names)
              .expressionAttributeValues(expression.values));
      return true;
    } catch (ConditionalCheckFailedException overOrUnknown) {
      // The first terminal status stays.
      return false;
    }
  }
}
