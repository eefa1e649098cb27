// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.xray.XRayClient;
import software.amazon.awssdk.services.xray.model.Segment;
import software.amazon.awssdk.services.xray.model.TraceSummary;

/// A stage with tracing: the trace of a reading's invocation shows the function's calls to its
/// tables, one inside the other.
@Tag("long")
class TracingJourneyTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  @Test
  void theTraceOfAReadingShowsWhatTheFunctionAskedOfItsTables() throws Exception {
    try (Pipeline pipeline = Pipeline.deploy();
        XRayClient xray = pipeline.aws().client(XRayClient.builder());
        Agent agent = pipeline.gateway("traced-1").agent("").connected()) {
      var deployed = pipeline.deploy("config=" + withTracing(pipeline));
      assertThat(deployed.exitCode()).as(deployed.output()).isZero();
      agent.hears("n=1");

      JsonNode function =
          Await.until(
              "a trace of the telemetry function with its calls",
              Duration.ofMinutes(3),
              () -> telemetry(xray),
              found -> found.at("/subsegments/0").has("aws"));

      assertThat(function.path("name").asText()).isEqualTo("fieldline-dev-telemetry");
      List<String> operations = new ArrayList<>();
      for (JsonNode call : function.path("subsegments")) {
        assertThat(call.path("name").asText()).isEqualTo("DynamoDb");
        assertThat(call.at("/aws/request_id").asText()).isNotEmpty();
        assertThat(call.path("end_time").asDouble())
            .isLessThanOrEqualTo(function.path("end_time").asDouble());
        operations.add(call.at("/aws/operation").asText());
      }
      assertThat(operations).contains("UpdateItem");
    }
  }

  private static JsonNode telemetry(XRayClient xray) {
    Instant now = Instant.now();
    List<String> ids =
        xray
            .getTraceSummaries(get -> get.startTime(now.minusSeconds(600)).endTime(now))
            .traceSummaries()
            .stream()
            .map(TraceSummary::id)
            .toList();
    JsonNode none = JSON.createObjectNode();
    for (String id : ids) {
      for (Segment segment :
          xray.batchGetTraces(get -> get.traceIds(id)).traces().getFirst().segments()) {
        JsonNode document = read(segment.document());
        if (document.path("name").asText().equals("fieldline-dev-telemetry")
            && document.has("subsegments")) {
          return document;
        }
      }
    }
    return none;
  }

  private static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path withTracing(Pipeline pipeline) throws IOException {
    var config =
        (ObjectNode) JSON.readTree(pipeline.root().resolve("infra-cdk/config/dev.json").toFile());
    config.put("tracing", true);
    JSON.writeValue(Files.createFile(folder.resolve("dev.json")).toFile(), config);
    return folder;
  }
}
