// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.sweep;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.CommandStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Marks commands EXPIRED that nobody answered in time. The device gets a moment beyond the expiry
/// to report, and longer where it has accepted the command and is carrying it out.
public final class SweepHandler implements RequestStreamHandler, Primed {
  private static final Duration TO_ANSWER = Duration.ofSeconds(10);
  private static final Duration TO_FINISH = Duration.ofMinutes(10);

  private static final System.Logger LOG = System.getLogger(SweepHandler.class.getName());

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final Clock clock;

  /// The function as Lambda makes it.
  public SweepHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb(), Clock.systemUTC());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  SweepHandler(Environment environment, DynamoDbClient tables, Clock clock) {
    this.tables = tables;
    this.fleetTable = environment.text("FLEET_TABLE");
    this.clock = clock;
  }

  /// At the beginning of time no command was open.
  @Override
  public void prime() {
    sweep(TO_ANSWER.toMillis());
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    LogScope.of(
        context,
        () -> {
          sweep(clock.millis());
          return true;
        });
  }

  private void sweep(long nowMs) {
    var pages =
        tables.queryPaginator(request ->
            request
                .tableName(fleetTable)
                .keyConditionExpression("pk = :open AND sk < :until")
                .expressionAttributeValues(
                    Map.of(
                        ":open", Attributes.text(FleetKeys.OPEN_COMMANDS),
                        ":until",
                            Attributes.text(FleetKeys.openUntil(nowMs - TO_ANSWER.toMillis())))));
    for (var page : pages) {
      page.items().forEach(item -> sweep(item, nowMs));
    }
  }

  private void sweep(Map<String, AttributeValue> open, long nowMs) {
    long overdueMs = nowMs - Attributes.whole(open, "expiresAtMs");
    if (expired(open, CommandStatus.PENDING, nowMs) || isOver(open, overdueMs, nowMs)) {
      var key = Map.of("pk", open.get("pk"), "sk", open.get("sk"));
      tables.deleteItem(request -> request.tableName(fleetTable).key(key));
    }
  }

  /// Not pending any more: over, or accepted and, after a while, expired.
  private boolean isOver(Map<String, AttributeValue> open, long overdueMs, long nowMs) {
    if (overdueMs > TO_FINISH.toMillis()) {
      expired(open, CommandStatus.ACCEPTED, nowMs);
      return true;
    }
    return false;
  }

  private boolean expired(Map<String, AttributeValue> open, CommandStatus from, long nowMs) {
    var thing = Attributes.text(open, "thing").orElseThrow();
    var id = Attributes.text(open, "id").orElseThrow();
    var key = FleetKeys.command(thing, FleetKeys.issuedAtMs(id).orElseThrow(), id);
    try {
      tables.updateItem(request ->
          request
              .tableName(fleetTable)
              .key(key.attributes())
              .updateExpression("SET #status = :expired, statusAtMs = :now, detail = :detail")
              .conditionExpression("#status = :from")
              .expressionAttributeNames(Map.of("#status", "status"))
              .expressionAttributeValues(
                  Map.of(
                      ":expired", Attributes.text(CommandStatus.EXPIRED.name()),
                      ":from", Attributes.text(from.name()),
                      ":now", Attributes.number(nowMs),
                      ":detail", Attributes.text("no answer in time"))));
      LOG.log(
          System.Logger.Level.INFO,
          "command expired",
          Map.of("commandId", id, "thing", thing, "was", from.name()));
      return true;
    } catch (ConditionalCheckFailedException inAnotherStatus) {
      return false;
    }
  }
}
