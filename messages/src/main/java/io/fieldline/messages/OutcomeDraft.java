// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A command or its outcome while its members are being read.
final class OutcomeDraft {
  private @Nullable String id;
  private @Nullable ActuatorValue value;
  private @Nullable Long expiresAtMs;
  private @Nullable CommandStatus status;
  private @Nullable Long atMs;
  private @Nullable String detail;

  void take(String name, JsonIn in) throws IOException {
    switch (name) {
      case "id" -> id = in.text();
      case "value" -> value = in.actuatorValue();
      case "expiresAtMs" -> expiresAtMs = in.whole();
      case "status" -> status = in.oneOf(CommandStatus.class);
      case "atMs" -> atMs = in.whole();
      case "detail" -> detail = in.isNull() ? null : in.text();
      default -> {}
    }
  }

  Command command(JsonIn in) throws MessageException {
    return new Command(
        in.required(id, "id"),
        in.required(value, "value"),
        in.required(expiresAtMs, "expiresAtMs"));
  }

  CommandOutcome outcome(JsonIn in) throws MessageException {
    return new CommandOutcome(
        in.required(id, "id"),
        in.required(value, "value"),
        in.required(expiresAtMs, "expiresAtMs"),
        in.required(status, "status"),
        in.required(atMs, "atMs"),
        detail);
  }
}
