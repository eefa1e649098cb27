// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import io.fieldline.messages.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Readings of long ago are found in a long range by what was merged of them: only from there. The
/// rollup queue is without its delay meanwhile, which nobody else feels.
@SharesPipeline
class RollupJourneyTest {
  private static final String THING = "rollup-1";
  private static final long DAY_MS = 86_400_000;

  private final Pipeline pipeline;

  RollupJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  @Test
  void aReadingThatComesDaysLateIsInTheHoursAndDays() {
    pipeline.gateway(THING);
    long nowMs = System.currentTimeMillis();
    // A full hour: both of its readings are in it, whenever the test runs.
    long longAgoMs = (nowMs - 5 * DAY_MS) / 3_600_000 * 3_600_000;
    Person viewer = pipeline.person("viewer");
    String delay = delay("0");
    try {
      publish(THING, batch(THING, nowMs, 1, "[0,21.5]"));
      publish(THING, batch(THING, longAgoMs, 2, "[0,20],[1000,24]"));

      JsonNode series =
          Await.until(
              "the hour of five days ago",
              Duration.ofSeconds(60),
              () ->
                  viewer
                      .get(
                          "/devices/%s/series?fromMs=%d&toMs=%d"
                              .formatted(THING, nowMs - 10 * DAY_MS, nowMs))
                      .body()
                      .path("series")
                      .path(0),
              one -> one.path("values").size() == 2);
      assertThat(series.path("stepMs").asLong()).isEqualTo(3_600_000);
      assertThat(series.path("values").path(0).asDouble()).isEqualTo(22);
      assertThat(series.path("mins").path(0).asDouble()).isEqualTo(20);
      assertThat(series.path("maxs").path(0).asDouble()).isEqualTo(24);
      assertThat(series.path("values").path(1).asDouble()).isEqualTo(21.5);
    } finally {
      delay(delay);
    }
  }

  @Test
  void readingsAreExportedByTheCommandLine() {
    pipeline.gateway("rollup-2");
    long atMs = System.currentTimeMillis() / 60_000 * 60_000 - 60_000;
    publish("rollup-2", batch("rollup-2", atMs, 1, "[0,21.5],[1500,23]"));
    Person viewer = pipeline.person("viewer");
    Await.until(
        "the readings",
        Duration.ofSeconds(30),
        () -> viewer.readings("rollup-2", "t", atMs, atMs + 1500),
        points -> points.size() == 2);
    assertThat(export("rollup-2", "--from", String.valueOf(atMs)).output().lines()).hasSize(3);

    String minute = Instant.ofEpochMilli(atMs).toString();
    assertThat(
            export("rollup-2", "--resolution", "minute", "--from", minute, "--sensor", "t")
                .output()
                .lines())
        .containsExactly(
            "time,device,sensor,unit,min,mean,max", minute + ",rollup-2,t,,21.5,22.25,23");
    var unknown = export("nobody");
    assertThat(unknown.exitCode()).isEqualTo(1);
    assertThat(unknown.output()).contains("fieldline: export: ", "nobody");
    assertThat(export("rollup-2", "--from", "soon").output()).contains("got 'soon'");
  }

  private Program.Outcome export(String... options) {
    var command = new ArrayList<>(List.of("./fieldline", "export", "--stage", "dev"));
    command.addAll(List.of(options));
    return Program.run(pipeline.root(), pipeline.environment(), Duration.ofSeconds(60), command);
  }

  /// @return what it was
  private String delay(String seconds) {
    var sqs = pipeline.aws().sqs();
    String url = sqs.getQueueUrl(get -> get.queueName("fieldline-dev-rollup")).queueUrl();
    String before =
        sqs.getQueueAttributes(
                get -> get.queueUrl(url).attributeNames(QueueAttributeName.DELAY_SECONDS))
            .attributes()
            .get(QueueAttributeName.DELAY_SECONDS);
    sqs.setQueueAttributes(
        set -> set.queueUrl(url).attributes(Map.of(QueueAttributeName.DELAY_SECONDS, seconds)));
    return before;
  }

  private void publish(String thing, String payload) {
    pipeline
        .aws()
        .iotData()
        .publish(message ->
            message
                .topic(Topics.ingest("dev", thing))
                .qos(1)
                .payload(SdkBytes.fromUtf8String(payload)));
  }

  private static String batch(String thing, long atMs, int seq, String rows) {
    return "{\"v\":1,\"device\":\"%s\",\"epoch\":1,\"firstSeq\":%d,\"t0\":%d,\"sensors\":[{\"name\":\"t\",\"rows\":[%s]}]}"
        .formatted(thing, seq, atMs, rows);
  }
}
