// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MessageCodecTest {
  @Test
  void everyReadingOfARandomBatchComesBackExactly() throws MessageException {
    var random = new Random(7);
    for (int round = 0; round < 200; round++) {
      var readings = new ArrayList<Reading>();
      for (int i = 0; i < 1 + random.nextInt(60); i++) {
        readings.add(
            new Reading(
                "gw:child",
                "s" + random.nextInt(4),
                random.nextBoolean() ? "" : "Cel",
                1_764_042_000_000L + random.nextInt(10_000),
                random.nextInt(4) == 0
                    ? -0.0
                    : random.nextGaussian() * Math.pow(10, random.nextInt(40) - 20)));
      }
      var batch = TelemetryBatch.of(new TelemetryBatch.Identity(1, 2, 3), readings);

      var bytes = MessageCodec.encode(batch);

      assertThat(MessageCodec.decodeBatch(bytes)).isEqualTo(batch);
      var order =
          Comparator.comparing(Reading::sensor)
              .thenComparing(Reading::unit)
              .thenComparing(Reading::atMs)
              .thenComparing(Reading::value);
      assertThat(MessageCodec.decodeBatch(bytes).readings().stream().sorted(order).toList())
          .isEqualTo(readings.stream().sorted(order).toList());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"v\":2}|/v: expected version 1, got 2",
        "{}|message: expected a member 'v', got none",
        "[]|message: expected an object, got start_array",
        "{\"v\":1,\"t0\":1.5}|/t0: expected a whole number, got 1.5",
        "{\"v\":1,\"sensors\":[{\"name\":\"a\",\"rows\":[[0,\"x\"]]}]}|/sensors/0/rows/0/1: expected a number, got x",
        "{\"v\":1,\"sensors\":[{\"name\":\"a\",\"rows\":[[0,1,2]]}]}|/sensors/0/rows/0/2: expected the end of the row",
        "{\"v\":1,\"sensors\":[{\"rows\":[[0,1]]}]}|/sensors/0: expected a member 'name', got none",
        "{\"v\":1,|expected JSON",
        "{\"v\":1,\"device\":\"g\",\"epoch\":1,\"firstSeq\":1,\"t0\":1,\"sensors\":[{\"name\":\"a\",\"rows\":[[0,1]]}]}{|expected the end of the message",
        "{\"v\":1,\"v\":1}|expected JSON, got something else",
      })
  void aWrongBatchIsRefusedWithPlaceExpectedAndGot(String json, String message) {
    assertThatThrownBy(() -> MessageCodec.decodeBatch(json.getBytes(UTF_8)))
        .isInstanceOf(MessageException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aNumberIsEchoedDigitByDigit() throws MessageException {
    var desired = "{\"valve\":{\"id\":\"a\",\"value\":42.50,\"expiresAtMs\":9}}";

    var command = MessageCodec.decodeCommands(desired.getBytes(UTF_8)).get("valve");

    assertThat(command).isNotNull();
    assertThat(
            MessageCodec.encodeOutcomes(
                Map.of("valve", command.outcome(CommandStatus.FAILED, 8, "no"))))
        .asString(UTF_8)
        .isEqualTo(
            "{\"valve\":{\"id\":\"a\",\"value\":42.50,\"expiresAtMs\":9,"
                + "\"status\":\"FAILED\",\"atMs\":8,\"detail\":\"no\"}}");
  }

  @Test
  void topicsAreThoseOfTheContract() {
    assertThat(
            List.of(
                Topics.ingest("dev", "gw"),
                Topics.deflatedIngest("dev", "gw"),
                Topics.live("gw"),
                Topics.shadow("gw", Topics.COMMANDS_SHADOW).updateDelta(),
                Topics.shadow("gw").getAccepted()))
        .containsExactly(
            "$aws/rules/fieldline_dev_telemetry/fieldline/gw/telemetry",
            "$aws/rules/fieldline_dev_telemetry_deflate/fieldline/gw/telemetry/deflate",
            "fieldline/gw/live",
            "$aws/things/gw/shadow/name/commands/update/delta",
            "$aws/things/gw/shadow/get/accepted");
  }
}
