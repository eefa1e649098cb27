// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Reading;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A line or a document of a sensor to readings, all of it or none.
///
/// Understood are
/// - `[device/]name=value [unit] [@epochMs]`, several on a line,
/// - a JSON object `{"name": 21.5, "other": {"value": 1, "unit": "V"}, "device": "d", "atMs": 1}`,
/// - SenML (RFC 8428), an array of records, in JSON or in CBOR.
///
/// Values are numbers or truth values (`true`, `on` are 1; `false`, `off` are 0). May be called
/// from any thread.
public final class ReadingParser {
  /// What a line is told that is none of it.
  public static final String EXPECTED =
      "expected name=value [unit] [@epochMs], a JSON object or SenML JSON";

  // Compiled once: these are asked at each reading, and compiling took a ninth of the processor's
  // time.
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s,;]+");
  private static final Pattern EPOCH_MS = Pattern.compile("\\d{1,18}");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,4})?");
  private static final Pattern BEGINS_A_LINE = Pattern.compile("\\s*[A-Za-z0-9{].*");
  private static final Pattern NOT_OF_A_NAME = Pattern.compile("[^A-Za-z0-9_.:-]+");

  private final SampleRules rules;
  private final SenMl senMl;

  /// A parser that judges timestamps, and stamps readings without one, by this clock.
  ///
  /// @param thing the agent's own thing; other devices are its children
  public ReadingParser(String thing, Clock clock) {
    this.rules = new SampleRules(thing, clock);
    this.senMl = new SenMl(rules);
  }

  /// The text of these bytes, if they are text.
  public static String text(byte[] bytes) throws ReadingException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new ReadingException(
          Reason.BINARY, EXPECTED + " as UTF-8 text, got " + bytes.length + " bytes of binary");
    }
    if (hasControlCharacters(text)) {
      throw new ReadingException(
          Reason.BINARY, EXPECTED + ", got control characters in " + bytes.length + " bytes");
    }
    return text;
  }

  private static boolean hasControlCharacters(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' && c != '\t' && c != '\r' && c != '\n') {
        return true;
      }
    }
    return false;
  }

  /// The full name of a device, if it may be one's.
  String deviceName(String name) throws ReadingException {
    return rules.device(name);
  }

  /// The readings of one message, text or SenML CBOR.
  ///
  /// @param device whose readings they are if the message does not say
  List<Reading> parse(byte[] message, String device) throws ReadingException {
    return SenMlCbor.isLikely(message)
        ? senMl.parse(SenMlCbor.decode(message), device)
        : parse(text(message), device);
  }

  /// The readings of a message that must be SenML CBOR.
  List<Reading> senMlCbor(byte[] message, String device) throws ReadingException {
    return senMl.parse(SenMlCbor.decode(message), device);
  }

  /// The readings of a text that must be SenML JSON.
  List<Reading> senMlJson(String text, String device) throws ReadingException {
    return senMl.parse(json(text), device);
  }

  /// The readings of one line or document.
  ///
  /// @param device whose readings they are if the text does not say
  public List<Reading> parse(String text, String device) throws ReadingException {
    String trimmed = text.strip();
    if (trimmed.startsWith("{")) {
      return object(members(trimmed), device);
    }
    if (trimmed.startsWith("[")) {
      return senMl.parse(json(trimmed), device);
    }
    return words(trimmed, device);
  }

  /// The readings of a message that may be several lines, of which blank ones are left out.
  public List<Reading> lines(byte[] message, String device) throws ReadingException {
    if (SenMlCbor.isLikely(message)) {
      return parse(message, device);
    }
    return lines(text(message), device);
  }

  /// As above, of a text: several lines, or one document on any number of them.
  List<Reading> lines(String text, String device) throws ReadingException {
    String trimmed = text.strip();
    boolean isLines =
        trimmed.lines().skip(1).anyMatch(line -> BEGINS_A_LINE.matcher(line).matches());
    if (trimmed.startsWith("[") || !isLines) {
      return parse(trimmed, device);
    }
    List<Reading> samples = new ArrayList<>();
    int number = 0;
    for (String line : trimmed.lines().toList()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        samples.addAll(parse(line, device));
      } catch (ReadingException e) {
        throw e.at("line " + number);
      }
    }
    return samples;
  }

  /// One value, measured now.
  public Reading measured(String device, String sensor, String unit, double value)
      throws ReadingException {
    return rules.sample(device, sensor, unit, rules.nowMs(), value);
  }

  /// The one value of a message whose topic names the sensor: a number, a truth value, or a JSON
  /// object with `value`.
  public Reading value(String text, String device, String sensor) throws ReadingException {
    String trimmed = text.strip();
    if (trimmed.startsWith("{")) {
      return measured(device, sensor, members(trimmed), rules.nowMs());
    }
    return rules.sample(device, sensor, "", rules.nowMs(), scalar(sensor, trimmed));
  }

  /// The numbers and truth values of a foreign device's JSON object, nested names joined by dots;
  /// texts other than ON and OFF, lists and nulls are left out.
  public List<Reading> mapped(String text, String device) throws ReadingException {
    return mapped(text, device, "", ForeignUnits.NONE);
  }

  /// As above, with the units that the family of the device is known for.
  List<Reading> mapped(String text, String device, String prefix, ForeignUnits units)
      throws ReadingException {
    List<Reading> samples = new ArrayList<>();
    Map<String, Object> document = members(text.strip());
    for (Map.Entry<String, Double> number : flattened(document).entrySet()) {
      String unit = units.of(number.getKey(), document);
      String sensor = NOT_OF_A_NAME.matcher(prefix + number.getKey()).replaceAll("_");
      samples.add(rules.sample(device, sensor, unit, rules.nowMs(), number.getValue()));
    }
    return samples;
  }

  /// Whether a device says that it is there: `online` or `offline`, alone or as `state`.
  Optional<Boolean> presence(String text) throws ReadingException {
    String trimmed = text.strip();
    Object said = trimmed.startsWith("{") ? members(trimmed).get("state") : trimmed;
    return switch (String.valueOf(said).toLowerCase(Locale.ROOT)) {
      case "online" -> Optional.of(true);
      case "offline" -> Optional.of(false);
      default -> Optional.empty();
    };
  }

  /// The value of a JSON text.
  public static Object json(String text) throws ReadingException {
    try {
      return JsonText.parse(text);
    } catch (JsonSyntaxException e) {
      throw new ReadingException(Reason.SYNTAX, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> members(String text) throws ReadingException {
    return JsonText.object(json(text))
        .orElseThrow(() -> new ReadingException(Reason.SYNTAX, "a JSON object expected"));
  }

  private List<Reading> words(String line, String device) throws ReadingException {
    List<Reading> samples = new ArrayList<>();
    String[] words = BETWEEN_WORDS.split(line);
    int next = 0;
    while (next < words.length) {
      String word = words[next++];
      int equals = word.indexOf('=');
      if (equals < 1) {
        throw new ReadingException(Reason.SYNTAX, EXPECTED + ", got " + SampleRules.quote(line));
      }
      String unit = "";
      long atMs = rules.nowMs();
      if (next < words.length && !words[next].startsWith("@") && !words[next].contains("=")) {
        unit = words[next++];
      }
      String name = word.substring(0, equals);
      if (next < words.length && words[next].startsWith("@")) {
        atMs = time(name, words[next++].substring(1));
      }
      int slash = name.indexOf('/');
      String owner = slash < 0 ? device : name.substring(0, slash);
      double value = scalar(name, word.substring(equals + 1));
      samples.add(rules.sample(owner, name.substring(slash + 1), unit, atMs, value));
    }
    return samples;
  }

  private static long time(String name, String text) throws ReadingException {
    if (!EPOCH_MS.matcher(text).matches()) {
      throw new ReadingException(
          Reason.TIMESTAMP,
          "epoch milliseconds expected after '@' for '"
              + name
              + "', got "
              + SampleRules.quote(text));
    }
    return Long.parseLong(text);
  }

  private static double scalar(String name, String text) throws ReadingException {
    if (NUMBER.matcher(text).matches()) {
      return Double.parseDouble(text);
    }
    return truth(text)
        .orElseThrow(() ->
            new ReadingException(
                Reason.TYPE,
                "a number or true/false expected for '"
                    + name
                    + "', got "
                    + SampleRules.quote(text)));
  }

  private static Optional<Double> truth(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "on" -> Optional.of(1.0);
      case "false", "off" -> Optional.of(0.0);
      default -> Optional.empty();
    };
  }

  private List<Reading> object(Map<String, Object> members, String byDefault)
      throws ReadingException {
    String device = byDefault;
    long atMs = rules.nowMs();
    if (members.containsKey("device")) {
      if (!(members.get("device") instanceof String name)) {
        throw new ReadingException(Reason.TYPE, "a text expected for 'device'");
      }
      device = name;
    }
    if (members.containsKey("atMs")) {
      atMs = whole("atMs", members.get("atMs"));
    }
    List<Reading> samples = new ArrayList<>();
    for (Map.Entry<String, Object> member : members.entrySet()) {
      String name = member.getKey();
      if (name.equals("device") || name.equals("atMs")) {
        continue;
      }
      Optional<Map<String, Object>> nested = JsonText.object(member.getValue());
      samples.add(
          nested.isPresent()
              ? measured(device, name, nested.get(), atMs)
              : rules.sample(device, name, "", atMs, number(name, member.getValue())));
    }
    if (samples.isEmpty()) {
      throw new ReadingException(
          Reason.SYNTAX, "at least one \"name\": number expected in the JSON object");
    }
    return samples;
  }

  private Reading measured(
      String device, String name, Map<String, Object> members, long byDefaultMs)
      throws ReadingException {
    String unit = "";
    long atMs = byDefaultMs;
    for (Map.Entry<String, Object> member : members.entrySet()) {
      switch (member.getKey()) {
        case "value" -> {}
        case "unit" -> unit = String.valueOf(member.getValue());
        case "atMs" -> atMs = whole(name + ".atMs", member.getValue());
        default ->
            throw new ReadingException(
                Reason.SYNTAX,
                "value, unit or atMs expected in '"
                    + name
                    + "', got "
                    + SampleRules.quote(member.getKey()));
      }
    }
    if (!members.containsKey("value")) {
      throw new ReadingException(Reason.SYNTAX, "'value' expected in '" + name + "'");
    }
    return rules.sample(device, name, unit, atMs, number(name, members.get("value")));
  }

  private static Map<String, Double> flattened(Map<String, Object> members) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (Map.Entry<String, Object> member : members.entrySet()) {
      Optional<Map<String, Object>> nested = JsonText.object(member.getValue());
      if (nested.isPresent()) {
        flattened(nested.get())
            .forEach((name, number) -> numbers.put(member.getKey() + "." + name, number));
        continue;
      }
      Optional<Double> value =
          member.getValue() instanceof String text ? truth(text) : maybeNumber(member.getValue());
      value.ifPresent(number -> numbers.put(member.getKey(), number));
    }
    return numbers;
  }

  private static Optional<Double> maybeNumber(@Nullable Object value) {
    return switch (value) {
      case Number number -> Optional.of(number.doubleValue());
      case Boolean truth -> Optional.of(truth ? 1.0 : 0.0);
      case null, default -> Optional.empty();
    };
  }

  /// A number, or a truth value as one.
  public static double number(String name, @Nullable Object value) throws ReadingException {
    return maybeNumber(value)
        .orElseThrow(() ->
            new ReadingException(
                Reason.TYPE,
                "a number or true/false expected for '" + name + "', got " + kind(value)));
  }

  private static long whole(String name, @Nullable Object value) throws ReadingException {
    if (value instanceof Long whole) {
      return whole;
    }
    throw new ReadingException(
        Reason.TIMESTAMP, "epoch milliseconds expected for '" + name + "', got " + kind(value));
  }

  private static String kind(@Nullable Object value) {
    return switch (value) {
      case String text -> "the text " + SampleRules.quote(text);
      case Map<?, ?> _ -> "an object";
      case List<?> _ -> "a list";
      case Number number -> number.toString();
      case null, default -> "null";
    };
  }
}
