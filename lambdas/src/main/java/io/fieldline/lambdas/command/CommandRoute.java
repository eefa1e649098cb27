// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.command;

import io.fieldline.lambdas.api.ApiAnswer;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRequest;
import io.fieldline.lambdas.api.Devices;
import io.fieldline.lambdas.api.FirstRequests;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.dispatch.Wanted;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.ActuatorName;
import io.fieldline.messages.Command;
import io.fieldline.messages.CommandStatus;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiParameter;
import java.util.Map;
import software.amazon.awssdk.core.exception.SdkException;

/// `POST /devices/{device}/commands` with `{actuator, value, validForMs?}`.
final class CommandRoute {
  private static final System.Logger LOG = System.getLogger(CommandRoute.class.getName());

  private static final int LONGEST_NAME = 128;

  private final Devices devices;
  private final FirstRequests requests;
  private final CommandDispatch dispatch;

  CommandRoute(Devices devices, FirstRequests requests, CommandDispatch dispatch) {
    this.devices = devices;
    this.requests = requests;
    this.dispatch = dispatch;
  }

  ApiAnswer answer(ApiRequest request) throws ApiException, MessageException {
    var device = devices.require(request.path("device"));
    var thing = device.thing();
    var wanted = Wanted.of(request.body());
    var order = new Order(thing, actuator(device, wanted), wanted.value(), request.person());
    var first = requests.of(request);
    long atMs = first.atMs();
    var command =
        new Command(
            FleetKeys.commandId(atMs, first.unique()), order.value(), atMs + wanted.validForMs());
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

  private static String actuator(Devices.Device device, Wanted wanted) throws ApiException {
    var actuator = ActuatorName.of(device.name(), device.thing(), wanted.actuator());
    if (actuator.length() > LONGEST_NAME) {
      throw new ApiException(
          400,
          "actuator: expected at most %d characters with the device's name before it, got '%s'"
              .formatted(LONGEST_NAME, actuator));
    }
    return actuator;
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
}
