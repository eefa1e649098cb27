// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.presence;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.tables.Connection;
import io.fieldline.lambdas.tables.DeviceRegister;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/// Takes what the rule `presence` makes of a lifecycle event into the register of devices. Events
/// come at least once and in any order; what is older than what is known changes nothing. One that
/// is not understood fails the invocation, and so ends in the dead letters.
public final class PresenceHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(PresenceHandler.class.getName());

  private final DeviceRegister devices;

  /// The function as Lambda makes it.
  public PresenceHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  PresenceHandler(Environment environment, DynamoDbClient tables) {
    this.devices = new DeviceRegister(tables, environment.text("FLEET_TABLE"), Clock.systemUTC());
  }

  /// A client that cannot be.
  @Override
  public void prime() {
    devices.isThere(" ");
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
    var type = event.text("eventType");
    boolean connected =
        switch (type) {
          case "connected" -> true;
          case "disconnected" -> false;
          default ->
              throw new MessageException(
                  "/eventType: expected connected or disconnected, got " + type);
        };
    var reason = event.optionalText("reason").orElse("");
    var connection = new Connection(connected, event.whole("atMs"), event.whole("version"), reason);
    boolean isNews = devices.connection(thing, connection, event.whole("receivedMs"));
    LOG.log(
        System.Logger.Level.INFO,
        isNews ? type : "not news of a device's connection",
        Map.of("thing", thing, "reason", reason));
  }
}
