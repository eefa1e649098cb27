// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The whole template of stage `watched`, which is `prod` with all that can be turned on, so that a
/// change shows in review what it does to AWS. What differs with each build is masked: assets by
/// their content, versions by what they publish.
final class SnapshotTest {
  private static final Path GOLDEN = Path.of("src/test/resources/watched.template.json");
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

  @Test
  void theTemplateIsTheOneThatWasReviewed() throws IOException {
    var template = masked(JSON.writeValueAsString(Template.of("watched").root())) + "\n";
    if (System.getProperty("update-golden") != null) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, template);
    }

    assertThat(template)
        .as("what is deployed has changed; if it should, write it anew with -Dupdate-golden")
        .isEqualTo(Files.readString(GOLDEN));
  }

  private static String masked(String template) {
    return template
        .replaceAll("[0-9a-f]{64}", "<asset>")
        .replaceAll("(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}", "$1<version>");
  }

  @Test
  void whatDiffersWithEachBuildIsMasked() {
    assertThat(masked("a0".repeat(32) + ".zip")).isEqualTo("<asset>.zip");
    assertThat(masked("CodeCurrentVersion12345678" + "0f".repeat(16)))
        .isEqualTo("CodeCurrentVersion12345678<version>");
  }
}
