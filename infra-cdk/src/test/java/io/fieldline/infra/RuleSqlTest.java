// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.iotsql.IotSql;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.MessageContext;
import io.fieldline.iotsql.Result;
import io.fieldline.iotsql.RuleStatement;
import io.fieldline.iotsql.SqlVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The rules' statements, parsed and run on the messages that they are for.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RuleSqlTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_000L);

  private final Map<String, RuleStatement> rules = new HashMap<>();

  @BeforeAll
  void parseEveryRule() {
    for (var rule : Template.of("dev").properties("AWS::IoT::TopicRule")) {
      rules.put(
          rule.get("RuleName").asText(),
          IotSql.parse(rule.at("/TopicRulePayload/Sql").asText(), SqlVersion.V2016_03_23));
    }
  }

  @Test
  void telemetryKeepsTheBatchAndAddsThingAndTimeOfArrival() throws IOException {
    var output =
        output(
            "fieldline_dev_telemetry",
            "$aws/rules/fieldline_dev_telemetry/fieldline/pump-1/telemetry",
            "{\"v\":1,\"t0\":5}");

    assertThat(output.at("/thing").asText()).isEqualTo("pump-1");
    assertThat(output.at("/receivedMs").asLong()).isEqualTo(NOW.toEpochMilli());
    assertThat(output.at("/batch/t0").asInt()).isEqualTo(5);
  }

  @Test
  void compressedTelemetryIsBase64() throws IOException {
    var output =
        output(
            "fieldline_dev_telemetry_deflate",
            "$aws/rules/fieldline_dev_telemetry_deflate/fieldline/pump-1/telemetry/deflate",
            "\u0001 not JSON");

    assertThat(output.at("/thing").asText()).isEqualTo("pump-1");
    assertThat(Base64.getDecoder().decode(output.at("/deflated").asText()))
        .isEqualTo("\u0001 not JSON".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void outcomesPassOnlyWhatADeviceReported() throws IOException {
    var topic = "$aws/things/pump-1/shadow/name/commands/update/accepted";

    var output =
        output(
            "fieldline_dev_outcomes",
            topic,
            "{\"state\":{\"reported\":{\"fan\":{\"id\":\"c1\",\"status\":\"SUCCEEDED\"}}}}");

    assertThat(output.at("/thing").asText()).isEqualTo("pump-1");
    assertThat(output.at("/reported/fan/status").asText()).isEqualTo("SUCCEEDED");
    assertThat(apply("fieldline_dev_outcomes", topic, "{\"state\":{\"desired\":{}}}"))
        .isInstanceOf(Result.NoMatch.class);
  }

  /// Only those of clients with a certificate, and only those that came or went.
  @Test
  void presenceIsOfDevices() throws IOException {
    var topic = "$aws/events/presence/disconnected/pump-1";
    var event =
        """
        {"clientId":"pump-1","timestamp":5,"eventType":"disconnected","sessionIdentifier":"s",
         "principalIdentifier":"%s","disconnectReason":"CONNECTION_LOST","versionNumber":3,
         "clientInitiatedDisconnect":false}
        """
            .formatted("0a".repeat(32));

    var output = output("fieldline_dev_presence", topic, event);

    assertThat(output.toString())
        .isEqualTo(
            "{\"thing\":\"pump-1\",\"eventType\":\"disconnected\",\"atMs\":5,\"version\":3,"
                + "\"reason\":\"CONNECTION_LOST\",\"receivedMs\":1700000000000}");
    assertThat(apply("fieldline_dev_presence", topic, event.replace("0a0a", "eu-w")))
        .isInstanceOf(Result.NoMatch.class);
    assertThat(
            apply("fieldline_dev_presence", topic, event.replace("disconnected", "connect_failed")))
        .isInstanceOf(Result.NoMatch.class);
  }

  private JsonNode output(String rule, String topic, String payload) throws IOException {
    return switch (apply(rule, topic, payload)) {
      case Result.Output output -> new ObjectMapper().readTree(output.bytes());
      case Result.NoMatch _ -> throw new AssertionError(rule + " did not fire for " + payload);
      case Result.Failed failed -> throw new AssertionError(failed.message());
    };
  }

  private Result apply(String rule, String topic, String payload) {
    var context = MessageContext.of("123456789012", NOW, new Random(1));
    return java.util.Objects.requireNonNull(rules.get(rule))
        .apply(
            new Message(topic, payload.getBytes(StandardCharsets.UTF_8), context),
            LookupFunctions.NONE);
  }
}
