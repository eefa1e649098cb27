// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Rules that hold in every source file. The exceptions are listed by file and count; the lists may
/// only shrink.
class SourceRulesTest {
  private static final int MAX_LINES = 600;
  private static final String LICENCE = "SPDX-License-Identifier: Apache-2.0";

  private static final Pattern SLEEP =
      Pattern.compile("\\b(?:Thread|[A-Z]+SECONDS|MINUTES)\\.sleep\\(");
  private static final Pattern SWITCHED_OFF = Pattern.compile("(?m)^\\s*@Disabled\\b");
  private static final Pattern TOPIC =
      Pattern.compile("[\"'`](?:\\$aws/rules/[^\"'`]*/)?fieldline/");

  /// The pause between two looks of an await with a deadline.
  private static final Map<String, Integer> SLEEPS =
      Map.of("device-agent/src/test/java/io/fieldline/agent/DeviceAgentTest.java", 1);

  /// The browser's live path, which generated code could give it.
  private static final Map<String, Integer> TOPICS = Map.of("web/src/live/live.ts", 1);

  private final SourceTree tree = SourceTree.read();

  SourceRulesTest() throws IOException {}

  @Test
  void everySourceNamesItsLicence() {
    assertThat(tree.files().entrySet())
        .filteredOn(file -> !file.getKey().endsWith(".md"))
        .filteredOn(file -> file.getValue().lines().limit(3).noneMatch(l -> l.contains(LICENCE)))
        .extracting(Map.Entry::getKey)
        .isEmpty();
  }

  @Test
  void noFileIsTooLong() {
    assertThat(tree.files().entrySet())
        .filteredOn(file -> file.getKey().matches(".*\\.(java|tsx?|mjs)"))
        .filteredOn(file -> file.getValue().lines().count() > MAX_LINES)
        .extracting(Map.Entry::getKey)
        .isEmpty();
  }

  @Test
  void noTestIsSwitchedOff() {
    assertThat(found(SWITCHED_OFF, path -> path.endsWith(".java"))).isEmpty();
  }

  @Test
  void testsAwaitAndDoNotSleep() {
    assertThat(found(SLEEP, path -> path.endsWith(".java") && path.contains("/src/test/java/")))
        .isEqualTo(new TreeMap<>(SLEEPS));
  }

  @Test
  void topicsAreSpelledInMessagesAlone() {
    assertThat(
            found(
                TOPIC,
                path ->
                    path.contains("/src/main/java/") && !path.startsWith("messages/")
                        || path.startsWith("web/src/")))
        .isEqualTo(new TreeMap<>(TOPICS));
  }

  private TreeMap<String, Integer> found(Pattern pattern, Predicate<String> where) {
    var counts = new TreeMap<String, Integer>();
    tree.files()
        .forEach((path, text) -> {
          int count = (int) pattern.matcher(text).results().count();
          if (count > 0 && where.test(path)) {
            counts.put(path, count);
          }
        });
    return counts;
  }
}
