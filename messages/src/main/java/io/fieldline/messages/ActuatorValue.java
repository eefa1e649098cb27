// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.math.BigDecimal;

/// What an actuator is to be set to, or is set to.
public sealed interface ActuatorValue {
  /// On or off.
  record Flag(boolean on) implements ActuatorValue {}

  /// A number, kept digit by digit, so that an echo of it is equal to it.
  record Amount(BigDecimal number) implements ActuatorValue {
    /// Refuses numbers that no actuator has.
    public Amount {
      if (number.precision() > 34 || Math.abs((long) number.scale()) > 400) {
        throw Checks.wrong(
            "value", "a number of at most 34 digits", number.precision() + " digits");
      }
    }
  }

  /// A word or a text.
  record Text(String text) implements ActuatorValue {
    /// Refuses long ones.
    public Text {
      Checks.text("value", text, 256);
    }
  }
}
