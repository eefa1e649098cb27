// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import java.util.Map;
import java.util.Optional;

/// What came with a request, checked against the subcommand's options.
///
/// @param values by the names of the options: texts, whole numbers and truth values
public record Arguments(Map<String, Object> values) {
  /// Copies the map.
  public Arguments {
    values = Map.copyOf(values);
  }

  /// Of a request over the socket.
  static Arguments of(Subcommand subcommand, Map<String, Object> sent) throws ControlException {
    for (String name : sent.keySet()) {
      if (subcommand.options().stream().noneMatch(option -> option.name().equals(name))) {
        throw new ControlException(subcommand.words() + ": unknown argument '" + name + "'");
      }
    }
    for (Option option : subcommand.options()) {
      check(subcommand, option, sent);
    }
    return new Arguments(sent);
  }

  private static void check(Subcommand subcommand, Option option, Map<String, Object> sent)
      throws ControlException {
    Object value = sent.get(option.name());
    boolean fits =
        value == null
            ? !option.isRequired()
            : switch (option.kind()) {
              case OPERAND, TEXT -> value instanceof String;
              case WHOLE -> value instanceof Long number && option.admits(number);
              case FLAG -> value instanceof Boolean;
            };
    if (!fits) {
      throw new ControlException(
          subcommand.words()
              + ": "
              + option.name()
              + ": "
              + option.expected()
              + " expected, got "
              + (value == null ? "nothing" : value));
    }
  }

  Optional<String> text(String name) {
    return values.get(name) instanceof String text ? Optional.of(text) : Optional.empty();
  }

  /// @param byDefault what holds without it
  long whole(String name, long byDefault) {
    return values.get(name) instanceof Long number ? number : byDefault;
  }

  boolean flag(String name) {
    return Boolean.TRUE.equals(values.get(name));
  }
}
