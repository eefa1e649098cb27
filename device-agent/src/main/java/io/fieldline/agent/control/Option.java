// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import java.util.Locale;

/// What may follow a subcommand.
///
/// @param byDefault what holds without it; empty if it must be given
/// @param expected what may stand there
/// @param min of a whole number
/// @param max of a whole number
public record Option(
    String name, Kind kind, String byDefault, String expected, String meaning, long min, long max) {
  /// How it is given.
  public enum Kind {
    /// By its place.
    OPERAND,
    /// `--name VALUE`
    TEXT,
    /// `--name VALUE`, a whole number
    WHOLE,
    /// `--name`
    FLAG
  }

  static Option operand(String name, String byDefault, String meaning) {
    return new Option(name, Kind.OPERAND, byDefault, "text", meaning, 0, 0);
  }

  static Option text(String name, String byDefault, String meaning) {
    return new Option(name, Kind.TEXT, byDefault, "text", meaning, 0, 0);
  }

  static Option whole(String name, String byDefault, long min, long max, String meaning) {
    String expected = "a whole number from " + min + " to " + max;
    return new Option(name, Kind.WHOLE, byDefault, expected, meaning, min, max);
  }

  static Option flag(String name, String meaning) {
    return new Option(name, Kind.FLAG, "no", "nothing", meaning, 0, 0);
  }

  boolean admits(long number) {
    return number >= min && number <= max;
  }

  boolean isRequired() {
    return byDefault.isEmpty();
  }

  String usage() {
    String bare =
        switch (kind) {
          case OPERAND -> name.toUpperCase(Locale.ROOT);
          case TEXT -> "--" + name + " TEXT";
          case WHOLE -> "--" + name + " N";
          case FLAG -> "--" + name;
        };
    return isRequired() ? bare : "[" + bare + "]";
  }
}
