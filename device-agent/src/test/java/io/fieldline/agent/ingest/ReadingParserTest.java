// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.messages.Reading;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingParserTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
  private static final long NOW_MS = NOW.toEpochMilli();

  private final ReadingParser parser = new ReadingParser("gw", Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void wordsHoldSeveralReadingsWithUnitTimeAndDevice() throws Exception {
    assertThat(parser.parse("t=-1.5e1 Cel @1772323200001, pump/on=true h=3", "gw"))
        .containsExactly(
            reading("gw", "t", "Cel", NOW_MS + 1, -15),
            reading("gw:pump", "on", "", NOW_MS, 1),
            reading("gw", "h", "", NOW_MS, 3));
  }

  @Test
  void objectHoldsValuesOfOneDeviceAndTime() throws Exception {
    String text =
        "{\"device\":\"pump\",\"atMs\":1772323200001,\"t\":2,\"u\":{\"value\":3,\"unit\":\"V\"}}";

    assertThat(parser.parse(text, "gw"))
        .containsExactly(
            reading("gw:pump", "t", "", NOW_MS + 1, 2),
            reading("gw:pump", "u", "V", NOW_MS + 1, 3));
  }

  @Test
  void senMlBaseFieldsHoldFromTheirRecordOn() throws Exception {
    // The shape of the example of RFC 8428 section 5.1.3, with times relative to now.
    String text =
        "[{\"bn\":\"urn:dev:ow:10e2073a01080063:\",\"bu\":\"A\",\"bt\":-5,"
            + "\"n\":\"voltage\",\"u\":\"V\",\"v\":120.1},{\"n\":\"current\",\"t\":1,\"v\":1.2}]";

    assertThat(parser.parse(text, "gw"))
        .containsExactly(
            reading("gw:urn:dev:ow:10e2073a01080063", "voltage", "V", NOW_MS - 5000, 120.1),
            reading("gw:urn:dev:ow:10e2073a01080063", "current", "A", NOW_MS - 4000, 1.2));
  }

  @Test
  void mappedObjectOfAForeignDeviceIsFlattenedAndItsTextsLeftOut() throws Exception {
    String tasmota =
        "{\"Time\":\"2026-03-01T00:00:00\",\"AM2301\":{\"Temperature\":21.5},\"POWER\":\"ON\"}";

    assertThat(parser.mapped(tasmota, "plug"))
        .containsExactly(
            reading("gw:plug", "AM2301.Temperature", "", NOW_MS, 21.5),
            reading("gw:plug", "POWER", "", NOW_MS, 1));
  }

  @Test
  void whatIsNoReadingIsRefusedByItsReason() {
    assertRefused("Hello, server!", Reason.SYNTAX, "expected name=value", "Hello, server!");
    assertRefused("", Reason.SYNTAX, "expected name=value");
    assertRefused("{\"t\":", Reason.SYNTAX, "JSON expected", "column");
    assertRefused("{\"t\":1,\"t\":2}", Reason.SYNTAX, "uplicate");
    assertRefused("{}", Reason.SYNTAX, "at least one");
    assertRefused("t=warm", Reason.TYPE, "'t'", "'warm'");
    assertRefused("{\"t\":[1]}", Reason.TYPE, "'t'", "a list");
    assertRefused("{\"t\":null}", Reason.TYPE, "'t'", "null");
    assertRefused("{\"t\":1e999}", Reason.TYPE, "finite", "'t'");
    assertRefused("t=1 @1772323200", Reason.TIMESTAMP, "epoch milliseconds", "1772323200");
    assertRefused("t=1 @99999999999999", Reason.TIMESTAMP, "24 h ahead");
    assertRefused("a b=1", Reason.SYNTAX, "expected name=value");
    assertRefused("../x/y=1", Reason.NAME, "device name");
    assertRefused("[{\"n\":\"a\",\"vs\":\"text\"}]", Reason.TYPE, "'vs'");
    assertRefused("[{\"n\":\"a\",\"v\":1,\"b_\":1}]", Reason.SYNTAX, "'b_'");
    assertRefused("[1]", Reason.SYNTAX, "a SenML record expected");
    assertRefused("[".repeat(100), Reason.SYNTAX, "JSON expected");
  }

  @Test
  void bytesThatAreNoTextAreBinary() {
    var noise =
        catchThrowableOfType(
            ReadingException.class, () -> ReadingParser.text(new byte[] {(byte) 0xff, 1}));
    var control =
        catchThrowableOfType(
            ReadingException.class, () -> ReadingParser.text(new byte[] {'t', '=', 0}));

    assertThat(List.of(noise, control))
        .allSatisfy(e -> assertThat(e.reason()).isEqualTo(Reason.BINARY));
  }

  private void assertRefused(String text, Reason reason, String... words) {
    var refused = catchThrowableOfType(ReadingException.class, () -> parser.parse(text, "gw"));
    assertThat(refused).as(text).isNotNull();
    assertThat(refused.reason()).as(text).isEqualTo(reason);
    assertThat(refused).hasMessageContainingAll(words);
  }

  private static Reading reading(
      String device, String sensor, String unit, long atMs, double value) {
    return new Reading(device, sensor, unit, atMs, value);
  }
}
