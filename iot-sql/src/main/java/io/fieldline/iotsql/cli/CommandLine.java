// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.cli;

import java.util.Optional;

/// The arguments of the command.
record CommandLine(
    String sql, String topic, String payload, String version, boolean explain, boolean batch) {
  static final String USAGE =
      """
      usage: fieldline sql "SELECT ..." --topic TOPIC --payload JSON [--sql-version V] [--explain]
             fieldline sql --batch   (JSON lines in, JSON lines out)
      """;

  /// Reads the arguments.
  ///
  /// @throws IllegalArgumentException saying what was expected
  static CommandLine parse(String[] args) {
    var line = new CommandLine("", "", "{}", "2016-03-23", false, false);
    for (int i = 0; i < args.length; i++) {
      var arg = args[i];
      line =
          switch (arg) {
            case "--explain" -> line.with(Optional.of(true), Optional.empty());
            case "--batch" -> line.with(Optional.empty(), Optional.of(true));
            case "--topic", "--payload", "--sql-version" -> {
              if (i + 1 >= args.length) {
                throw new IllegalArgumentException(arg + ": expected a value after it");
              }
              yield line.with(arg, args[++i]);
            }
            default -> {
              if (arg.startsWith("--")) {
                throw new IllegalArgumentException("unknown option " + arg);
              }
              if (!line.sql().isEmpty()) {
                throw new IllegalArgumentException(
                    "expected one statement in quotes, got a second: " + arg);
              }
              yield line.with("sql", arg);
            }
          };
    }
    if (line.sql().isEmpty() && !line.batch()) {
      throw new IllegalArgumentException("expected a statement or --batch");
    }
    return line;
  }

  private CommandLine with(Optional<Boolean> explained, Optional<Boolean> batched) {
    return new CommandLine(
        sql, topic, payload, version, explained.orElse(explain), batched.orElse(batch));
  }

  private CommandLine with(String option, String value) {
    return new CommandLine(
        option.equals("sql") ? value : sql,
        option.equals("--topic") ? value : topic,
        option.equals("--payload") ? value : payload,
        option.equals("--sql-version") ? value : version,
        explain,
        batch);
  }
}
