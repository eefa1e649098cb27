// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Nothing of a password, token or key is shown, in whatever JSON it is.
class SecretsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"password":"hush","n":1}                          | {"password":"***","n":1}
          {"password":"hu\\"sh\\\\","n":1}                    | {"password":"***","n":1}
          {"token":"hus                                      | {"token":"***"
          {"token":"hus\\                                     | {"token":"***"
          {"cookies":["hush","hush"],"n":1}                  | {"cookies":"***","n":1}
          {"body":"{\\"password\\":\\"hush\\",\\"n\\":1}"}         | {"body":"{\\"password\\":\\"***\\",\\"n\\":1}"}
          {"body":"{\\"token\\":\\"hu\\\\\\"sh\\",\\"n\\":1}","m":2}  | {"body":"{\\"token\\":\\"***\\",\\"n\\":1}","m":2}
          {"body":"{\\"token\\":\\"hus                          | {"body":"{\\"token\\":\\"***\\"
          {"note":"a password","n":"hush"}                   | {"note":"a password","n":"hush"}
          """)
  void isMasked(String json, String shown) {
    assertThat(Secrets.masked(json)).isEqualTo(shown);
  }

  /// As long as a payload that is kept, and longer: no stack is deep enough for a frame a
  /// character.
  @Test
  void howeverLongItIs() {
    String secret = "s\\\"".repeat(50_000);

    assertThat(Secrets.masked("{\"token\":\"" + secret + "\",\"n\":1}"))
        .isEqualTo("{\"token\":\"***\",\"n\":1}");
    assertThat(Secrets.masked("{\"token\":\"" + secret)).isEqualTo("{\"token\":\"***\"");
  }
}
