// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The example on the library's page runs, from outside the module's package, and is what it says.
class LibraryPageTest {
  @Test
  void theExampleRuns() {
    assertThat(RuleExample.run())
        .isEqualTo("gw-1/1000.json {\"temperature\":21.5,\"room\":\"attic\"}");
  }

  @Test
  void thePageShowsTheExampleThatRuns() throws Exception {
    var source =
        Files.readString(Path.of("src/test/java/io/fieldline/iotsql/example/RuleExample.java"));
    var shown = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("    // end"));

    assertThat(Path.of("../docs/reference/iot-sql-library.md"))
        .content()
        .contains(shown.stripTrailing().stripIndent());
  }
}
