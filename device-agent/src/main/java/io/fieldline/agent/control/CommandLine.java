// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.control.Option.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What was typed after `agentctl`.
///
/// @param socket where to call, if it was said
/// @param config whose agent to call, if it was said
/// @param json whether the answer is to be JSON
record CommandLine(
    Optional<String> socket,
    Optional<String> config,
    boolean json,
    Subcommand subcommand,
    Map<String, Object> arguments) {

  /// The sense of these words.
  ///
  /// @throws ControlException saying what was expected
  static CommandLine parse(List<String> words) throws ControlException {
    Optional<String> socket = Optional.empty();
    Optional<String> config = Optional.empty();
    boolean json = false;
    List<String> rest = new ArrayList<>();
    Deque<String> left = new ArrayDeque<>(words);
    while (!left.isEmpty()) {
      String word = left.pop();
      switch (word) {
        case "--socket" -> socket = Optional.of(value(word, left));
        case "--config" -> config = Optional.of(value(word, left));
        case "--json" -> json = true;
        default -> rest.add(word);
      }
    }
    Subcommand subcommand = subcommand(rest);
    int length = subcommand.words().split(" ").length;
    Map<String, Object> arguments = arguments(subcommand, rest.subList(length, rest.size()));
    return new CommandLine(socket, config, json, subcommand, arguments);
  }

  private static Subcommand subcommand(List<String> words) throws ControlException {
    for (int length = Math.min(2, words.size()); length > 0; length--) {
      Optional<Subcommand> found = Subcommand.of(String.join(" ", words.subList(0, length)));
      if (found.isPresent()) {
        return found.get();
      }
    }
    List<String> known = new ArrayList<>();
    String first = words.isEmpty() ? "" : words.getFirst();
    for (Subcommand each : Subcommand.values()) {
      if (each.words().startsWith(first + " ") || first.isEmpty()) {
        known.add(each.words());
      }
    }
    throw new ControlException(
        (words.isEmpty() ? "a command expected" : "no such command: " + String.join(" ", words))
            + (known.isEmpty()
                ? "; agentctl --help shows all"
                : "; known: " + String.join(", ", known)));
  }

  private static Map<String, Object> arguments(Subcommand subcommand, List<String> words)
      throws ControlException {
    Map<String, Object> arguments = new LinkedHashMap<>();
    Deque<Option> operands =
        new ArrayDeque<>(
            subcommand.options().stream().filter(each -> each.kind() == Kind.OPERAND).toList());
    Deque<String> left = new ArrayDeque<>(words);
    while (!left.isEmpty()) {
      String word = left.pop();
      if (!word.startsWith("--")) {
        Option operand = operands.poll();
        if (operand == null) {
          throw new ControlException("'" + word + "' is too much: " + subcommand.usage());
        }
        arguments.put(operand.name(), word);
        continue;
      }
      Option option = option(subcommand, word);
      arguments.put(
          option.name(),
          switch (option.kind()) {
            case FLAG -> true;
            case WHOLE -> whole(option, value(word, left));
            case TEXT, OPERAND -> value(word, left);
          });
    }
    Arguments.of(subcommand, arguments);
    return arguments;
  }

  private static Option option(Subcommand subcommand, String word) throws ControlException {
    return subcommand.options().stream()
        .filter(each -> each.kind() != Kind.OPERAND && word.equals("--" + each.name()))
        .findFirst()
        .orElseThrow(() -> new ControlException("unknown " + word + ": " + subcommand.usage()));
  }

  private static String value(String option, Deque<String> left) throws ControlException {
    String value = left.poll();
    if (value == null) {
      throw new ControlException(option + ": a value expected, got nothing");
    }
    return value;
  }

  private static long whole(Option option, String text) throws ControlException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new ControlException(
          "--" + option.name() + ": " + option.expected() + " expected, got '" + text + "'");
    }
  }
}
