// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Array;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/// Text. Arguments are converted to String first; Null and `Undefined` give `Undefined`. Source:
/// AWS IoT developer guide, "Functions".
final class TextFunctions {
  /// How long a text may become, eight times what a message may hold: a short statement must not
  /// make gigabytes of a message. Assumed: beyond it the result is `Undefined`.
  static final int MAX_TEXT = 1 << 20;

  private static final int MAX_PADDING = 1000;
  private static final int MAX_ASCII = 127;

  private TextFunctions() {}

  static Value upper(Arguments in, CallScope scope) {
    return mapped(in, text -> text.toUpperCase(Locale.ROOT));
  }

  static Value lower(Arguments in, CallScope scope) {
    return mapped(in, text -> text.toLowerCase(Locale.ROOT));
  }

  static Value trim(Arguments in, CallScope scope) {
    return mapped(in, String::strip);
  }

  static Value ltrim(Arguments in, CallScope scope) {
    return mapped(in, String::stripLeading);
  }

  static Value rtrim(Arguments in, CallScope scope) {
    return mapped(in, String::stripTrailing);
  }

  /// `lpad(s, n)`: n blanks are added, 0 to 1000; the result is not n wide.
  static Value lpad(Arguments in, CallScope scope) {
    return in.floor(1)
        .map(n -> mapped(in, text -> " ".repeat(Math.clamp(n, 0, MAX_PADDING)) + text))
        .orElse(Value.UNDEFINED);
  }

  static Value rpad(Arguments in, CallScope scope) {
    return in.floor(1)
        .map(n -> mapped(in, text -> text + " ".repeat(Math.clamp(n, 0, MAX_PADDING))))
        .orElse(Value.UNDEFINED);
  }

  /// `substring(s, from[, to])`: from 0, `to` exclusive, rounded down, clamped to the text.
  static Value substring(Arguments in, CallScope scope) {
    var text = in.text(0);
    var from = in.floor(1);
    var to = in.count() > 2 ? in.floor(2) : Optional.of(Integer.MAX_VALUE);
    if (text.isEmpty() || from.isEmpty() || to.isEmpty()) {
      return Value.UNDEFINED;
    }
    int start = Math.clamp(from.get(), 0, text.get().length());
    int end = Math.clamp(to.get(), 0, text.get().length());
    return new Text(start >= end ? "" : text.get().substring(start, end));
  }

  static Value indexof(Arguments in, CallScope scope) {
    return in.text(0)
        .flatMap(text -> in.text(1).<Value>map(part -> Int.of(text.indexOf(part))))
        .orElse(Value.UNDEFINED);
  }

  static Value length(Arguments in, CallScope scope) {
    return in.text(0)
        .<Value>map(text -> Int.of(text.codePointCount(0, text.length())))
        .orElse(Value.UNDEFINED);
  }

  static Value numbytes(Arguments in, CallScope scope) {
    return in.text(0)
        .<Value>map(text -> Int.of(text.getBytes(StandardCharsets.UTF_8).length))
        .orElse(Value.UNDEFINED);
  }

  static Value startswith(Arguments in, CallScope scope) {
    return tested(in, String::startsWith);
  }

  static Value endswith(Arguments in, CallScope scope) {
    return tested(in, String::endsWith);
  }

  static Value replace(Arguments in, CallScope scope) {
    var text = in.text(0);
    var old = in.text(1);
    var replacement = in.text(2);
    if (text.isEmpty() || old.isEmpty() || replacement.isEmpty()) {
      return Value.UNDEFINED;
    }
    // Each of its characters may be a place, and one more before the first.
    long most = text.get().length() + (text.get().length() + 1L) * replacement.get().length();
    return most <= MAX_TEXT || replacedLength(text.get(), old.get(), replacement.get()) <= MAX_TEXT
        ? new Text(text.get().replace(old.get(), replacement.get()))
        : Value.UNDEFINED;
  }

  private static long replacedLength(String text, String old, String replacement) {
    if (old.isEmpty()) {
      return text.length() + (text.length() + 1L) * replacement.length();
    }
    long places = 0;
    for (int at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length())) {
      places++;
    }
    return text.length() + places * ((long) replacement.length() - old.length());
  }

  /// `concat(…)`: one argument stays as it is; an array makes a flat array; a String a String.
  /// Assumed: with neither among several it is `Undefined`.
  static Value concat(Arguments in, CallScope scope) {
    if (in.count() == 1) {
      return in.at(0);
    }
    if (in.values().stream().anyMatch(Array.class::isInstance)) {
      List<Value> all = new ArrayList<>();
      for (Value value : in.values()) {
        if (value instanceof Array(var elements)) {
          all.addAll(elements);
        } else {
          all.add(value);
        }
      }
      return new Array(all);
    }
    if (in.values().stream().noneMatch(Text.class::isInstance)) {
      return Value.UNDEFINED;
    }
    var text = new StringBuilder();
    for (Value value : in.values()) {
      var part = Conversions.text(value);
      if (part.isEmpty()) {
        return Value.UNDEFINED;
      }
      text.append(part.get());
      if (text.length() > MAX_TEXT) {
        return Value.UNDEFINED;
      }
    }
    return new Text(text.toString());
  }

  static Value chr(Arguments in, CallScope scope) {
    return in.floor(0)
        .filter(code -> code >= 0 && code <= MAX_ASCII)
        .<Value>map(code -> new Text(String.valueOf((char) code.intValue())))
        .orElse(Value.UNDEFINED);
  }

  private static Value mapped(Arguments in, UnaryOperator<String> operator) {
    return in.text(0).<Value>map(text -> new Text(operator.apply(text))).orElse(Value.UNDEFINED);
  }

  private static Value tested(Arguments in, BiPredicate<String, String> test) {
    return in.text(0)
        .flatMap(text -> in.text(1).<Value>map(part -> Bool.of(test.test(text, part))))
        .orElse(Value.UNDEFINED);
  }
}
