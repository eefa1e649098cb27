// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md speaks of the code that is there.
class ArchitecturePageTest {
  private static final Pattern CLASS_NAME =
      Pattern.compile("`([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)(?:\\.[A-Z]\\w*)?`");
  private static final Pattern PACKAGE = Pattern.compile("^\\| `([a-z0-9.]+)` \\|");
  private static final int PLENTY = 50;

  private final SourceTree tree = SourceTree.read();

  ArchitecturePageTest() throws IOException {}

  @Test
  void everyClassThatThePageNamesIsInTheSources() {
    var sources = new HashSet<String>();
    tree.files().keySet().stream()
        .filter(path -> path.endsWith(".java"))
        .map(path -> path.substring(path.lastIndexOf('/') + 1, path.length() - ".java".length()))
        .forEach(sources::add);

    var named = new TreeSet<String>();
    var matcher = CLASS_NAME.matcher(tree.text("ARCHITECTURE.md"));
    while (matcher.find()) {
      named.add(matcher.group(1));
    }

    assertThat(named).hasSizeGreaterThan(PLENTY);
    assertThat(sources).containsAll(named);
  }

  @Test
  void everyPackageThatThePageListsIsInTheSources() {
    var named = new TreeSet<String>();
    tree.text("ARCHITECTURE.md")
        .lines()
        .map(PACKAGE::matcher)
        .filter(matcher -> matcher.find())
        .forEach(matcher -> named.add(matcher.group(1)));

    var there = new TreeSet<String>();
    for (String path : tree.files().keySet()) {
      if (path.contains("/src/main/java/io/fieldline/") && path.endsWith("/package-info.java")) {
        there.add(
            path.substring(
                    path.indexOf("/io/fieldline/") + "/io/fieldline/".length(),
                    path.length() - "/package-info.java".length())
                .replace('/', '.'));
      }
    }

    assertThat(named).hasSizeGreaterThan(PLENTY / 2);
    assertThat(there).containsAll(named);
  }
}
