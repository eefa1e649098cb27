// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.systemd;

import java.time.Duration;
import java.util.function.Supplier;

/// A loop that must go round.
///
/// @param loop its name
/// @param longest how long one round may take before it counts as stuck
/// @param since how long ago its last round began
public record Pulse(String loop, Duration longest, Supplier<Duration> since) {
  boolean isStuck() {
    return since.get().compareTo(longest) > 0;
  }
}
