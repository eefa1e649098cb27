// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.util.List;

/// The configuration was refused; each problem says file:line:column, what was expected and what
/// came.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final List<String> problems;

  /// An exception with all that was found.
  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /// One line a problem, in the order of the file.
  public List<String> problems() {
    return problems;
  }
}
