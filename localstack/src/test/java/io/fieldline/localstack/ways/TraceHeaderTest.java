// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What goes over the wire, and what of it is shown.
class TraceHeaderTest {
  @Test
  void whatIsWrittenIsRead() {
    var header = new TraceHeader("1-5759e988-bd862e3fe1be46a994272793", 0xabcL, true);

    assertThat(header.text())
        .isEqualTo("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=0000000000000abc;Sampled=1");
    assertThat(TraceHeader.parse(header.text())).contains(header);
  }

  @Test
  void fieldsInAnyOrderAndOthersArePassedOver() {
    assertThat(
            TraceHeader.parse(
                "Self=1-x; Sampled=? ;Root=1-5759e988-bd862e3fe1be46a994272793;Lineage=25:a:0"))
        .contains(new TraceHeader("1-5759e988-bd862e3fe1be46a994272793", 0, null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Root=", "Root=1-5759e988-BD862e3fe1be46a994272793", "Parent=1;=;;"})
  void whatNamesNoTraceIsNone(String text) {
    assertThat(TraceHeader.parse(text)).isEmpty();
  }

  private static String shown(String payload, int most) {
    return Excerpt.of(payload.getBytes(StandardCharsets.UTF_8), most).text();
  }

  @Test
  void aCutCharacterIsNotHalfShown() {
    assertThat(shown("21 °C", 4)).isEqualTo("21 ");
    assertThat(shown("21 °C", 5)).isEqualTo("21 °");
  }

  @Test
  void whatIsNoTextIsBase64() {
    assertThat(Excerpt.of(new byte[] {(byte) 0xff, 0, 1}, 10).text()).isEqualTo("base64:/wAB");
  }

  @Test
  void passwordsTokensAndKeysAreNotShown() {
    assertThat(shown("{\"headers\":{\"authorization\":\"Bearer ey.a.b\",\"accept\":\"*/*\"}}", 200))
        .isEqualTo("{\"headers\":{\"authorization\":\"***\",\"accept\":\"*/*\"}}");
    assertThat(shown("{\"clientToken\":\"c\",\"Password\":\"a\\\"b\",\"cookies\":[\"id=1\"]}", 200))
        .isEqualTo("{\"clientToken\":\"c\",\"Password\":\"***\",\"cookies\":\"***\"}");
    // Also where it was cut within one.
    assertThat(shown("{\"sessionToken\":\"abcdefgh\"}", 20)).isEqualTo("{\"sessionToken\":\"***\"");
  }
}
