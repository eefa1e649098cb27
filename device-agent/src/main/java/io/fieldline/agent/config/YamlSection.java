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
import java.util.OptionalDouble;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// One mapping of the file. Asking for a key declares it: what is expected, what holds without it,
/// and what it means go into the [KeyCatalog]. [#end] reports the keys that nobody asked for.
final class YamlSection {
  /// A byDefault of keys that must be there.
  private static final String REQUIRED = "";

  private final OverlaidMapping nodes;
  private final String path;
  private final String name;
  private final String title;
  private final Change change;
  private final Problems problems;
  private final KeyCatalog catalog;

  /// The whole file, and what the shadow `config` lays over it.
  YamlSection(Optional<Node> file, Optional<Node> shadow, Problems problems, KeyCatalog catalog) {
    this("", "", "", Change.RESTART, file, shadow, problems, catalog);
  }

  /// @param path where it is, for messages: `modbus[0]`
  /// @param name what it is called, for settings: `modbus.plc`
  /// @param title which section of the reference page: `modbus[]`
  private YamlSection(
      String path,
      String name,
      String title,
      Change change,
      Optional<Node> file,
      Optional<Node> shadow,
      Problems problems,
      KeyCatalog catalog) {
    this.nodes = new OverlaidMapping(path, file, shadow, problems);
    this.path = path;
    this.name = name;
    this.title = title;
    this.change = change;
    this.problems = problems;
    this.catalog = catalog;
  }

  private YamlSection(YamlSection same, String title, Change change) {
    this.nodes = same.nodes;
    this.path = same.path;
    this.name = same.name;
    this.title = title;
    this.change = change;
    this.problems = same.problems;
    this.catalog = same.catalog;
  }

  boolean isPresent() {
    return nodes.isPresent();
  }

  /// Whether a key is there that is never taken, so that it can be refused with its reason.
  boolean has(String key) {
    return nodes.has(key);
  }

  /// The same section, whose keys from here on belong to one kind of it only.
  YamlSection ofKind(String kind) {
    return new YamlSection(this, title + " of type " + kind, change);
  }

  /// The same section, whose keys from here on count only where another key has a value.
  YamlSection where(String key, String value) {
    return new YamlSection(this, title + " where " + key + " is " + value, change);
  }

  /// The same section, whose keys from here on may be changed while the agent runs, by the file.
  YamlSection reloadable() {
    return new YamlSection(this, title, Change.RELOAD);
  }

  /// The same section, whose keys from here on may be changed by the shadow `config`, too.
  YamlSection remote() {
    return new YamlSection(this, title, Change.REMOTE);
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
    return number(key, written, meaning).orElse(byDefault);
  }

  /// A number that need not be there.
  OptionalDouble number(String key, String meaning) {
    return number(key, "none", meaning);
  }

  private OptionalDouble number(String key, String byDefault, String meaning) {
    declare(key, "a number", byDefault, meaning);
    Optional<String> found = given(key);
    if (found.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(found.get());
      if (Double.isFinite(value)) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message for both mistakes.
    }
    problem(key, "a number expected, got '" + found.get() + "'");
    return OptionalDouble.empty();
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

  /// One of the constants.
  ///
  /// @param shown what holds without it, as people are told
  <E extends Enum<E>> E choice(String key, E byDefault, String shown, String meaning) {
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

  /// Files that are there and can be read.
  List<Path> files(String key, String meaning) {
    return texts(key, "paths of files", meaning).stream()
        .map(text -> readable(key, resolved(text)))
        .toList();
  }

  private Path resolved(String text) {
    Path parent = problems.file().toAbsolutePath().getParent();
    return (parent == null ? problems.file().toAbsolutePath() : parent).resolve(text).normalize();
  }

  private Path readable(String key, Path path) {
    if (nodes.value(key).isPresent() && (!Files.isReadable(path) || Files.isDirectory(path))) {
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
    return inner(full(key), named(key), titled(key), nodes.section(key), nodes.shadow(key));
  }

  private YamlSection inner(
      String at, String called, String shown, Optional<Node> file, Optional<Node> shadow) {
    return new YamlSection(at, called, shown, change, file, shadow, problems, catalog);
  }

  /// The sections of a list, which the shadow can replace as a whole only if it may change all of
  /// it.
  List<YamlSection> list(String key) {
    return list(key, "");
  }

  /// The sections of a list.
  ///
  /// @param identity the key that tells them apart, by which the shadow changes one of them
  List<YamlSection> list(String key, String identity) {
    boolean whole = nodes.isShadowed(key);
    boolean keys = identity.isEmpty() && nodes.shadow(key).isPresent();
    if ((whole || keys) && change != Change.REMOTE) {
      refuse(key, "a list of the file is not replaced by the shadow 'config'" + byName(identity));
      nodes.know(key);
      return List.of();
    }
    List<YamlSection> sections = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Node element : elements(key)) {
      String index = "[" + sections.size() + "]";
      Optional<String> told = OverlaidMapping.scalar(element, identity);
      told.ifPresent(names::add);
      sections.add(
          inner(
              full(key) + index,
              told.map(own -> named(key) + "." + own).orElse(named(key) + index),
              titled(key) + "[]",
              whole ? Optional.empty() : Optional.of(element),
              whole ? Optional.of(element) : told.flatMap(own -> nodes.shadow(key, own))));
    }
    if (keys) {
      problem(key, "a list expected, got keys");
      return sections;
    }
    for (Node unknown : nodes.shadowKeysBut(key, names)) {
      problems.add(
          Optional.of(unknown),
          "'"
              + full(key)
              + "': one of "
              + (names.isEmpty() ? "none" : String.join(", ", names))
              + " expected, got '"
              + OverlaidMapping.text(unknown)
              + "'");
    }
    return sections;
  }

  private static String byName(String identity) {
    return identity.isEmpty() ? "" : "; keys of its elements are, by their " + identity;
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
    nodes.know(key);
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
    for (String own : nodes.names()) {
      sections.put(
          own,
          inner(full(own), named(own), titled("<name>"), nodes.section(own), nodes.shadow(own)));
    }
    return Collections.unmodifiableMap(sections);
  }

  // --- problems
  // -----------------------------------------------------------------------------------

  void missing(String key, String expected) {
    problems.add(nodes.node(), "'" + full(key) + "' is missing: " + expected + " expected");
  }

  /// @param message what was expected and what came
  void problem(String key, String message) {
    problems.add(nodes.at(key), "'" + full(key) + "': " + message);
  }

  /// A problem with the section itself.
  void problem(String message) {
    problems.add(nodes.node(), "'" + path + "': " + message);
  }

  private void refuse(String key, String why) {
    problems.refuse(nodes.at(key), "'" + full(key) + "': " + why);
  }

  /// Reports the keys nobody asked for.
  void end() {
    nodes.unknown((own, key) ->
        problems.add(
            Optional.of(key),
            "unknown key '" + full(own) + "'; known here: " + String.join(", ", nodes.known())));
  }

  private void declare(String key, String expected, String byDefault, String meaning) {
    nodes.know(key);
    catalog.add(title, new KeyCatalog.Key(key, expected, byDefault, meaning, change));
    boolean keys = nodes.shadow(key).isPresent();
    boolean remote = keys || nodes.isShadowed(key);
    if (remote && change != Change.REMOTE) {
      refuse(key, "a key that the shadow 'config' may change expected, this one is the file's");
    } else if (keys) {
      problem(key, expected + " expected, got keys");
    }
    String value = value(key).map(OverlaidMapping::text).orElse(byDefault);
    problems.setting(named(key), new Setting(value, remote, change));
  }

  private Optional<Node> value(String key) {
    return nodes.value(key);
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

  private String named(String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private String titled(String key) {
    return title.isEmpty() ? key : title + "." + key;
  }
}
