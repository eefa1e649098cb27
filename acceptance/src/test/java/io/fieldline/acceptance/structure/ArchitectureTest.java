// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Who may know whom: the arrows of ARCHITECTURE.md, over the POMs and over the imports.
class ArchitectureTest {
  private static final Map<String, Set<String>> ARROWS =
      Map.of(
          "messages", Set.of(),
          "mqtt-broker", Set.of(),
          "iot-sql", Set.of(),
          "localstack", Set.of("mqtt-broker", "iot-sql"),
          "device-agent", Set.of("messages", "mqtt-broker"),
          "lambdas", Set.of("messages"),
          "infra-cdk", Set.of("messages"));

  /// What a module's tests may know besides.
  private static final Map<String, Set<String>> TEST_ARROWS =
      Map.of("infra-cdk", Set.of("iot-sql"), "lambdas", Set.of("localstack"));

  /// These may know every module, and none may know them.
  private static final Set<String> OUTSIDE = Set.of("acceptance", "benchmarks");

  private static final Map<String, String> MODULE_OF_PACKAGE =
      Map.of(
          "messages", "messages",
          "mqtt", "mqtt-broker",
          "iotsql", "iot-sql",
          "localstack", "localstack",
          "agent", "device-agent",
          "lambdas", "lambdas",
          "infra", "infra-cdk",
          "acceptance", "acceptance",
          "benchmarks", "benchmarks");

  private static final Set<String> SHARED_BY_FUNCTIONS =
      Set.of(
          "alarm",
          "archive",
          "aws",
          "tables",
          "series",
          "dispatch",
          "api",
          "json",
          "log",
          "scheduler");

  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>\\s*<groupId>io\\.fieldline</groupId>\\s*<artifactId>([^<]+)</artifactId>"
              + "(\\s*<scope>test</scope>)?");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?io\\.fieldline\\.(\\w+)(?:\\.(\\w+))?");
  private static final Pattern PACKAGE =
      Pattern.compile("(?m)^package io\\.fieldline\\.(\\w+)(?:\\.(\\w+))?");

  private final SourceTree tree = SourceTree.read();

  ArchitectureTest() throws IOException {}

  @Test
  void everyModuleHasItsArrowsHere() {
    var modules = new TreeSet<String>();
    MODULE.matcher(tree.text("pom.xml")).results().forEach(found -> modules.add(found.group(1)));
    var known = new TreeSet<>(ARROWS.keySet());
    known.addAll(OUTSIDE);

    assertThat(modules).isEqualTo(known);
  }

  @Test
  void noModuleIsNamedForEverything() {
    assertThat(MODULE.matcher(tree.text("pom.xml")).results().map(found -> found.group(1)))
        .doesNotContain("common", "util", "utils", "core", "shared");
  }

  @Test
  void thePomsDependOnNoMoreThanTheArrows() {
    var wrong = new TreeSet<String>();
    for (String module : ARROWS.keySet()) {
      DEPENDENCY
          .matcher(tree.text(module + "/pom.xml"))
          .results()
          .filter(found -> !allowed(module, found.group(2) != null).contains(found.group(1)))
          .forEach(found -> wrong.add(module + " → " + found.group(1)));
    }

    assertThat(wrong).isEmpty();
  }

  @Test
  void theImportsFollowTheArrows() {
    var wrong = new TreeSet<String>();
    tree.files()
        .forEach((path, text) -> {
          String module = path.substring(0, Math.max(0, path.indexOf('/')));
          if (path.endsWith(".java") && ARROWS.containsKey(module)) {
            Set<String> allowed = allowed(module, path.contains("/src/test/"));
            IMPORT
                .matcher(text)
                .results()
                .map(found -> MODULE_OF_PACKAGE.getOrDefault(found.group(1), found.group(1)))
                .filter(other -> !other.equals(module) && !allowed.contains(other))
                .forEach(other -> wrong.add(path + " → " + other));
          }
        });

    assertThat(wrong).isEmpty();
  }

  @Test
  void everySourceIsInThePackageOfItsModule() {
    var wrong = new TreeSet<String>();
    tree.files()
        .forEach((path, text) -> {
          boolean inPackage = path.endsWith(".java") && !path.endsWith("/module-info.java");
          if (inPackage && path.contains("/src/")) {
            var found = PACKAGE.matcher(text);
            String module = path.substring(0, path.indexOf('/'));
            if (!found.find() || !module.equals(MODULE_OF_PACKAGE.get(found.group(1)))) {
              wrong.add(path);
            }
          }
        });

    assertThat(wrong).isEmpty();
  }

  @Test
  void lambdaFunctionsDoNotKnowOneAnother() {
    var wrong = new TreeMap<String, List<String>>();
    tree.files()
        .forEach((path, text) -> {
          String prefix = "lambdas/src/main/java/io/fieldline/lambdas/";
          if (path.startsWith(prefix) && path.indexOf('/', prefix.length()) > 0) {
            String own = path.substring(prefix.length(), path.indexOf('/', prefix.length()));
            IMPORT
                .matcher(text)
                .results()
                .filter(found -> "lambdas".equals(found.group(1)))
                .map(found -> String.valueOf(found.group(2)))
                .filter(other -> !other.equals(own) && !SHARED_BY_FUNCTIONS.contains(other))
                .forEach(other -> wrong.computeIfAbsent(path, _ -> new ArrayList<>()).add(other));
          }
        });

    assertThat(wrong).isEmpty();
  }

  @Test
  void seriesKnowNothingOfAws() {
    assertThat(tree.files().entrySet())
        .filteredOn(file -> file.getKey().contains("/main/java/io/fieldline/lambdas/series/"))
        .isNotEmpty()
        .allSatisfy(file -> assertThat(file.getValue()).doesNotContain("software.amazon"));
  }

  private static Set<String> allowed(String module, boolean inTests) {
    var allowed = new TreeSet<>(ARROWS.getOrDefault(module, Set.of()));
    if (inTests) {
      allowed.addAll(TEST_ARROWS.getOrDefault(module, Set.of()));
    }
    return allowed;
  }
}
