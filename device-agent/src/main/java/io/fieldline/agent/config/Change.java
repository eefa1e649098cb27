// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

/// How a key of the configuration can be changed once the agent runs. Declared with each key, where
/// it is read; what says nothing takes a restart.
public enum Change {
  /// By the file, and taken with the next start of the agent.
  RESTART,
  /// By the file, and taken while the agent runs.
  RELOAD,
  /// By the file and by the shadow `config`, and taken while the agent runs. Never a key that makes
  /// the agent run a program, opens a place that the file does not name, or could part it from its
  /// cloud.
  REMOTE
}
