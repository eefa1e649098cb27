// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/// Does the jobs of one type.
///
/// @param <D> what they say
interface JobHandler<D extends JobDocument> {
  /// What a job has kept, and keeps.
  interface Progress {
    /// What was kept last; empty at first.
    Map<String, Object> state();

    /// Keeps it; it is on the disk when this returns.
    void keep(Map<String, Object> state) throws IOException;
  }

  /// Does it, or goes on with it after a restart of the agent, as the progress says.
  ///
  /// @param resumed whether the agent ended since the job began
  /// @return empty if the agent has to start anew, and then goes on with it
  /// @throws JobException if it cannot be done
  Optional<JobOutcome> carryOut(D document, Progress progress, boolean resumed)
      throws JobException, IOException, InterruptedException;
}
