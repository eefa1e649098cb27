// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

import io.fieldline.agent.config.AgentConfig;
import java.io.IOException;
import java.util.Set;

/// A part of the agent that takes another configuration while it runs.
@FunctionalInterface
public interface Changeable {
  /// Takes it, as far as it is this part's.
  ///
  /// @return the sources that were begun anew
  /// @throws IOException if it cannot work with it; it is then told to take the one before again
  Set<String> change(AgentConfig next) throws IOException, InterruptedException;
}
