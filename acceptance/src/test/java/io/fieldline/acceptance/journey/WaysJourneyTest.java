// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import io.fieldline.acceptance.pipeline.Ways;
import io.fieldline.messages.Topics;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What the inspector tells of a reading and of a command: a real agent, the deployed functions,
/// and AWS's own SDK in them, which says whose call it makes.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SharesPipeline
@Tag("long")
class WaysJourneyTest {
  private static final String THING = "ways-1";

  private final Pipeline pipeline;
  private final Gateway gateway;
  private final Agent agent;
  private final Ways ways;

  WaysJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
    gateway = pipeline.gateway(THING);
    agent = gateway.agent("actuators: {lamp: {type: switch}}\n").connected();
    ways = new Ways(pipeline.endpoint());
  }

  @AfterAll
  void close() {
    agent.close();
  }

  private static Predicate<JsonNode> is(String kind, String name) {
    return step ->
        step.path("kind").asText().equals(kind) && step.path("name").asText().equals(name);
  }

  private static boolean stored(JsonNode way) {
    return !Ways.steps(way, is("call", "dynamodb:PutItem")).isEmpty()
        && way.path("outcome").asText().equals("ok");
  }

  @Test
  void aReadingsWayIsWholeAndHasEveryWriteOnce() throws Exception {
    agent.hears("n=21.5 Cel");

    JsonNode way =
        ways.await(
            "the way of a reading",
            w -> w.path("name").asText().equals(Topics.ingest("dev", THING)),
            WaysJourneyTest::stored);

    assertThat(way.path("kind").asText()).isEqualTo("publish");
    assertThat(way.path("device").asText()).isEqualTo(THING);
    JsonNode publish = way.at("/steps/0");
    assertThat(publish.path("decision").path("effect").asText()).isEqualTo("allow");
    assertThat(publish.path("decision").path("policy").asText())
        .isEqualTo("fieldline-dev-device-data");
    assertThat(publish.path("request").asText()).contains("21.5");
    JsonNode rule = Ways.steps(way, is("rule", "fieldline_dev_telemetry")).getFirst();
    assertThat(rule.path("sql").asText()).startsWith("SELECT ");
    JsonNode invocation = Ways.steps(way, is("invocation", "fieldline-dev-telemetry")).getFirst();
    assertThat(ancestors(way, invocation))
        .containsExactly("message", "call", "action", "rule", "publish");
    JsonNode put = Ways.steps(way, is("call", "dynamodb:PutItem")).getFirst();
    assertThat(ancestors(way, put).getFirst()).isEqualTo("invocation");
    assertThat(put.path("lane").asText()).isEqualTo("table");
    assertThat(put.path("principal").asText()).contains(":assumed-role/");
    assertThat(put.path("decision").path("effect").asText()).isEqualTo("allow");
    assertThat(put.path("decision").path("statement").toString()).contains("dynamodb:");
    everyItemIsPutOnOneWay();
  }

  /// The table itself says the same.
  private void everyItemIsPutOnOneWay() {
    Set<String> puts =
        Await.until(
            "the ways of this device's batches, each ended",
            Duration.ofSeconds(30),
            this::puts,
            found -> found.size() >= items());
    assertThat(puts).hasSize(items());
  }

  private Set<String> puts() {
    var found = new HashSet<String>();
    for (JsonNode way :
        ways.after(0, w -> w.path("device").asText().equals(THING) && isTelemetry(w))) {
      for (JsonNode put : Ways.steps(way, is("call", "dynamodb:PutItem"))) {
        // A batch is shown on each of its messages' ways.
        if (put.path("resource").asText().endsWith("/" + table())
            && put.path("request").asText().contains("D#" + THING)) {
          found.add(put.path("request").asText());
        }
      }
    }
    return found;
  }

  private static boolean isTelemetry(JsonNode way) {
    return way.path("name").asText().contains("telemetry");
  }

  private String table() {
    return pipeline.output("TelemetryTableName");
  }

  private int items() {
    return pipeline
        .aws()
        .dynamoDb()
        .scan(scan ->
            scan.tableName(table())
                .filterExpression("begins_with(pk, :d)")
                .expressionAttributeValues(Map.of(":d", AttributeValue.fromS("D#" + THING + "#"))))
        .count();
  }

  private static List<String> ancestors(JsonNode way, JsonNode step) {
    var kinds = new java.util.ArrayList<String>();
    int parent = step.path("parent").asInt();
    while (parent > 0) {
      JsonNode above = way.path("steps").path(parent - 1);
      kinds.add(above.path("kind").asText());
      parent = above.path("parent").asInt();
    }
    return kinds;
  }

  @Test
  void aCommandsWayGoesFromThePersonToTheDevice() throws Exception {
    agent.hears("here=1");
    Person operator = pipeline.person("operator");
    String path = "/devices/" + THING + "/commands";
    Await.until(
        "the device in the API",
        Duration.ofSeconds(30),
        () -> operator.get("/devices/" + THING).status(),
        status -> status == 200);
    assertThat(operator.post(path, "{\"actuator\": \"lamp\", \"value\": true}").status())
        .isEqualTo(202);

    JsonNode way =
        ways.await(
            "the way of a command",
            w -> w.path("name").asText().equals("POST " + path),
            w -> !Ways.steps(w, is("delivery", THING)).isEmpty());

    JsonNode delivery = Ways.steps(way, is("delivery", THING)).getFirst();
    assertThat(ancestors(way, delivery))
        .startsWith("publish", "call", "invocation")
        .endsWith("call", "call");
    assertThat(Ways.steps(way, is("invocation", "fieldline-dev-command"))).hasSize(1);
    // The person's token is in the function's event, and not here.
    assertThat(way.toString()).doesNotContain(operator.accessToken());
  }
}
