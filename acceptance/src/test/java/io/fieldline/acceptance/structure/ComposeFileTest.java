// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The form of what runs the vendor's LocalStack, which cannot run where these tests do.
class ComposeFileTest {
  private final Map<?, ?> service = service();

  @Test
  void imageIsOfOneReleaseUnlessAnotherIsNamed() {
    assertThat((String) service.get("image"))
        .matches("localstack/localstack:\\$\\{FIELDLINE_LOCALSTACK_TAG:-\\d{4}\\.\\d{2}\\.\\d+}");
  }

  @Test
  void portsAreThoseOfTheLauncherAndOfThisMachineAlone() {
    assertThat((List<?>) service.get("ports"))
        .isNotEmpty()
        .allSatisfy(port -> assertThat((String) port).startsWith("127.0.0.1:"))
        .anySatisfy(port -> assertThat((String) port).contains("${FIELDLINE_PORT:-4566}:4566"));
  }

  @Test
  void tokenIsTakenFromTheEnvironmentAndMustBeThere() {
    assertThat((String) ((Map<?, ?>) service.get("environment")).get("LOCALSTACK_AUTH_TOKEN"))
        .startsWith("${LOCALSTACK_AUTH_TOKEN:?");
  }

  @Test
  void denialsAreEnforced() {
    assertThat(((Map<?, ?>) service.get("environment")).get("ENFORCE_IAM")).isEqualTo("1");
  }

  private static Map<?, ?> service() {
    var load = new Load(LoadSettings.builder().build());
    try (var text =
        Files.newBufferedReader(Checkout.root().resolve("localstack/compose/compose.yaml"))) {
      Map<?, ?> file = (Map<?, ?>) load.loadFromReader(text);
      return (Map<?, ?>) ((Map<?, ?>) file.get("services")).get("localstack");
    } catch (IOException e) {
      throw new AssertionError("no compose file", e);
    }
  }
}
