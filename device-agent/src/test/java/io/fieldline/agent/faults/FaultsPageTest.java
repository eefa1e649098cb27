// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The page of the fault matrix names tests and result pages that are there, and every test of this
/// package.
class FaultsPageTest {
  private static final Path PAGE = Path.of("../docs/reference/agent-faults.md");
  private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#]+)\\)");
  private static final Pattern TEST =
      Pattern.compile("(@Test|@ParameterizedTest)\\b[^{;]*?\\bvoid (\\w+)\\(");

  @Test
  void eachTestThatItNamesIsThere() throws Exception {
    Map<String, String> tests =
        tests("../device-agent/src/test/java", "../acceptance/src/test/java");
    List<MatchResult> named = NAMED.matcher(Files.readString(PAGE)).results().toList();

    assertThat(named).hasSizeGreaterThan(30);
    for (MatchResult each : named) {
      assertThat(tests.keySet()).as(each.group()).contains(each.group(1));
      assertThat(methods(tests.get(each.group(1)))).as(each.group()).contains(each.group(2));
    }
  }

  @Test
  void eachTestOfThisPackageIsOnIt() throws Exception {
    String page = Files.readString(PAGE);
    tests("../device-agent/src/test/java/io/fieldline/agent/faults")
        .forEach((name, source) -> {
          for (String method :
              name.equals("FaultsPageTest") ? List.<String>of() : methods(source)) {
            assertThat(page).contains("`" + name + "#" + method + "`");
          }
        });
  }

  @Test
  void eachPageThatItLinksIsThere() throws Exception {
    List<MatchResult> links = LINK.matcher(Files.readString(PAGE)).results().toList();

    assertThat(links).isNotEmpty();
    for (MatchResult link : links) {
      assertThat(PAGE.resolveSibling(link.group(1)).normalize()).as(link.group()).exists();
    }
  }

  private static List<String> methods(String source) {
    return TEST.matcher(source).results().map(found -> found.group(2)).toList();
  }

  /// Sources of tests by the name of their class.
  private static Map<String, String> tests(String... folders) throws IOException {
    try (Stream<Path> all = Stream.of(folders).flatMap(folder -> files(Path.of(folder)))) {
      return all.collect(
          Collectors.toMap(
              file -> file.getFileName().toString().replace(".java", ""),
              FaultsPageTest::text,
              (one, _) -> one));
    }
  }

  private static Stream<Path> files(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.filter(each -> each.toString().endsWith("Test.java")).toList().stream();
    } catch (IOException e) {
      throw new AssertionError(folder + ": a folder of tests expected", e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
