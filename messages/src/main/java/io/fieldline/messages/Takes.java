// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What an actuator takes, as its device says it: members of an object of JSON, `kind` the first of
/// them. A device lists its actuators so in the classic shadow, [#REPORTED].
public sealed interface Takes {
  /// The member of the classic shadow's reported state: a list of objects, each with the `name` of
  /// an actuator, and what it takes where that is known. A list, because an update replaces it as a
  /// whole: of an object, members that a device no longer knows of would stay.
  String REPORTED = "actuators";

  /// Words of an actuator at most.
  int MAX_OPTIONS = 50;

  /// Characters of such a word at most.
  int MAX_OPTION = 64;

  /// Characters of a unit at most.
  int MAX_UNIT = 16;

  /// As members of JSON: texts, `Long`, `BigDecimal` and a list of texts.
  Map<String, Object> members();

  /// What is expected of a value, for people.
  String expected();

  /// Whether it takes a value: a `Boolean`, `Number` or `String`, as JSON has them.
  boolean fits(Object value);

  /// Why it does not take a value: what was expected and what came; empty if it takes it.
  default Optional<String> refusal(Object value) {
    if (fits(value)) {
      return Optional.empty();
    }
    var text = String.valueOf(value);
    var shown = text.length() <= MAX_OPTION ? text : text.substring(0, MAX_OPTION) + "…";
    var got = value instanceof String ? "'" + shown + "'" : shown;
    return Optional.of(expected() + " expected, got " + got);
  }

  /// On or off.
  record Flag() implements Takes {
    @Override
    public Map<String, Object> members() {
      return Map.of("kind", "BOOLEAN");
    }

    @Override
    public String expected() {
      return "true or false";
    }

    @Override
    public boolean fits(Object value) {
      return value instanceof Boolean;
    }
  }

  /// A number.
  ///
  /// @param step how far values are apart, counted from the minimum, or from 0 where there is none
  /// @param unit empty for none
  record Amount(OptionalDouble minimum, OptionalDouble maximum, OptionalDouble step, String unit)
      implements Takes {
    /// Sums of steps miss their value by the last digits, those of who counts in 32 bits by more.
    private static final double ROUNDING = 1e-6;

    /// Refuses a range that has no values.
    public Amount {
      minimum.ifPresent(value -> Checks.finite("minimum", value));
      maximum.ifPresent(value -> Checks.finite("maximum", value));
      if (minimum.isPresent() && maximum.orElse(minimum.getAsDouble()) < minimum.getAsDouble()) {
        throw Checks.wrong("maximum", "at least the minimum", maximum.getAsDouble());
      }
      if (step.isPresent() && !(Checks.finite("step", step.getAsDouble()) > 0)) {
        throw Checks.wrong("step", "more than 0", step.getAsDouble());
      }
      Checks.text("unit", unit, MAX_UNIT);
    }

    @Override
    public Map<String, Object> members() {
      var members = new LinkedHashMap<String, Object>();
      members.put("kind", "NUMBER");
      minimum.ifPresent(value -> members.put("minimum", json(value)));
      maximum.ifPresent(value -> members.put("maximum", json(value)));
      step.ifPresent(value -> members.put("step", json(value)));
      if (!unit.isEmpty()) {
        members.put("unit", unit);
      }
      return members;
    }

    @Override
    public String expected() {
      var text = new StringBuilder("a number");
      if (minimum.isPresent() && maximum.isPresent()) {
        text.append(" from ").append(json(minimum.getAsDouble()));
        text.append(" to ").append(json(maximum.getAsDouble()));
      } else {
        minimum.ifPresent(value -> text.append(" of at least ").append(json(value)));
        maximum.ifPresent(value -> text.append(" of at most ").append(json(value)));
      }
      if (!unit.isEmpty()) {
        text.append(" (").append(unit).append(')');
      }
      step.ifPresent(value -> text.append(" in steps of ").append(json(value)));
      return text.toString();
    }

    @Override
    public boolean fits(Object value) {
      if (!(value instanceof Number number)) {
        return false;
      }
      double amount = number.doubleValue();
      return Double.isFinite(amount)
          && amount >= minimum.orElse(amount)
          && amount <= maximum.orElse(amount)
          && (step.isEmpty() || isWhole((amount - minimum.orElse(0)) / step.getAsDouble()));
    }

    private static boolean isWhole(double steps) {
      return Math.abs(steps - Math.rint(steps)) <= Math.max(ROUNDING, 4 * Math.ulp(steps));
    }

    /// As it is written: 5, not 5.0.
    private static Object json(double value) {
      return value == Math.rint(value) && Math.abs(value) < 1e15
          ? (Object) (long) value
          : (Object) BigDecimal.valueOf(value);
    }
  }

  /// A text.
  ///
  /// @param options the words that it knows; none where it takes any
  record Text(List<String> options) implements Takes {
    /// So that what came has room beside it in a [CommandOutcome].
    private static final int MAX_SHOWN = 120;

    /// Copies the list; refuses what nobody can choose of.
    public Text {
      options = List.copyOf(options);
      if (options.size() > MAX_OPTIONS) {
        throw Checks.wrong("options", "at most " + MAX_OPTIONS, options.size());
      }
      for (var option : options) {
        if (option.isEmpty()) {
          throw Checks.wrong("options", "1 to " + MAX_OPTION + " characters", option);
        }
        Checks.text("options", option, MAX_OPTION);
      }
      if (new HashSet<>(options).size() < options.size()) {
        throw Checks.wrong("options", "each once", options);
      }
    }

    @Override
    public Map<String, Object> members() {
      return options.isEmpty()
          ? Map.of("kind", "TEXT")
          : Map.of("kind", "TEXT", "options", options);
    }

    @Override
    public String expected() {
      if (options.isEmpty()) {
        return "a text";
      }
      var all = String.join(", ", options);
      return "one of " + (all.length() <= MAX_SHOWN ? all : all.substring(0, MAX_SHOWN) + "…");
    }

    @Override
    public boolean fits(Object value) {
      return value instanceof String text && (options.isEmpty() || options.contains(text));
    }
  }

  /// What members say; empty if they say nothing that can be kept to: another kind, a range that
  /// has no values, a word that is none.
  static Optional<Takes> of(Map<?, ?> members) {
    if (!(members.get("kind") instanceof String kind)) {
      return Optional.empty();
    }
    try {
      return switch (kind) {
        case "BOOLEAN" -> Optional.of(new Flag());
        case "NUMBER" -> Optional.of(amount(members));
        case "TEXT" -> Optional.of(new Text(texts(members.get("options"))));
        default -> Optional.empty();
      };
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Amount amount(Map<?, ?> members) {
    var unit = members.containsKey("unit") ? members.get("unit") : "";
    if (!(unit instanceof String text)) {
      throw Checks.wrong("unit", "a text", String.valueOf(unit));
    }
    return new Amount(
        number(members, "minimum"), number(members, "maximum"), number(members, "step"), text);
  }

  private static OptionalDouble number(Map<?, ?> members, String name) {
    if (!members.containsKey(name)) {
      return OptionalDouble.empty();
    }
    if (members.get(name) instanceof Number number) {
      return OptionalDouble.of(number.doubleValue());
    }
    throw Checks.wrong(name, "a number", String.valueOf(members.get(name)));
  }

  private static List<String> texts(@Nullable Object options) {
    return switch (options) {
      case null -> List.of();
      case List<?> list when list.stream().allMatch(String.class::isInstance) ->
          list.stream().map(String.class::cast).toList();
      default -> throw Checks.wrong("options", "a list of texts", options);
    };
  }
}
