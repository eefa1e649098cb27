// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.dispatch;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.Command;
import io.fieldline.messages.CommandStatus;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.Update;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// Issues commands: PENDING into the history, the actuator's earlier open command SUPERSEDED in the
/// same transaction, then into the thing's shadow. To issue the same command twice changes nothing;
/// one that was asked for before the actuator's newest, and comes after it, is SUPERSEDED itself.
public final class CommandDispatch {
  private static final int ATTEMPTS = 5;
  private static final Duration OPEN_KEPT = Duration.ofDays(1);
  private static final String STILL_OPEN = "#status IN (:pending, :accepted)";

  private final DynamoDbClient tables;
  private final IotDataPlaneClient shadows;
  private final String fleetTable;
  private final Duration retention;

  /// A dispatch over a fleet table.
  ///
  /// @param retention how long the history keeps a command
  public CommandDispatch(
      DynamoDbClient tables, IotDataPlaneClient shadows, String fleetTable, Duration retention) {
    this.tables = tables;
    this.shadows = shadows;
    this.fleetTable = fleetTable;
    this.retention = retention;
  }

  /// Issues a command.
  ///
  /// @param atMs epoch milliseconds, also told by the command's identifier
  public void issue(Order order, Command command, long atMs) {
    for (int attempt = 1; ; attempt++) {
      try {
        tables.transactWriteItems(
            request -> request.transactItems(transaction(order, command, atMs)));
        break;
      } catch (TransactionCanceledException e) {
        if (isThere(order.thing(), atMs, command.id())) {
          break;
        }
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
    if (isNewest(order, command)) {
      desire(order, command);
    }
  }

  /// The earlier command may have been answered since it was read; then the transaction is
  /// cancelled and the next attempt sees that.
  private List<TransactWriteItem> transaction(Order order, Command command, long atMs) {
    var newest = FleetKeys.newest(order.thing(), order.actuator());
    var before = get(newest);
    if (before.isPresent() && Attributes.whole(before.get(), "atMs") > atMs) {
      var late = new HashMap<>(pending(order, command, atMs));
      late.put("status", status(CommandStatus.SUPERSEDED));
      late.put("detail", Attributes.text("by " + text(before.get(), "id")));
      return List.of(put(late, "attribute_not_exists(pk)", Map.of()));
    }
    var writes = new ArrayList<TransactWriteItem>();
    writes.add(put(pending(order, command, atMs), "attribute_not_exists(pk)", Map.of()));
    writes.add(
        put(
            newest.with(
                Map.of(
                    "id",
                    Attributes.text(command.id()),
                    "atMs",
                    Attributes.number(atMs),
                    TelemetryKeys.TTL,
                    seconds(atMs + retention.toMillis()))),
            before.isEmpty() ? "attribute_not_exists(pk)" : "id = :before",
            before.isEmpty()
                ? Map.of()
                : Map.of(":before", Attributes.text(text(before.get(), "id")))));
    writes.add(put(open(order, command), "attribute_not_exists(pk)", Map.of()));
    before.flatMap(item -> superseded(order.thing(), item, command)).ifPresent(writes::add);
    return writes;
  }

  /// A command that is tried again is its own predecessor, and not superseded: a transaction with
  /// two writes of one item is refused for good.
  private Optional<TransactWriteItem> superseded(
      String thing, Map<String, AttributeValue> newest, Command by) {
    if (text(newest, "id").equals(by.id())) {
      return Optional.empty();
    }
    var key = FleetKeys.command(thing, Attributes.whole(newest, "atMs"), text(newest, "id"));
    var status = get(key).map(item -> text(item, "status"));
    if (status.isEmpty() || CommandStatus.valueOf(status.get()).isTerminal()) {
      return Optional.empty();
    }
    return Optional.of(
        TransactWriteItem.builder()
            .update(
                Update.builder()
                    .tableName(fleetTable)
                    .key(key.attributes())
                    .updateExpression("SET #status = :superseded, detail = :detail")
                    .conditionExpression(STILL_OPEN)
                    .expressionAttributeNames(Map.of("#status", "status"))
                    .expressionAttributeValues(
                        Map.of(
                            ":superseded", status(CommandStatus.SUPERSEDED),
                            ":detail", Attributes.text("by " + by.id()),
                            ":pending", status(CommandStatus.PENDING),
                            ":accepted", status(CommandStatus.ACCEPTED)))
                    .build())
            .build());
  }

  private TransactWriteItem put(
      Map<String, AttributeValue> item, String condition, Map<String, AttributeValue> values) {
    var put = Put.builder().tableName(fleetTable).item(item).conditionExpression(condition);
    if (!values.isEmpty()) {
      put.expressionAttributeValues(values);
    }
    return TransactWriteItem.builder().put(put.build()).build();
  }

  private Map<String, AttributeValue> pending(Order order, Command command, long atMs) {
    var attributes = new HashMap<String, AttributeValue>();
    attributes.put("id", Attributes.text(command.id()));
    attributes.put("actuator", Attributes.text(order.actuator()));
    attributes.put("value", Attributes.of(command.value()));
    attributes.put("status", status(CommandStatus.PENDING));
    attributes.put("atMs", Attributes.number(atMs));
    attributes.put("expiresAtMs", Attributes.number(command.expiresAtMs()));
    attributes.put("by", Attributes.text(order.by()));
    attributes.put(TelemetryKeys.TTL, seconds(atMs + retention.toMillis()));
    return FleetKeys.command(order.thing(), atMs, command.id()).with(attributes);
  }

  private static Map<String, AttributeValue> open(Order order, Command command) {
    return FleetKeys.open(command.expiresAtMs(), order.thing(), command.id())
        .with(
            Map.of(
                "thing",
                Attributes.text(order.thing()),
                "id",
                Attributes.text(command.id()),
                "expiresAtMs",
                Attributes.number(command.expiresAtMs()),
                TelemetryKeys.TTL,
                seconds(command.expiresAtMs() + OPEN_KEPT.toMillis())));
  }

  private boolean isThere(String thing, long atMs, String id) {
    return get(FleetKeys.command(thing, atMs, id)).isPresent();
  }

  private boolean isNewest(Order order, Command command) {
    return get(FleetKeys.newest(order.thing(), order.actuator()))
        .map(item -> text(item, "id").equals(command.id()))
        .orElse(false);
  }

  private void desire(Order order, Command command) {
    try {
      var desired = MessageCodec.encodeCommands(Map.of(order.actuator(), command));
      var state =
          Map.<String, Object>of("state", Map.of("desired", JsonObject.parse(desired).members()));
      shadows.updateThingShadow(request ->
          request
              .thingName(order.thing())
              .shadowName(Topics.COMMANDS_SHADOW)
              .payload(SdkBytes.fromByteArray(JsonObject.write(state))));
    } catch (MessageException e) {
      throw new IllegalStateException("the codec's own text is JSON", e);
    }
  }

  /// Says that a command could not be given to the thing; nothing, if it is over or was never
  /// written.
  public void failed(String thing, Command command, long atMs, String detail) {
    try {
      fail(thing, command, atMs, detail);
    } catch (ConditionalCheckFailedException overOrUnknown) {
      // The first terminal status stays.
    }
  }

  private void fail(String thing, Command command, long atMs, String detail) {
    tables.updateItem(request ->
        request
            .tableName(fleetTable)
            .key(FleetKeys.command(thing, atMs, command.id()).attributes())
            .updateExpression("SET #status = :failed, detail = :detail")
            .conditionExpression("#status = :pending")
            .expressionAttributeNames(Map.of("#status", "status"))
            .expressionAttributeValues(
                Map.of(
                    ":failed", status(CommandStatus.FAILED),
                    ":pending", status(CommandStatus.PENDING),
                    ":detail", Attributes.text(detail))));
  }

  private Optional<Map<String, AttributeValue>> get(Key key) {
    var item =
        tables
            .getItem(
                request -> request.tableName(fleetTable).key(key.attributes()).consistentRead(true))
            .item();
    return item.isEmpty() ? Optional.empty() : Optional.of(item);
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    return Attributes.text(item, name)
        .orElseThrow(() -> new IllegalStateException("an item lacks its attribute " + name));
  }

  private static AttributeValue status(CommandStatus status) {
    return Attributes.text(status.name());
  }

  private static AttributeValue seconds(long atMs) {
    return Attributes.number(atMs / 1000);
  }
}
