// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The browser's types are those of the schemas. `-Dupdate-golden` writes them anew.
final class ContractTypesTest {
  private static final Path FILE =
      Path.of(System.getProperty("user.dir")).resolveSibling("web/src/api/contract.ts");

  @Test
  void theBrowsersTypesAreThoseOfTheSchemas() throws IOException {
    var types = TypeScript.ofAllSchemas();

    if (System.getProperty("update-golden") != null) {
      Files.writeString(FILE, types);
    }

    assertThat(FILE).as("run with -Dupdate-golden to write it anew").hasContent(types);
  }
}
