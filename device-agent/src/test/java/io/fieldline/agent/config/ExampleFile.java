// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The example `src/main/dist/agent.yaml` with every key uncommented, in a folder where the files
/// are that it names.
final class ExampleFile {
  private final Path folder;
  private final Map<String, Object> content;

  ExampleFile(Path folder) throws IOException {
    this.folder = folder;
    for (String name :
        List.of(
            "device.pem.crt",
            "private.pem.key",
            "AmazonRootCA1.pem",
            "claim.pem.crt",
            "claim.pem.key",
            "softhsm2.so",
            "token.pin")) {
      Files.writeString(folder.resolve(name), "");
    }
    Files.writeString(folder.resolve("update.pub.pem"), PUBLIC_KEY);
    this.content = map(new Load(LoadSettings.builder().build()).loadFromString(TEXT));
  }

  private static final String TEXT = uncommented();

  private static final String PUBLIC_KEY =
      """
      -----BEGIN PUBLIC KEY-----
      MCowBQYDK2VwAyEAiwoSrrdRgnozO9XeM2oRgK0Gs2mkVBGHT5LNzNLLaSM=
      -----END PUBLIC KEY-----
      """;

  /// A comment that is itself YAML is taken for a key; the others are left out.
  private static String uncommented() {
    String example;
    try {
      example = Files.readString(Path.of("src/main/dist/agent.yaml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return example
        .replaceAll("(?m)^(\\s*)# ([ a-zA-Z{}\"-][^\\n]*)$", "$1$2")
        .replaceAll("(?m)^SPDX.*\\n", "")
        .replaceAll("(?m)^(?! *[-a-zA-Z0-9]+:| *- )[^\\n]*\\n", "");
  }

  /// A section as the catalogue spells it: `actuators.<name>`, where a key of it may have to have
  /// some value, ` of type exec` or ` where takes is number`.
  private record Wanted(List<String> steps, String key, String value) {
    private static final Pattern SPELLED =
        Pattern.compile("(.*?)(?: of type (?<type>.*)| where (?<key>.*) is (?<value>.*))?");

    static Wanted of(String path) {
      Matcher spelled = SPELLED.matcher(path);
      if (!spelled.matches()) {
        throw new IllegalArgumentException(path);
      }
      String plain = spelled.group(1);
      List<String> steps = plain.isEmpty() ? List.of() : List.of(plain.split("\\."));
      return spelled.group("type") != null
          ? new Wanted(steps, "type", spelled.group("type"))
          : new Wanted(
              steps,
              Objects.requireNonNullElse(spelled.group("key"), ""),
              Objects.requireNonNullElse(spelled.group("value"), ""));
    }

    Wanted rest() {
      return new Wanted(steps.subList(1, steps.size()), key, value);
    }

    boolean fits(Map<String, Object> one) {
      return key.isEmpty() || value.equals(one.get(key));
    }
  }

  /// The section of a path as the catalogue spells it.
  Map<String, Object> section(String path) {
    Wanted wanted = Wanted.of(path);
    Map<String, Object> at = content;
    for (String step : wanted.steps()) {
      if (step.equals("<name>")) {
        at = named(at, wanted);
      } else if (step.endsWith("[]")) {
        at = listed(at, step, wanted);
      } else {
        at = map(at.get(step));
      }
    }
    return at;
  }

  /// What the shadow `config` holds to set one key of that section to the value that it has.
  Map<String, Object> laidOver(String path, String key) {
    return map(laidOver(Wanted.of(path), key, content));
  }

  private static Object laidOver(Wanted wanted, String key, Map<String, Object> at) {
    if (wanted.steps().isEmpty()) {
      return Map.of(key, at.get(key));
    }
    String step = wanted.steps().getFirst();
    if (step.equals("<name>")) {
      Map<String, Object> one = named(at, wanted);
      String name =
          at.entrySet().stream()
              .filter(each -> each.getValue() == one)
              .findFirst()
              .orElseThrow()
              .getKey();
      return Map.of(name, laidOver(wanted.rest(), key, one));
    }
    if (!step.endsWith("[]")) {
      return Map.of(step, laidOver(wanted.rest(), key, map(at.get(step))));
    }
    String list = step.substring(0, step.length() - 2);
    Map<String, Object> one = listed(at, step, wanted);
    Object identity = one.getOrDefault("name", one.get("connect"));
    // The elements of a list without names are replaced all at once.
    return Map.of(
        list,
        identity == null
            ? at.get(list)
            : Map.of(identity.toString(), laidOver(wanted.rest(), key, one)));
  }

  private static Map<String, Object> listed(Map<String, Object> at, String step, Wanted wanted) {
    return ((List<?>) at.get(step.substring(0, step.length() - 2)))
        .stream().map(ExampleFile::map).filter(wanted::fits).findFirst().orElseThrow();
  }

  private static Map<String, Object> named(Map<String, Object> all, Wanted wanted) {
    return all.values().stream()
        .map(ExampleFile::map)
        .filter(wanted::fits)
        .findFirst()
        .orElseThrow();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Object value) {
    return (Map<String, Object>) value;
  }

  /// Writes it as it is now.
  Path write() throws IOException {
    String text = new Dump(DumpSettings.builder().build()).dumpToString(content);
    return Files.writeString(folder.resolve("agent.yaml"), text);
  }
}
