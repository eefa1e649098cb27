// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;

/// What a statement makes of a message.
public sealed interface Result {
  /// WHERE was not true: the rule does not fire.
  record NoMatch() implements Result {}

  /// The rule fires with this value.
  record Output(Value value) implements Result {
    /// What an action receives: JSON, the raw bytes of a payload that is no JSON, or nothing where
    /// the value is `Undefined`.
    public byte[] bytes() {
      return switch (value) {
        case Value.Raw(var bytes) -> bytes;
        case Value.Undefined _ -> new byte[0];
        case Value other -> Json.bytes(other);
      };
    }
  }

  /// The statement failed as a whole: the rule's error action runs.
  record Failed(String message) implements Result {}
}
