// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.messages.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SenMlCborTest {
  /// Source: RFC 8428 section 5.1.2 (JSON) and section 6 (the same pack in CBOR).
  private static final String JSON =
      """
      [{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,
        "n":"voltage","u":"V","v":120.1},
       {"n":"current","t":-5,"v":1.2},
       {"n":"current","t":-4,"v":1.3},
       {"n":"current","t":-3,"v":1.4},
       {"n":"current","t":-2,"v":1.5},
       {"n":"current","t":-1,"v":1.6},
       {"n":"current","v":1.7}]
      """;

  private static final String CBOR =
      """
      87 a7 21 78 1b 75 72 6e 3a 64 65 76 3a 6f 77 3a
      31 30 65 32 30 37 33 61 30 31 30 38 30 30 36 3a
      22 fb 41 d3 03 a1 5b 00 10 62 23 61 41 20 05 00
      67 76 6f 6c 74 61 67 65 01 61 56 02 fb 40 5e 06
      66 66 66 66 66 a3 00 67 63 75 72 72 65 6e 74 06
      24 02 fb 3f f3 33 33 33 33 33 33 a3 00 67 63 75
      72 72 65 6e 74 06 23 02 fb 3f f4 cc cc cc cc cc
      cd a3 00 67 63 75 72 72 65 6e 74 06 22 02 fb 3f
      f6 66 66 66 66 66 66 a3 00 67 63 75 72 72 65 6e
      74 06 21 02 f9 3e 00 a3 00 67 63 75 72 72 65 6e
      74 06 20 02 fb 3f f9 99 99 99 99 99 9a a3 00 67
      63 75 72 72 65 6e 74 06 00 02 fb 3f fb 33 33 33
      33 33 33
      """;

  private final ReadingParser parser = new ReadingParser("gw", Clock.systemUTC());

  @Test
  void exampleOfTheRfcIsTheSameInBothForms() throws Exception {
    List<Reading> readings = parser.parse(hex(CBOR), "gw");

    assertThat(readings)
        .hasSize(7)
        .isEqualTo(parser.parse(JSON, "gw"))
        .contains(
            new Reading("gw:urn:dev:ow:10e2073a0108006", "voltage", "V", 1_276_020_076_001L, 120.1),
            new Reading("gw:urn:dev:ow:10e2073a0108006", "current", "A", 1_276_020_071_001L, 1.2));
  }

  @Test
  void packOfUnknownLengthWithTruthValuesAndDecimalFractionsIsTaken() throws Exception {
    // [_ {_ 0: "open", 4: true}, {0: "t", 2: 4([-2, 2731])}]. Source: RFC 8949 sections 3.2.2,
    // 3.4.4.
    byte[] pack = hex("9f bf 00 64 6f 70 65 6e 04 f5 ff a2 00 61 74 02 c4 82 21 19 0a ab ff");

    assertThat(parser.parse(pack, "gw"))
        .extracting(Reading::sensor, Reading::value)
        .containsExactly(tuple("open", 1.0), tuple("t", 27.31));
  }

  @Test
  void whatIsNoPackIsRefused() {
    assertRefused("81", Reason.SYNTAX, "SenML CBOR expected");
    assertRefused("80", Reason.SYNTAX, "a SenML array of records expected");
    assertRefused("81 a2 00 61 61 02 01 00", Reason.SYNTAX, "nothing after it");
    assertRefused("81 a2 00 61 61 03 61 62", Reason.TYPE, "got 'vs'");
    assertRefused("82 a2 00 61 61 02 01 00", Reason.SYNTAX, "record 2: a SenML record expected");
    assertRefused("81 a3 00 61 61 02 01 62 78 5f 01", Reason.SYNTAX, "'x_' must be understood");
    assertRefused("9f".repeat(100), Reason.SYNTAX, "SenML CBOR expected");
  }

  @Test
  void textIsNeverTakenForCbor() {
    for (String text : List.of("t=1", "{\"t\":1}", "[{\"n\":\"t\",\"v\":1}]", "ä=1")) {
      assertThat(SenMlCbor.isLikely(text.getBytes(StandardCharsets.UTF_8))).as(text).isFalse();
    }
  }

  private void assertRefused(String bytes, Reason reason, String words) {
    var refused =
        catchThrowableOfType(ReadingException.class, () -> parser.parse(hex(bytes), "gw"));
    assertThat(refused).as(bytes).isNotNull().hasMessageContaining(words);
    assertThat(refused.reason()).isEqualTo(reason);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replaceAll("\\s", ""));
  }
}
