// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.dispatch;

import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.messages.ActuatorValue;
import io.fieldline.messages.MessageException;
import java.math.BigDecimal;

/// What a request wants of an actuator: `{actuator, value, validForMs?}`.
///
/// @param actuator which one
/// @param value what it is to be set to
/// @param validForMs how long it may be carried out
public record Wanted(String actuator, ActuatorValue value, long validForMs) {
  private static final long VALID_MS = 60_000;
  private static final long MAX_VALID_MS = 7L * 86_400_000;

  /// What a body says.
  public static Wanted of(JsonObject body) throws ApiException {
    return new Wanted(actuator(body), value(body), validForMs(body));
  }

  /// A value as it stands in JSON.
  public static Object plain(ActuatorValue value) {
    return switch (value) {
      case ActuatorValue.Flag(boolean on) -> on;
      case ActuatorValue.Amount(var number) -> number;
      case ActuatorValue.Text(var text) -> text;
    };
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
