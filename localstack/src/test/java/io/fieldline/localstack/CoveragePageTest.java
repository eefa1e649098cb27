// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// The page on what the stack has is what the stack has. `mvn test -pl localstack -am
/// -Dtest=CoveragePageTest -Dupdate-golden -Dsurefire.failIfNoSpecifiedTests=false` writes it anew.
class CoveragePageTest {
  private static final Path PAGE =
      Path.of(System.getProperty("user.dir")).resolveSibling("docs/reference/coverage.md");

  @Test
  void thePageSaysWhatARunningStackSays() throws Exception {
    try (var stack = LocalStack.start();
        var http = HttpClient.newHttpClient()) {
      URI address = stack.endpoint().resolve("/_local/coverage");
      String told =
          http.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString()).body();
      if (System.getProperty("update-golden") != null) {
        Files.createDirectories(PAGE.getParent());
        Files.writeString(PAGE, told);
      }

      assertThat(PAGE).content().isEqualTo(told);
    }
  }
}
