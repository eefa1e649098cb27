// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import java.io.IOException;
import java.util.Map;

/// Carries out one subcommand in the agent.
@FunctionalInterface
public interface Operation {
  /// Answers with items as they come, and with a last document.
  ///
  /// @throws IOException if the caller has gone
  Map<String, Object> run(Arguments arguments, Items items)
      throws ControlException, IOException, InterruptedException;

  /// Where items go, one at a time.
  @FunctionalInterface
  interface Items {
    /// Sends one; waits for a caller that reads slowly.
    void send(Map<String, Object> item) throws IOException;
  }
}
