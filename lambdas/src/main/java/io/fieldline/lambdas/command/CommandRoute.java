// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.FirstRequests;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.Command;
import io.fieldline.messages.CommandStatus;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiParameter;
import java.math.BigDecimal;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;

/// `POST /devices/{device}/commands` with `{actuator, value, validForMs?}`.
final class CommandRoute {
  private static final System.Logger LOG = System.getLogger(CommandRoute.class.getName());
  private static final long VALID_MS = 60_000;
  private static final long MAX_VALID_MS = 7L * 86_400_000;

  private final Devices devices;
  private final FirstRequests requests;
  private final CommandDispatch dispatch;

  CommandRoute(Devices devices, FirstRequests requests, CommandDispatch dispatch) {
    this.devices = devices;
    this.requests = requests;
    this.dispatch = dispatch;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException, MessageException {
    var thing = devices.require(request.path("device")).thing();
    var body = request.body();
    var order = new Order(thing, actuator(body), value(body), request.person());
    long validForMs = validForMs(body);
    var first = requests.of(request);
    long atMs = first.atMs();
    var command =
        new Command(FleetKeys.commandId(atMs, first.unique()), order.value(), atMs + validForMs);
    issue(order, command, request);
    LOG.log(
        System.Logger.Level.INFO,
        "command issued",
        Map.of("commandId", command.id(), "thing", thing, "actuator", order.actuator()));
    return new ApiAnswer(
        202,
        Map.of(
            "id", command.id(),
            "status", CommandStatus.PENDING.name(),
            "atMs", atMs,
            "expiresAtMs", command.expiresAtMs()));
  }

  /// What somebody may ask for again stays pending; it fails by expiry, if nobody does.
  private void issue(Order order, Command command, ApiRequest request) throws MessageException {
    long atMs = FleetKeys.issuedAtMs(command.id()).orElseThrow();
    try {
      dispatch.issue(order, command, atMs);
    } catch (SdkException e) {
      if (request.header(ApiParameter.IDEMPOTENCY_KEY.wireName()).isEmpty()) {
        dispatch.failed(order.thing(), command, atMs, "could not be written into the shadow");
      }
      throw e;
    }
  }

  private static String actuator(JsonObject body) throws ApiException {
    try {
      var actuator = body.text("actuator");
      if (actuator.matches("[a-zA-Z0-9:_-]{1,128}")) {
        return actuator;
      }
      throw new ApiException(
          400, "actuator: expected 1 to 128 letters, digits, ':', '_' or '-', got " + actuator);
    } catch (MessageException e) {
      throw new ApiException(400, "body: " + e.getMessage());
    }
  }

  private static ActuatorValue value(JsonObject body) throws ApiException {
    try {
      return switch (body.members().get("value")) {
        case Boolean on -> new ActuatorValue.Flag(on);
        case Long number -> new ActuatorValue.Amount(BigDecimal.valueOf(number));
        case BigDecimal number -> new ActuatorValue.Amount(number);
        case String text -> new ActuatorValue.Text(text);
        case null, default ->
            throw new ApiException(
                400, "value: expected true, false, a number or a text, got something else");
      };
    } catch (IllegalArgumentException e) {
      throw new ApiException(400, String.valueOf(e.getMessage()));
    }
  }

  private static long validForMs(JsonObject body) throws ApiException {
    if (!body.has("validForMs")) {
      return VALID_MS;
    }
    if (body.members().get("validForMs") instanceof Long validForMs
        && validForMs >= 1000
        && validForMs <= MAX_VALID_MS) {
      return validForMs;
    }
    throw new ApiException(
        400,
        "validForMs: expected 1000 to "
            + MAX_VALID_MS
            + ", got "
            + body.members().get("validForMs"));
  }
}
