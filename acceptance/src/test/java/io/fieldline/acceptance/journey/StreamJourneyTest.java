// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.firehose.FirehoseClient;

/// A stage that changes from the queue to the stream and turns its archive on, while readings come:
/// each is readable once, whichever way it took, and what came afterwards is in the archive, too.
@Tag("long")
class StreamJourneyTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int EACH = 200;

  @TempDir private Path folder;

  @Test
  void theSameReadingsArriveOverEitherBuffer() throws Exception {
    try (Pipeline pipeline = Pipeline.deploy();
        Agent agent = pipeline.gateway("stream-1").agent("").connected()) {
      Person viewer = pipeline.person("viewer");
      long startedMs = System.currentTimeMillis();
      send(agent, 0, EACH);
      assertThat(pipeline.deploy("config=" + withStream(pipeline)).exitCode()).isZero();
      bufferForASecond(pipeline);
      send(agent, EACH, 2 * EACH);

      var expected = new ArrayList<Double>();
      for (int i = 0; i < 2 * EACH; i++) {
        expected.add((double) i);
      }
      var read =
          Await.until(
              "each of the readings",
              Duration.ofSeconds(60),
              () ->
                  viewer.readings("stream-1", "n", startedMs, System.currentTimeMillis()).stream()
                      .map(Person.Point::value)
                      .sorted()
                      .toList(),
              values -> values.size() >= 2 * EACH);
      assertThat(read).isEqualTo(expected);
      assertThat(
              Await.until(
                  "the archive of what came by the stream",
                  Duration.ofSeconds(60),
                  () -> archived(pipeline),
                  values -> values.size() >= EACH))
          .containsAll(expected.subList(EACH, 2 * EACH));
    }
  }

  private static void send(Agent agent, int from, int to) throws Exception {
    InetSocketAddress tcp = agent.tcp();
    try (var sensor = new Socket(tcp.getAddress(), tcp.getPort());
        var answers = new BufferedReader(new InputStreamReader(sensor.getInputStream(), UTF_8))) {
      for (int i = from; i < to; i++) {
        sensor.getOutputStream().write(("n=" + i + "\n").getBytes(UTF_8));
        assertThat(answers.readLine()).isEqualTo("ok 1");
      }
    }
  }

  private Path withStream(Pipeline pipeline) throws Exception {
    var config =
        (ObjectNode) JSON.readTree(pipeline.root().resolve("infra-cdk/config/dev.json").toFile());
    config.put("buffer", "kinesis").put("archiveRetentionDays", 30);
    JSON.writeValue(folder.resolve("dev.json").toFile(), config);
    return folder;
  }

  /// The stage's own interval is minutes.
  private static void bufferForASecond(Pipeline pipeline) throws Exception {
    var stream = described(pipeline);
    try (var firehose = pipeline.aws().client(FirehoseClient.builder())) {
      firehose.updateDestination(update ->
          update
              .deliveryStreamName("fieldline-dev-archive")
              .currentDeliveryStreamVersionId(stream.path("VersionId").asText())
              .destinationId(stream.at("/Destinations/0/DestinationId").asText())
              .extendedS3DestinationUpdate(
                  to -> to.bufferingHints(hints -> hints.sizeInMBs(1).intervalInSeconds(1))));
    }
  }

  private static JsonNode described(Pipeline pipeline) throws Exception {
    var described =
        pipeline.aws(
            "firehose",
            "describe-delivery-stream",
            "--delivery-stream-name",
            "fieldline-dev-archive");
    assertThat(described.exitCode()).as(described.output()).isZero();
    return JSON.readTree(described.output()).path("DeliveryStreamDescription");
  }

  /// The values of every line of every object.
  private TreeSet<Double> archived(Pipeline pipeline) {
    try {
      var arn =
          described(pipeline)
              .at("/Destinations/0/ExtendedS3DestinationDescription/BucketARN")
              .asText();
      Path copy = Files.createTempDirectory(folder, "archive");
      var copied =
          pipeline.aws(
              "s3",
              "cp",
              "--recursive",
              arn.replace("arn:aws:s3:::", "s3://") + "/archive/",
              copy.toString());
      assertThat(copied.exitCode()).as(copied.output()).isZero();
      var values = new TreeSet<Double>();
      List<Path> objects;
      try (var files = Files.walk(copy)) {
        objects = files.filter(Files::isRegularFile).toList();
      }
      for (Path object : objects) {
        try (var lines =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(Files.newInputStream(object)), UTF_8))) {
          for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            batch(JSON.readTree(line))
                .at("/sensors/0/rows")
                .forEach(row -> values.add(row.path(1).asDouble()));
          }
        }
      }
      return values;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode batch(JsonNode message) throws IOException {
    if (message.has("batch")) {
      return message.path("batch");
    }
    return JSON.readTree(
        new InflaterInputStream(
            new ByteArrayInputStream(
                Base64.getDecoder().decode(message.path("deflated").asText()))));
  }
}
