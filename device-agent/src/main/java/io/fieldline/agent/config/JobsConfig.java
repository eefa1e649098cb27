// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What jobs of AWS IoT may do on this machine.
///
/// @param programs what a job of type run may run
/// @param reboot program and arguments that boot the machine; empty if jobs may not
/// @param rebootWithin how long that may take
/// @param rotateWithin how long a new certificate may take to connect before the old one is put
///   back
/// @param uploadHosts hosts to which the log may be sent; `*` stands for any characters
/// @param update how another version of the agent may come in
public record JobsConfig(
    List<Program> programs,
    List<String> reboot,
    Duration rebootWithin,
    Duration rotateWithin,
    List<String> uploadHosts,
    Update update) {
  /// Copies the lists.
  public JobsConfig {
    programs = List.copyOf(programs);
    reboot = List.copyOf(reboot);
    uploadHosts = List.copyOf(uploadHosts);
  }

  /// How another version of the agent may come in.
  ///
  /// @param keys files with the public keys of those who may sign it; without one nobody may
  /// @param maxBytes of an archive and of what is in it, together
  /// @param healthTimeout in which a new version must have shown that it works
  public record Update(List<Path> keys, long maxBytes, Duration healthTimeout) {
    /// Copies the list.
    public Update {
      keys = List.copyOf(keys);
    }
  }

  /// A program that may be run.
  ///
  /// @param sha256 of its content, where only that one may
  /// @param arguments a pattern for each argument
  public record Program(
      Path program, Optional<String> sha256, List<Pattern> arguments, Duration timeout) {
    /// Copies the list.
    public Program {
      arguments = List.copyOf(arguments);
    }

    /// Whether it may be run with these: one for each pattern, matching it from end to end.
    public boolean takes(List<String> given) {
      if (given.size() != arguments.size()) {
        return false;
      }
      for (int i = 0; i < given.size(); i++) {
        if (!arguments.get(i).matcher(given.get(i)).matches()) {
          return false;
        }
      }
      return true;
    }
  }
}
