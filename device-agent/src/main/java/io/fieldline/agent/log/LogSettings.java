// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.log;

import java.nio.file.Path;
import java.util.Optional;

/// Where the log goes and how much of it.
///
/// @param file empty for standard error
/// @param level what is less important is left out
/// @param maxFileBytes at this size a file is put aside and a new one begun
/// @param files how many files are kept, the current one included
/// @param perMinute how many lines of one message are written in a minute
public record LogSettings(
    Optional<Path> file, Format format, Level level, long maxFileBytes, int files, int perMinute) {
  /// How a line looks.
  public enum Format {
    /// Time, level, class and message.
    TEXT,
    /// A JSON object.
    JSON
  }

  /// How important a line is.
  public enum Level {
    ERROR,
    WARNING,
    INFO,
    DEBUG
  }
}
