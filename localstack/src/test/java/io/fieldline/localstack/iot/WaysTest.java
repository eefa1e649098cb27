// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static io.fieldline.localstack.iot.WaysBench.lines;
import static io.fieldline.localstack.iot.WaysBench.steps;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sqs.model.Message;

/// What becomes of a message, from the device to the last write, as the inspector tells it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class WaysTest {
  private WaysBench bench;

  @BeforeAll
  void start() {
    bench = new WaysBench();
    bench.forwarding();
    bench.mapping(1, true);
  }

  @AfterAll
  void close() {
    bench.close();
  }

  /// Also deleted from the queue that it came from.
  private static boolean isForwarded(JsonNode way) {
    return isDeleted(way)
        && steps(way, "message").stream().anyMatch(s -> s.path("name").asText().endsWith(" out"))
        && !way.path("outcome").asText().equals("running");
  }

  private static boolean isDeleted(JsonNode way) {
    return steps(way, "message").stream()
        .noneMatch(s -> s.path("name").asText().endsWith(" in") && s.path("ms").isNull());
  }

  @Test
  void aMessagesWayIsWhole() throws Exception {
    try (MqttSocket device = bench.device("pump", "iot:Connect", "iot:Publish")) {
      device.publish("way/pump", "{\"n\":1}", 1);
    }

    JsonNode way = bench.way("way/pump", WaysTest::isForwarded);

    assertThat(way.path("kind").asText()).isEqualTo("publish");
    assertThat(way.path("device").asText()).isEqualTo("pump");
    assertThat(way.path("outcome").asText()).isEqualTo("ok");
    assertThat(lines(way).stream().filter(l -> !l.contains("sts:") && !l.contains("logs:")))
        .map(l -> l.replaceFirst("^\\d+<\\S+ ", ""))
        .containsSubsequence(
            "device publish way/pump ok",
            "iot rule forwarding ok",
            "iot action SqsAction ok",
            "queue call sqs:SendMessage ok",
            "queue message message in in ok",
            "function invocation forward ok",
            "queue call sqs:SendMessage ok",
            "queue message message in out running");
    JsonNode rule = steps(way, "rule").getFirst();
    assertThat(rule.path("sql").asText()).contains("FROM 'way/+'");
    assertThat(rule.path("result").asText()).isEqualTo("{\"n\":1,\"device\":\"pump\"}");
    JsonNode message = steps(way, "message").getFirst();
    JsonNode invocation = steps(way, "invocation").getFirst();
    assertThat(invocation.path("parent").asInt()).isEqualTo(message.path("number").asInt());
    assertThat(invocation.path("request").asText()).startsWith("{\"Records\":[{\"messageId\":");
    assertThat(invocation.has("shared")).isFalse();
  }

  /// Every step but the first was led to by an earlier one.
  @Test
  void everyStepHasWhatLedToIt() throws Exception {
    try (MqttSocket device = bench.device("tree", "iot:Connect", "iot:Publish")) {
      device.publish("way/tree", "{\"n\":2}", 1);
    }

    JsonNode way = bench.way("way/tree", WaysTest::isForwarded);

    assertThat(way.path("steps"))
        .allSatisfy(step -> {
          int number = step.path("number").asInt();
          if (number == 1) {
            assertThat(step.path("parent").isNull()).isTrue();
          } else {
            assertThat(step.path("parent").asInt()).isBetween(1, number - 1);
          }
        });
  }

  @Test
  void twoMessagesAtOnceKeepApart() throws Exception {
    try (MqttSocket left = bench.device("left", "iot:Connect", "iot:Publish");
        MqttSocket right = bench.device("right", "iot:Connect", "iot:Publish")) {
      left.sendPublish("way/left", "{\"side\":\"left\"}", 1, b -> b);
      right.sendPublish("way/right", "{\"side\":\"right\"}", 1, b -> b);
      for (String side : List.of("left", "right")) {
        JsonNode way = bench.way("way/" + side, WaysTest::isForwarded);
        assertThat(steps(way, "invocation")).hasSize(1);
        assertThat(steps(way, "message"))
            .hasSize(2)
            .allSatisfy(m -> assertThat(m.path("request").asText()).contains(side));
      }
    }
  }

  /// The queue's own count of what was sent to it says the same.
  @Test
  void noWriteIsMissingAndNoneIsInvented() throws Exception {
    try (var own = new WaysBench()) {
      own.forwarding();
      own.mapping(1, true);
      try (MqttSocket device = own.device("many", "iot:Connect", "iot:Publish")) {
        for (int i = 0; i < 5; i++) {
          device.publish("way/many", "{\"i\":" + i + "}", 1);
        }
      }
      own.way("way/many", WaysTest::isForwarded);
      List<Message> there = new ArrayList<>();
      while (there.size() < 5) {
        there.addAll(
            own.sqs
                .receiveMessage(r ->
                    r.queueUrl(own.sqs.getQueueUrl(q -> q.queueName("out")).queueUrl())
                        .maxNumberOfMessages(10)
                        .waitTimeSeconds(5))
                .messages());
      }

      var written = new TreeSet<String>();
      for (JsonNode summary : own.named("way/many")) {
        JsonNode way = own.get("/_local/ways/" + summary.path("id").asText()).body();
        var out =
            steps(way, "message").stream()
                .filter(m -> m.path("name").asText().endsWith(" out"))
                .toList();
        assertThat(out).hasSize(1);
        written.add(out.getFirst().path("request").asText());
      }
      assertThat(there).hasSize(5);
      assertThat(written).isEqualTo(new TreeSet<>(there.stream().map(Message::body).toList()));
    }
  }

  @Test
  void aBatchOfTenIsTenWaysAndOneInvocation() throws Exception {
    try (var own = new WaysBench()) {
      own.forwarding();
      try (MqttSocket device = own.device("ten", "iot:Connect", "iot:Publish")) {
        for (int i = 0; i < 10; i++) {
          device.publish("way/ten", "{\"i\":" + i + "}", 1);
        }
      }
      own.mapping(10, true);

      JsonNode last = own.way("way/ten", WaysTest::isForwarded);

      List<JsonNode> ways = own.named("way/ten");
      assertThat(ways).hasSize(10);
      var all = new TreeSet<>(ways.stream().map(w -> w.path("id").asText()).toList());
      for (String id : all) {
        JsonNode way = own.get("/_local/ways/" + id).body();
        assertThat(steps(way, "invocation")).as(way.toPrettyString()).hasSize(1);
        JsonNode invocation = steps(way, "invocation").getFirst();
        var others = new TreeSet<>(all);
        others.remove(id);
        var shared = new TreeSet<String>();
        invocation.path("shared").forEach(s -> shared.add(s.asText()));
        assertThat(shared).isEqualTo(others);
        assertThat(invocation.path("resource"))
            .isEqualTo(steps(last, "invocation").getFirst().path("resource"));
        // One of its own into the first queue, and those that the invocation sent.
        assertThat(steps(way, "message")).hasSize(11);
      }
    }
  }

  @Test
  void aFunctionThatDiesIsRedAndTheNextDeliveryGoesOn() throws Exception {
    try (var own = new WaysBench();
        MqttSocket device = own.device("crash", "iot:Connect", "iot:Publish")) {
      own.forwarding();
      own.sqs.setQueueAttributes(q ->
          q.queueUrl(own.sqs.getQueueUrl(u -> u.queueName("in")).queueUrl())
              .attributesWithStrings(java.util.Map.of("VisibilityTimeout", "10")));
      own.mapping(1, true);
      device.publish("way/crash", "{\"n\":\"die\"}", 1);
      JsonNode died =
          own.way(
              "way/crash",
              w ->
                  steps(w, "invocation").stream()
                      .anyMatch(s -> s.path("outcome").asText().equals("failed")));
      assertThat(died.path("outcome").asText()).isEqualTo("failed");
      assertThat(steps(died, "invocation").getFirst().path("why").asText())
          .contains("Runtime.ExitError")
          .contains("signal: killed");
      own.post("/_local/clock", "{\"by\":\"PT11S\"}");

      JsonNode way =
          own.way(
              "way/crash",
              w ->
                  steps(w, "invocation").size() == 2
                      && steps(w, "invocation").stream().noneMatch(s -> s.path("ms").isNull())
                      && isForwarded(w));

      assertThat(steps(way, "invocation"))
          .extracting(s -> s.path("outcome").asText())
          .containsExactly("failed", "ok");
      assertThat(isForwarded(way)).isTrue();
      assertThat(way.path("outcome").asText()).isEqualTo("failed");
    }
  }

  @Test
  void whatARuleRepublishesAndAShadowTellsIsOnTheWay() throws Exception {
    bench.rule(
        "copying",
        "SELECT * FROM 'copy/in'",
        Action.builder()
            .republish(r -> r.topic("copy/out").qos(1).roleArn(bench.ruleRole))
            .build());
    try (MqttSocket device =
        bench.device("copier", "iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive")) {
      device.subscribe("copy/out", 1);
      device.publish("copy/in", "{\"n\":1}", 1);
      assertThat(device.receive()).isEqualTo("copy/out={\"n\":1}");

      JsonNode way = bench.way("copy/in", w -> !steps(w, "delivery").isEmpty());
      assertThat(lines(way).stream().map(l -> l.replaceFirst("^\\d+<\\S+ ", "")))
          .containsSubsequence(
              "device publish copy/in ok",
              "iot rule copying ok",
              "iot action RepublishAction ok",
              "iot call iotdataplane:Publish ok",
              "iot publish copy/out ok",
              "device delivery copier ok");

      String shadow = "$aws/things/copier/shadow/update";
      device.subscribe(shadow + "/delta", 1);
      device.publish(shadow, "{\"state\":{\"desired\":{\"lamp\":true}}}", 1);
      device.receivePublish();
      JsonNode told = bench.way(shadow, w -> !steps(w, "delivery").isEmpty());
      assertThat(lines(told).stream().map(l -> l.replaceFirst("^\\d+<\\S+ ", "")))
          .contains("shadow call update shadow ok", "iot publish " + shadow + "/delta ok");
    }
  }

  @Test
  void aRetainedMessageReachesWhoSubscribesLater() throws Exception {
    try (MqttSocket device =
        bench.device(
            "keeper",
            "iot:Connect",
            "iot:Publish",
            "iot:RetainPublish",
            "iot:Subscribe",
            "iot:Receive")) {
      device.publish("kept/one", "{\"n\":1}", 1, p -> p.retained(true));
      assertThat(steps(bench.way("kept/one", _ -> true), "delivery")).isEmpty();

      device.subscribe("kept/one", 1);
      device.receive();

      JsonNode way = bench.way("kept/one", w -> !steps(w, "delivery").isEmpty());
      assertThat(steps(way, "delivery").getFirst().path("name").asText()).isEqualTo("keeper");
    }
  }

  @Test
  void anErrorActionIsOnTheWayOfWhatFailed() {
    String lost = bench.sqs.createQueue(q -> q.queueName("lost")).queueUrl();
    bench.iot.iot.createTopicRule(r ->
        r.ruleName("failing")
            .topicRulePayload(p ->
                p.sql("SELECT * FROM 'fail/in'")
                    .actions(
                        Action.builder()
                            .sqs(s ->
                                s.queueUrl("https://sqs/000000000000/none")
                                    .useBase64(false)
                                    .roleArn(bench.ruleRole))
                            .build())
                    .errorAction(bench.toQueue(lost))));
    try (var data = bench.iot.client(IotDataPlaneClient.builder())) {
      data.publish(p -> p.topic("fail/in").qos(1).payload(SdkBytes.fromUtf8String("{}")));
    }

    JsonNode way =
        bench.way(
            "iotdataplane:Publish",
            w -> w.toString().contains("error action") && !steps(w, "message").isEmpty());

    assertThat(way.path("outcome").asText()).isEqualTo("failed");
    assertThat(steps(way, "action"))
        .extracting(s -> s.path("name").asText() + " " + s.path("outcome").asText())
        .containsExactly("SqsAction failed", "error action SqsAction ok");
    assertThat(steps(way, "action").getFirst().path("why").asText()).contains("QueueDoesNotExist");
  }
}
