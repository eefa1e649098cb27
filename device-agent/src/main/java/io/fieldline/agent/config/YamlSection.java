// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// One mapping of the file. Asking for a key declares it: what is expected, what holds without it,
/// and what it means go into the [KeyCatalog]. [#end] reports the keys that nobody asked for.
final class YamlSection {
  /// A byDefault of keys that must be there.
  private static final String REQUIRED = "";

  private final String path;
  private final String title;
  private final Optional<Node> node;
  private final Problems problems;
  private final KeyCatalog catalog;
  private final Map<String, Node> values;
  private final Map<String, Node> keys;
  private final TreeSet<String> known;

  /// The whole file.
  YamlSection(Optional<Node> node, Problems problems, KeyCatalog catalog) {
    this("", "", node, problems, catalog);
  }

  private YamlSection(
      String path, String title, Optional<Node> node, Problems problems, KeyCatalog catalog) {
    this.path = path;
    this.title = title;
    this.node = node;
    this.problems = problems;
    this.catalog = catalog;
    this.values = new LinkedHashMap<>();
    this.keys = new LinkedHashMap<>();
    this.known = new TreeSet<>();
    node.ifPresent(this::take);
  }

  private YamlSection(YamlSection same, String title) {
    this.path = same.path;
    this.title = title;
    this.node = same.node;
    this.problems = same.problems;
    this.catalog = same.catalog;
    this.values = same.values;
    this.keys = same.keys;
    this.known = same.known;
  }

  private void take(Node content) {
    if (!(content instanceof MappingNode mapping)) {
      if (!content.getTag().equals(Tag.NULL)) {
        String in = path.isEmpty() ? "" : " in " + path;
        problems.add(Optional.of(content), "keys with values expected" + in);
      }
      return;
    }
    for (NodeTuple tuple : mapping.getValue()) {
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(Optional.of(tuple.getKeyNode()), "a name expected as key");
      } else if (keys.putIfAbsent(key.getValue(), key) != null) {
        problems.add(Optional.of(key), "key '" + full(key.getValue()) + "' is there twice");
      } else {
        values.put(key.getValue(), tuple.getValueNode());
      }
    }
  }

  boolean isPresent() {
    return node.isPresent();
  }

  /// Whether a key is there that is never taken, so that it can be refused with its reason.
  boolean has(String key) {
    if (keys.containsKey(key)) {
      known.add(key);
    }
    return keys.containsKey(key);
  }

  /// The same section, whose keys from here on belong to one kind of it only.
  YamlSection ofKind(String kind) {
    return new YamlSection(this, title + " of type " + kind);
  }

  // --- one value --------------------------------------------------------------------------------

  /// Any text; empty without it.
  Optional<String> text(String key, String meaning) {
    return text(key, "text", "none", meaning);
  }

  /// Any text.
  ///
  /// @param byDefault as it is written; what holds then is the caller's
  Optional<String> text(String key, String expected, String byDefault, String meaning) {
    declare(key, expected, byDefault, meaning);
    return given(key);
  }

  /// A text of that form, which must be there.
  String required(String key, String pattern, String expected, String meaning) {
    declare(key, expected, REQUIRED, meaning);
    Optional<String> found = given(key);
    if (value(key).isEmpty()) {
      missing(key, expected);
    }
    return found.map(text -> matching(key, text, pattern, expected)).orElse("");
  }

  /// A text of that form.
  String text(String key, String pattern, String expected, String byDefault, String meaning) {
    declare(key, expected, byDefault, meaning);
    return given(key).map(text -> matching(key, text, pattern, expected)).orElse(byDefault);
  }

  private String matching(String key, String text, String pattern, String expected) {
    if (!text.matches(pattern)) {
      problem(key, expected + " expected, got '" + text + "'");
    }
    return text;
  }

  long whole(String key, long byDefault, long min, long max, String unit, String meaning) {
    String expected = "a whole number from " + min + " to " + max + " (" + unit + ")";
    declare(key, expected, Long.toString(byDefault), meaning);
    return given(key).map(text -> whole(key, text, min, max, expected)).orElse(byDefault);
  }

  private long whole(String key, String text, long min, long max, String expected) {
    try {
      long value = Long.parseLong(text.replace("_", ""));
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for both mistakes.
    }
    problem(key, expected + " expected, got '" + text + "'");
    return min;
  }

  Duration millis(String key, long byDefault, long min, long max, String meaning) {
    return Duration.ofMillis(whole(key, byDefault, min, max, "milliseconds", meaning));
  }

  /// A number that must be there.
  long requiredWhole(String key, long min, long max, String unit, String meaning) {
    String expected = "a whole number from " + min + " to " + max + " (" + unit + ")";
    declare(key, expected, REQUIRED, meaning);
    Optional<String> found = given(key);
    if (value(key).isEmpty()) {
      missing(key, expected);
    }
    return found.map(text -> whole(key, text, min, max, expected)).orElse(min);
  }

  /// A time that need not be there.
  Optional<Duration> millis(String key, long min, long max, String meaning) {
    return millis(key, "none", min, max, meaning);
  }

  /// A time without which something else holds.
  Optional<Duration> millis(String key, String byDefault, long min, long max, String meaning) {
    return whole(key, byDefault, min, max, "milliseconds", meaning).map(Duration::ofMillis);
  }

  /// A time that need not be there.
  Optional<Duration> hours(String key, long min, long max, String meaning) {
    return whole(key, "none", min, max, "hours", meaning).map(Duration::ofHours);
  }

  /// A time that need not be there.
  Optional<Duration> seconds(String key, long min, long max, String meaning) {
    return whole(key, min, max, "seconds", meaning).map(Duration::ofSeconds);
  }

  /// A number that need not be there.
  Optional<Long> whole(String key, long min, long max, String unit, String meaning) {
    return whole(key, "none", min, max, unit, meaning);
  }

  private Optional<Long> whole(
      String key, String byDefault, long min, long max, String unit, String meaning) {
    String expected = "a whole number from " + min + " to " + max + " (" + unit + ")";
    declare(key, expected, byDefault, meaning);
    return given(key).map(text -> whole(key, text, min, max, expected));
  }

  Duration seconds(String key, long byDefault, long min, long max, String meaning) {
    return Duration.ofSeconds(whole(key, byDefault, min, max, "seconds", meaning));
  }

  double number(String key, double byDefault, String meaning) {
    String written =
        byDefault == Math.rint(byDefault) ? Long.toString((long) byDefault) : "" + byDefault;
    declare(key, "a number", written, meaning);
    Optional<String> found = given(key);
    if (found.isEmpty()) {
      return byDefault;
    }
    try {
      double value = Double.parseDouble(found.get());
      if (Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for both mistakes.
    }
    problem(key, "a number expected, got '" + found.get() + "'");
    return byDefault;
  }

  boolean flag(String key, boolean byDefault, String meaning) {
    declare(key, "true or false", Boolean.toString(byDefault), meaning);
    return given(key)
        .map(text -> Boolean.parseBoolean(matching(key, text, "true|false", "true or false")))
        .orElse(byDefault);
  }

  <E extends Enum<E>> E choice(String key, E byDefault, String meaning) {
    return choice(key, byDefault, written(byDefault), meaning);
  }

  /// One of the constants, which must be there; the first, with a problem, if it is not.
  <E extends Enum<E>> E requiredChoice(String key, Class<E> type, String meaning) {
    E first = type.getEnumConstants()[0];
    E chosen = choice(key, first, REQUIRED, meaning);
    if (value(key).isEmpty()) {
      missing(key, expected(first));
    }
    return chosen;
  }

  private <E extends Enum<E>> E choice(String key, E byDefault, String shown, String meaning) {
    declare(key, expected(byDefault), shown, meaning);
    Optional<String> found = given(key);
    if (found.isEmpty()) {
      return byDefault;
    }
    for (E constant : byDefault.getDeclaringClass().getEnumConstants()) {
      if (written(constant).equals(found.get())) {
        return constant;
      }
    }
    problem(key, expected(byDefault) + " expected, got '" + found.get() + "'");
    return byDefault;
  }

  private static <E extends Enum<E>> String expected(E one) {
    List<String> names = new ArrayList<>();
    for (E constant : one.getDeclaringClass().getEnumConstants()) {
      names.add(written(constant));
    }
    return "one of " + String.join(", ", names);
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  // --- values with a meaning of their own
  // ---------------------------------------------------------

  /// A path; relative ones are relative to the file's folder.
  Path path(String key, String byDefault, String meaning) {
    return resolved(text(key, "(?s).+", "a path", byDefault, meaning));
  }

  /// A path of something that need not be there yet.
  Path requiredPath(String key, String meaning) {
    return resolved(required(key, "(?s).+", "a path", meaning));
  }

  /// A file that is there and can be read.
  Path requiredFile(String key, String meaning) {
    return readable(key, resolved(required(key, "(?s).+", "a path of a file", meaning)));
  }

  /// A file that the agent makes.
  Path requiredNewFile(String key, String meaning) {
    return resolved(required(key, "[^\\p{Cntrl}]+", "a path of a file", meaning));
  }

  /// A file that is there and can be read, if it is named at all.
  Optional<Path> file(String key, String byDefault, String meaning) {
    return text(key, "a path of a file", byDefault, meaning)
        .map(text -> readable(key, resolved(text)));
  }

  /// A file that the agent makes, if it is named at all.
  Optional<Path> newFile(String key, String byDefault, String meaning) {
    return text(key, "a path", byDefault, meaning).map(this::resolved);
  }

  private Path resolved(String text) {
    Path parent = problems.file().toAbsolutePath().getParent();
    return (parent == null ? problems.file().toAbsolutePath() : parent).resolve(text).normalize();
  }

  private Path readable(String key, Path path) {
    if (values.containsKey(key) && (!Files.isReadable(path) || Files.isDirectory(path))) {
      problem(key, "a readable file expected, got " + path);
    }
    return path;
  }

  /// Where to listen, on loopback by default.
  InetSocketAddress listen(String byDefault) {
    String text =
        text("listen", ADDRESS, "address:port", byDefault, "address and port to listen at");
    return address("listen", text, true);
  }

  /// Where to connect: a host and a port as they are written, looked up at each attempt.
  InetSocketAddress requiredAddress(String key, String meaning) {
    return address(key, required(key, ADDRESS, "address:port", meaning), false);
  }

  /// Where to connect, if it is named at all.
  Optional<InetSocketAddress> address(String key, String meaning) {
    return text(key, "address:port", "none", meaning)
        .map(text -> address(key, matching(key, text, ADDRESS, "address:port"), false));
  }

  private static final String ADDRESS = "[^:\\s]+:\\d{1,5}";

  private InetSocketAddress address(String key, String text, boolean resolve) {
    if (!text.matches(ADDRESS)) {
      return InetSocketAddress.createUnresolved("127.0.0.1", 0);
    }
    int colon = text.lastIndexOf(':');
    String host = text.substring(0, colon);
    int port = Integer.parseInt(text.substring(colon + 1));
    if (port > 65_535) {
      problem(key, "a port up to 65535 expected, got " + port);
      port = 0;
    }
    return resolve
        ? new InetSocketAddress(host, port)
        : InetSocketAddress.createUnresolved(host, port);
  }

  /// The full name of the device whose readings these are: the thing itself by default.
  String device(String thing) {
    declare("device", ConfigFile.NAME_EXPECTED, "the thing", "whose readings they are");
    String name =
        given("device")
            .map(text -> matching("device", text, ConfigFile.NAME, ConfigFile.NAME_EXPECTED))
            .orElse(thing);
    return fullName(thing, name);
  }

  /// The full name of the device, which must be named.
  String requiredDevice(String thing, String meaning) {
    String name = required("device", ConfigFile.NAME, ConfigFile.NAME_EXPECTED, meaning);
    return fullName(thing, name);
  }

  private String fullName(String thing, String name) {
    String full = name.isEmpty() ? name : DeviceName.of(thing, name);
    if (full.length() > 128) {
      problem("device", "at most 128 characters expected, got '" + full + "'");
    }
    return full;
  }

  // --- sections and lists
  // -------------------------------------------------------------------------

  /// A section; a part that is left out has its defaults.
  YamlSection section(String key) {
    known.add(key);
    return new YamlSection(full(key), titled(key), value(key), problems, catalog);
  }

  /// The sections of a list.
  List<YamlSection> list(String key) {
    List<YamlSection> sections = new ArrayList<>();
    for (Node element : elements(key)) {
      String name = full(key) + "[" + sections.size() + "]";
      sections.add(
          new YamlSection(name, titled(key) + "[]", Optional.of(element), problems, catalog));
    }
    return sections;
  }

  /// The texts of a list.
  List<String> texts(String key, String expected, String meaning) {
    declare(key, "a list of " + expected, "none", meaning);
    List<String> texts = new ArrayList<>();
    for (Node element : elements(key)) {
      text(key, element).ifPresent(texts::add);
    }
    return texts;
  }

  private List<Node> elements(String key) {
    known.add(key);
    Optional<Node> value = value(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (value.get() instanceof SequenceNode sequence) {
      return sequence.getValue();
    }
    problem(key, "a list expected");
    return List.of();
  }

  /// The sections under names of the user's choice.
  Map<String, YamlSection> named() {
    Map<String, YamlSection> sections = new LinkedHashMap<>();
    values.forEach((name, value) -> {
      known.add(name);
      sections.put(
          name,
          new YamlSection(full(name), titled("<name>"), Optional.of(value), problems, catalog));
    });
    return Collections.unmodifiableMap(sections);
  }

  // --- problems
  // -----------------------------------------------------------------------------------

  void missing(String key, String expected) {
    problems.add(node, "'" + full(key) + "' is missing: " + expected + " expected");
  }

  /// @param message what was expected and what came
  void problem(String key, String message) {
    Node at = values.getOrDefault(key, keys.get(key));
    problems.add(Optional.ofNullable(at).or(() -> node), "'" + full(key) + "': " + message);
  }

  /// A problem with the section itself.
  void problem(String message) {
    problems.add(node, "'" + path + "': " + message);
  }

  /// Reports the keys nobody asked for.
  void end() {
    keys.forEach((name, key) -> {
      if (!known.contains(name)) {
        problems.add(
            Optional.of(key),
            "unknown key '" + full(name) + "'; known here: " + String.join(", ", known));
      }
    });
  }

  private void declare(String key, String expected, String byDefault, String meaning) {
    known.add(key);
    catalog.add(title, new KeyCatalog.Key(key, expected, byDefault, meaning));
  }

  private Optional<Node> value(String key) {
    return Optional.ofNullable(values.get(key)).filter(value -> !value.getTag().equals(Tag.NULL));
  }

  private Optional<String> given(String key) {
    return value(key).flatMap(value -> text(key, value));
  }

  private Optional<String> text(String key, Node value) {
    if (value instanceof ScalarNode scalar) {
      return Optional.of(scalar.getValue());
    }
    problem(key, "a text expected, got a list or keys");
    return Optional.empty();
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private String titled(String key) {
    return title.isEmpty() ? key : title + "." + key;
  }
}
