// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ConfigTextTest {
  @Test
  void everySecretGoesAndTheRestStaysToTheLetter() {
    String text =
        """
        thing: gw  # the gateway
        cloud: {endpoint: "x:1", key: key.pem, proxyPassword: 'a b'}
        mqtt:
          users:
            - name: ünï
              password: geheim1
        tokens:
          one: geheim2
          two: |
            geheim3
            geheim4
        url: https://bob:geheim5@host/path
        # oldPassword: geheim6
        last: 1
        """;

    String cleaned = ConfigText.withoutSecrets(text);

    assertThat(cleaned).doesNotContain("geheim").doesNotContain("a b");
    assertThat(cleaned)
        .startsWith("thing: gw  # the gateway\ncloud: {endpoint: \"x:1\", key: key.pem, ")
        .contains("    - name: ünï\n      password: (removed)\n")
        .contains("url: https://(removed)@host/path\n")
        .endsWith("last: 1\n");
    assertThat(ConfigText.flat(cleaned)).containsEntry("last", "1").containsEntry("thing", "gw");
  }

  @Test
  void whatIsNoYamlIsNotShownAtAll() {
    assertThatThrownBy(() -> ConfigText.withoutSecrets("a: [1\npassword: x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("YAML expected");
  }
}
