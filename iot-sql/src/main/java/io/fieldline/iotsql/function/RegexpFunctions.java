// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Regular expressions: a search, not a match of the whole text. A wrong expression, and one that
/// takes more than a million steps, gives `Undefined` (the latter Assumed). Source: AWS IoT
/// developer guide, "Functions", regexp_matches, regexp_replace, regexp_substr.
final class RegexpFunctions {
  private static final int MAX_STEPS = 1_000_000;

  private RegexpFunctions() {}

  static Value matches(Arguments in, CallScope scope) {
    return search(in, matcher -> Bool.of(matcher.find()));
  }

  static Value replace(Arguments in, CallScope scope) {
    var replacement = in.text(2);
    return replacement.isEmpty()
        ? Value.UNDEFINED
        : search(in, matcher -> replaced(matcher, replacement.get()));
  }

  private static Value replaced(Matcher matcher, String replacement) {
    var text = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(text, replacement);
      if (text.length() > TextFunctions.MAX_TEXT) {
        return Value.UNDEFINED;
      }
    }
    return new Text(matcher.appendTail(text).toString());
  }

  /// The first match, or `Undefined` where there is none.
  static Value substr(Arguments in, CallScope scope) {
    return search(in, matcher -> matcher.find() ? new Text(matcher.group()) : Value.UNDEFINED);
  }

  private static Value search(Arguments in, java.util.function.Function<Matcher, Value> use) {
    var text = in.text(0);
    var expression = in.text(1);
    if (text.isEmpty() || expression.isEmpty()) {
      return Value.UNDEFINED;
    }
    try {
      var pattern = Pattern.compile(expression.get());
      return use.apply(pattern.matcher(new StepBound(text.get(), new int[1])));
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | TooManySteps
        | StackOverflowError e) {
      return Value.UNDEFINED;
    }
  }

  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// A text that gives up being read after too many steps of the matcher.
  private record StepBound(CharSequence text, int[] steps) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps[0] > MAX_STEPS) {
        throw new TooManySteps();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
