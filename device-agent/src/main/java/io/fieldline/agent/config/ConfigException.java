// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The configuration was refused; each problem says where (file:line:column, or the shadow), what
/// was expected and what came.
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> details;

  /// One thing that is wrong.
  ///
  /// @param where file:line:column, or `shadow config`
  /// @param message with the key, what was expected and what came
  public record Problem(String where, String message) {
    private static final Pattern KEY = Pattern.compile("(?s).*?'([^']*)'(?:: )?(.*)");
    private static final String GOT = " expected, got ";

    @Override
    public String toString() {
      return where + ": " + message;
    }

    /// The full key; empty if it is about no single one.
    public String key() {
      Matcher named = KEY.matcher(message);
      return named.matches() ? named.group(1) : "";
    }

    /// What was expected, or all that there is to say.
    public String expected() {
      Matcher named = KEY.matcher(message);
      boolean begins = message.startsWith("'") && named.matches();
      String said = begins ? named.group(2) : message;
      int got = said.lastIndexOf(GOT);
      return (got < 0 ? said : said.substring(0, got)).strip();
    }

    /// What came instead; empty if nothing did or it does not matter.
    public String came() {
      int got = message.lastIndexOf(GOT);
      return got < 0 ? "" : message.substring(got + GOT.length());
    }
  }

  /// An exception with all that was found.
  public ConfigException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.details = List.copyOf(problems);
  }

  /// One line a problem, in the order of the file.
  public List<String> problems() {
    return details.stream().map(Problem::toString).toList();
  }

  /// The same, taken apart.
  public List<Problem> details() {
    return details;
  }
}
