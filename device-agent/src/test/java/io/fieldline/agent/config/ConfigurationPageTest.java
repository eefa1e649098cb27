// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fieldline.agent.config.KeyCatalog.Group;
import io.fieldline.agent.config.KeyCatalog.Key;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Every key that the code asks for is in the example file, on the reference page, and refused with
/// its name, place and what was expected when its value is wrong. A key is declared once, where it
/// is read; nothing here names one.
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("../docs/reference/agent-configuration.md");

  @TempDir Path folder;

  @Test
  void pageShowsEveryKey() throws Exception {
    String expected = page(catalog());
    if (System.getProperty("update-golden") != null) {
      Files.writeString(PAGE, expected);
    }

    assertThat(Files.readString(PAGE))
        .as("out of date: run this test with -Dupdate-golden")
        .isEqualTo(expected);
  }

  @TestFactory
  List<DynamicTest> wrongValueIsRefused() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Group group : catalog().groups()) {
      for (Key key : group.keys()) {
        String name = group.path() + " " + key.key();
        tests.add(DynamicTest.dynamicTest(name, () -> wrongValueIsRefused(group, key)));
      }
    }
    return tests;
  }

  private void wrongValueIsRefused(Group group, Key key) throws Exception {
    Object wrong = wrong(key.expected());
    var example = new ExampleFile(folder);
    Map<String, Object> section = example.section(group.path());
    assertThat(section).as("the example file shows every key").containsKey(key.key());
    section.put(key.key(), wrong);
    Path file = example.write();

    var refused = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));

    assertThat(refused).as("%s: %s", key.key(), wrong).isNotNull();
    assertThat(refused.problems())
        .anySatisfy(problem ->
            assertThat(problem)
                .matches("(?s)\\Q" + file + "\\E:\\d+:\\d+: '[^']*\\b" + key.key() + "': .*")
                .contains("expected"));
    if (key.byDefault().isEmpty()) {
      missingIsRefused(group, key);
    }
  }

  private void missingIsRefused(Group group, Key key) throws Exception {
    var example = new ExampleFile(folder);
    example.section(group.path()).remove(key.key());
    Path file = example.write();

    var refused = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file));

    assertThat(refused.getMessage())
        .contains(key.key() + "' is missing: " + key.expected() + " expected");
  }

  /// Each key as the shadow `config` would set it, to the value that it has: refused by its name
  /// unless it is declared to be changed so.
  @TestFactory
  List<DynamicTest> shadowChangesTheKeysThatAreDeclaredSoAndNoOthers() throws Exception {
    List<DynamicTest> tests = new ArrayList<>();
    for (Group group : catalog().groups()) {
      for (Key key : group.keys()) {
        String name = group.path() + " " + key.key();
        tests.add(DynamicTest.dynamicTest(name, () -> shadowChanges(group, key)));
      }
    }
    return tests;
  }

  private void shadowChanges(Group group, Key key) throws Exception {
    var example = new ExampleFile(folder);
    Map<String, Object> shadow = example.laidOver(group.path(), key.key());
    Path file = example.write();
    String text = ConfigFile.text(file);

    if (key.change() == Change.REMOTE) {
      Configuration configuration = ConfigFile.read(file, text, shadow);
      assertThat(configuration.settings().entrySet())
          .filteredOn(setting -> setting.getValue().remote())
          .as("%s", shadow)
          .anySatisfy(setting -> assertThat(setting.getKey()).endsWith("." + key.key()));
    } else {
      var refused =
          catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file, text, shadow));
      assertThat(refused).as("%s", shadow).isNotNull();
      assertThat(refused.details())
          .allSatisfy(problem ->
              assertThat(problem.toString()).startsWith("shadow config: '").contains("shadow"))
          .anySatisfy(
              problem -> assertThat(group.path() + "." + key.key()).contains(name(problem)));
    }
  }

  /// The last part of the key that a problem names, without its index or name.
  private static String name(ConfigException.Problem problem) {
    String[] steps = problem.key().split("[.]", -1);
    return steps[steps.length - 1].replaceAll("\\[\\d+]", "");
  }

  /// What is not of the kind that is expected.
  private static Object wrong(String expected) {
    return switch (expected) {
      case "text", "a path" -> List.of("a", "list");
      case String list when list.startsWith("a list of") -> "no list";
      default -> "~ wrong:\t#{";
    };
  }

  private KeyCatalog catalog() throws Exception {
    var catalog = new KeyCatalog();
    ConfigFile.read(new ExampleFile(folder).write(), catalog);
    return catalog;
  }

  private static String page(KeyCatalog catalog) {
    var page =
        new StringBuilder(
            """
            # The device agent's configuration

            Every key, as the code declares it: this page is generated (`ConfigurationPageTest`, `-Dupdate-golden`).
            The file is YAML; relative paths are relative to its folder. An unknown key, a value of the wrong kind or a
            missing one is refused with file, line and column, all of them at once. `fieldline agent --config FILE --check`
            only judges the file. An example with every key: `device-agent/src/main/dist/agent.yaml`.

            *Changed by* says how a key is changed once the agent runs: `restart` by the file and a restart, `reload` by the file
            and `agentctl config reload`, `shadow` by the file and a reload or by the shadow `config`
            ([how to](../how-to/configure-agents-remotely.md)).
            """);
    for (Group group : catalog.groups()) {
      page.append("\n## ")
          .append(group.path().isEmpty() ? "Top level" : "`" + group.path() + "`")
          .append(
              "\n\n| key | expected | default | changed by | meaning |\n|---|---|---|---|---|\n");
      for (Key key : group.keys()) {
        page.append("| `")
            .append(key.key())
            .append("` | ")
            .append(cell(key.expected()))
            .append(" | ")
            .append(byDefault(key.byDefault()))
            .append(" | ")
            .append(changedBy(key.change()))
            .append(" | ")
            .append(cell(key.meaning()))
            .append(" |\n");
      }
    }
    return page.toString();
  }

  private static String changedBy(Change change) {
    return switch (change) {
      case RESTART -> "restart";
      case RELOAD -> "reload";
      case REMOTE -> "shadow";
    };
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;");
  }

  private static String byDefault(String value) {
    return switch (value) {
      case "" -> "required";
      case String words when words.startsWith("the ") || words.equals("none") -> words;
      default -> "`" + value + "`";
    };
  }
}
