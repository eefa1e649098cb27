// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a device must not send, sent with its own good certificate: it ends in quarantine with the
/// reason, and what comes after it arrives.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SharesPipeline
class BadInputJourneyTest {
  private static final String INGEST = Topics.ingest("dev", "bad-1");
  private static final String DEFLATED = Topics.deflatedIngest("dev", "bad-1");

  private final Pipeline pipeline;
  private final Gateway gateway;
  private final Set<String> known = new HashSet<>();

  BadInputJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
    gateway = pipeline.gateway("bad-1");
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        arguments("malformed JSON", "{\"v\":1,\"device\":", "batch"),
        arguments("an array", "[1, 2]", "batch"),
        arguments("a member missing", "{\"v\":1,\"device\":\"bad-1\"}", "epoch"),
        arguments("a wrong type", batch("\"noon\"", "[0,1]"), "t0"),
        arguments("another version", batch("1", "[0,1]").replace("\"v\":1", "\"v\":9"), "9"),
        arguments("a value that is no number", batch("1764042000000", "[0,\"hot\"]"), "rows"),
        arguments("a time in 1970", batch("1000", "[0,1]"), "expected epoch milliseconds"),
        arguments("a time in 2200", batch("7258118400000", "[0,1]"), "expected epoch milliseconds"),
        arguments("binary noise", "\u0000\u0001\u0002 not a batch", "batch"));
  }

  private static String batch(String t0, String row) {
    return """
    {"v":1,"device":"bad-1","epoch":1,"firstSeq":1,"t0":%s,
     "sensors":[{"name":"t","rows":[%s]}]}
    """
        .formatted(t0, row);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void isQuarantinedWithItsReason(String kind, String payload, String reason) throws Exception {
    publish(INGEST, payload.getBytes(StandardCharsets.UTF_8));

    assertThat(awaitQuarantine().path("reason").asText()).as(kind).contains(reason);
  }

  @Test
  void aCompressedBatchThatIsNoneIsQuarantinedWithItsReason() throws Exception {
    publish(DEFLATED, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2, 3});

    assertThat(awaitQuarantine().path("kind").asText()).isEqualTo("MALFORMED");
  }

  @Test
  void aGoodBatchAmongBadOnesArrives() throws Exception {
    long nowMs = System.currentTimeMillis();
    publish(INGEST, "{".getBytes(StandardCharsets.UTF_8));
    publish(INGEST, batch(String.valueOf(nowMs), "[0,42.5]").getBytes(StandardCharsets.UTF_8));
    publish(INGEST, "}".getBytes(StandardCharsets.UTF_8));

    Person viewer = pipeline.person("viewer");
    Await.until(
        "the good reading",
        Duration.ofSeconds(30),
        () -> viewer.readings("bad-1", "t", nowMs, nowMs),
        points -> points.equals(List.of(new Person.Point(nowMs, 42.5))));
    assertThat(List.of(awaitQuarantine(), awaitQuarantine()))
        .extracting(entry -> entry.path("kind").asText())
        .containsOnly("MALFORMED");
  }

  @Test
  void aThingThatNamesAnotherThingWritesOnlyToItself() throws Exception {
    long nowMs = System.currentTimeMillis();
    String foreign =
        batch(String.valueOf(nowMs), "[0,7]")
            .replace("\"device\":\"bad-1\"", "\"device\":\"other-1\"");

    publish(INGEST, foreign.getBytes(StandardCharsets.UTF_8));

    Person viewer = pipeline.person("viewer");
    Await.until(
        "the reading under the sender's own name",
        Duration.ofSeconds(30),
        () -> viewer.readings("bad-1:other-1", "t", nowMs, nowMs),
        points -> !points.isEmpty());
    assertThat(viewer.get("/devices/other-1").status()).isEqualTo(404);
  }

  /// As a batch is that failed five times, and whose cause was mended then.
  @Test
  @Tag("long")
  void deadLettersAreSentAgainAndRead() throws Exception {
    long nowMs = System.currentTimeMillis();
    var sqs = pipeline.aws().sqs();
    String url = sqs.getQueueUrl(get -> get.queueName("fieldline-dev-ingest-dead")).queueUrl();
    String envelope =
        "{\"batch\":%s,\"thing\":\"bad-1\",\"receivedMs\":%d}"
            .formatted(batch(String.valueOf(nowMs), "[0,17]"), nowMs);
    sqs.sendMessage(send -> send.queueUrl(url).messageBody(envelope));

    assertThat(replay()).containsPattern(" 1 +ingest-dead").containsPattern(" 0 +functions-dead");
    assertThat(replay("--dead-letters")).contains("1 of 1 of ingest-dead sent again");

    Person viewer = pipeline.person("viewer");
    Await.until(
        "the reading of the dead letter",
        Duration.ofSeconds(30),
        () -> viewer.readings("bad-1", "t", nowMs, nowMs),
        points -> points.equals(List.of(new Person.Point(nowMs, 17))));
    assertThat(replay()).containsPattern(" 0 +ingest-dead");
  }

  private String replay(String... options) {
    var command = new ArrayList<>(List.of("./fieldline", "replay", "--stage", "dev"));
    command.addAll(List.of(options));
    var outcome =
        Program.run(pipeline.root(), pipeline.environment(), Duration.ofSeconds(60), command);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  private void publish(String topic, byte[] payload) throws IOException {
    Path file = Files.write(gateway.folder().resolve("payload"), payload);
    var sent = gateway.mosquitto("mosquitto_pub", "bad-1", "-t", topic, "-f", file.toString());
    assertThat(sent.exitCode()).as(sent.output()).isZero();
  }

  /// The entry of what was published since the last.
  private JsonNode awaitQuarantine() {
    Person operator = pipeline.person("operator");
    JsonNode entry =
        Await.until(
            "another entry of bad-1 in quarantine",
            Duration.ofSeconds(30),
            () -> {
              for (JsonNode one : operator.get("/quarantine?limit=200").body().path("entries")) {
                if (one.path("thing").asText().equals("bad-1")
                    && !known.contains(one.path("id").asText())) {
                  return one;
                }
              }
              return MissingNode.getInstance();
            },
            one -> !one.isMissingNode());
    known.add(entry.path("id").asText());
    return entry;
  }
}
