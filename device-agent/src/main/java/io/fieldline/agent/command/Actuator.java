// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.messages.Takes;
import java.util.Optional;

/// Carries out commands of one kind, one at a time.
@FunctionalInterface
public interface Actuator {
  /// Carries out the command; returns when it is done or has failed.
  Result actuate(DesiredCommand command) throws InterruptedException;

  /// What it takes; empty where nobody said. What it does not take does not come to it.
  default Optional<Takes> takes() {
    return Optional.empty();
  }

  /// What it is set to before the first command, where that can be known: reported from the start,
  /// so that people see that it is there.
  default Optional<Object> initialState() {
    return Optional.empty();
  }

  /// What became of it.
  ///
  /// @param detail why it failed, or what there is to add
  record Result(boolean succeeded, String detail) {
    /// Done.
    public static final Result DONE = new Result(true, "");

    /// Not done, and why.
    public static Result failed(String why) {
      return new Result(false, why);
    }
  }
}
