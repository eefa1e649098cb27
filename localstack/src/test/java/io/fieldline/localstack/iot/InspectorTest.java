// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static io.fieldline.localstack.iot.WaysBench.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.ssm.SsmClient;

/// What the inspector's page asks of the stack, and what it is refused.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class InspectorTest {
  private WaysBench bench;

  @BeforeAll
  void start() {
    bench = new WaysBench();
  }

  @AfterAll
  void close() {
    bench.close();
  }

  @Test
  void aMessageIsPublishedAgainAsFromWhomItCame() throws Exception {
    String url = bench.sqs.createQueue(q -> q.queueName("again")).queueUrl();
    bench.rule(
        "again", "SELECT *, clientid() AS c, principal() AS p FROM 'again/+'", bench.toQueue(url));
    try (MqttSocket device = bench.device("twice", "iot:Connect", "iot:Publish")) {
      device.publish("again/twice", "{\"n\":1}", 1);
    }
    JsonNode first = bench.way("again/twice", w -> !steps(w, "message").isEmpty());

    var again = bench.post("/_local/ways/" + first.path("id").asText() + "/again", "{}");

    assertThat(again.status()).isEqualTo(200);
    String id = again.body().path("id").asText();
    assertThat(id).isNotEqualTo(first.path("id").asText());
    JsonNode second =
        bench.way(
            "again/twice", w -> w.path("id").asText().equals(id) && !steps(w, "message").isEmpty());
    assertThat(second.path("device").asText()).isEqualTo("twice");
    assertThat(steps(second, "rule").getFirst().path("result"))
        .isEqualTo(steps(first, "rule").getFirst().path("result"));
    assertThat(steps(second, "rule").getFirst().path("result").asText())
        .contains("\"c\":\"twice\"");
  }

  /// A message that came by HTTPS is as whole as one by MQTT.
  @Test
  void aMessageThatCameByHttpsIsPublishedAgain() {
    String payload = "{\"n\":\"" + "x".repeat(1_000) + "\"}";
    try (var data = bench.iot.client(IotDataPlaneClient.builder())) {
      data.publish(p -> p.topic("https/again").qos(1).payload(SdkBytes.fromUtf8String(payload)));
    }
    JsonNode way = bench.way("iotdataplane:Publish", w -> !steps(w, "publish").isEmpty());

    assertThat(steps(way, "publish").getFirst().path("request").asText()).isEqualTo(payload);
    assertThat(bench.post("/_local/ways/" + way.path("id").asText() + "/again", "{}").status())
        .isEqualTo(200);
  }

  @Test
  void whatIsNoMessageOrWasCutIsNotPublishedAgain() throws Exception {
    bench.sqs.listQueues();
    JsonNode call = bench.way("sqs:ListQueues", _ -> true);
    var refused = bench.post("/_local/ways/" + call.path("id").asText() + "/again", "{}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().path("message").asText()).contains("expected", "sqs:ListQueues");

    try (MqttSocket device = bench.device("large", "iot:Connect", "iot:Publish")) {
      device.publish("large/one", "{\"n\":\"" + "x".repeat(9_000) + "\"}", 1);
    }
    JsonNode large = bench.way("large/one", _ -> true);
    assertThat(large.at("/steps/0/isCut").asBoolean()).isTrue();
    assertThat(bench.post("/_local/ways/" + large.path("id").asText() + "/again", "{}").status())
        .isEqualTo(409);
  }

  @Test
  void theClockGoesForwardOnly() {
    Instant before = Instant.parse(bench.get("/_local/clock").body().path("now").asText());

    var moved = bench.post("/_local/clock", "{\"by\":\"PT1H\"}");

    assertThat(moved.status()).isEqualTo(200);
    assertThat(Instant.parse(moved.body().path("now").asText()))
        .isAfterOrEqualTo(before.plus(Duration.ofHours(1)));
    assertThat(Duration.parse(moved.body().path("ahead").asText()))
        .isEqualTo(bench.iot.stack.clock().ahead());
    for (String wrong : new String[] {"-PT1M", "PT0S", "an hour", "P400D"}) {
      var refused = bench.post("/_local/clock", "{\"by\":\"" + wrong + "\"}");
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.body().path("message").asText()).contains("expected by").contains(wrong);
    }
  }

  private SqsClient impatient() {
    return bench.iot.client(
        SqsClient.builder()
            .overrideConfiguration(
                o -> o.retryStrategy(RetryMode.STANDARD).retryStrategy(s -> s.maxAttempts(1))),
        AwsBasicCredentials.create("test", "test"));
  }

  private String plan(String json) {
    var planned = bench.post("/_local/faults", json);
    assertThat(planned.status()).as(planned.body().toString()).isEqualTo(200);
    return planned.body().path("id").asText();
  }

  private int hits(String id) {
    for (JsonNode fault : bench.get("/_local/faults").body().path("faults")) {
      if (fault.path("id").asText().equals(id)) {
        return fault.path("hits").asInt();
      }
    }
    throw new AssertionError("there is no fault " + id);
  }

  @Test
  void aPlannedErrorHitsTheNthCallAndIsOnItsWay() {
    String id =
        plan(
            """
            {"service":"sqs","operation":"ListDeadLetterSourceQueues","nth":2,"fault":"error",
             "error":"ThrottlingException"}\
            """);
    String url = bench.sqs.createQueue(q -> q.queueName("nth")).queueUrl();
    try (SqsClient client = impatient()) {
      client.listDeadLetterSourceQueues(r -> r.queueUrl(url));
      assertThatThrownBy(() -> client.listDeadLetterSourceQueues(r -> r.queueUrl(url)))
          .isInstanceOf(SqsException.class)
          .hasMessageContaining("planned by the inspector: " + id);
      client.listDeadLetterSourceQueues(r -> r.queueUrl(url));
    }

    assertThat(hits(id)).isEqualTo(1);
    assertThat(bench.named("sqs:ListDeadLetterSourceQueues"))
        .extracting(w -> w.path("outcome").asText())
        .containsExactly("ok", "failed", "ok");
    assertThat(bench.delete("/_local/faults/" + id).status()).isEqualTo(200);
    assertThat(bench.delete("/_local/faults/" + id).status()).isEqualTo(404);
  }

  @Test
  void aPlannedDelayIsWaitedForAndADropIsNoAnswer() {
    String delay =
        plan(
            "{\"service\":\"sqs\",\"operation\":\"ListQueues\",\"fault\":\"delay\",\"delayMs\":300}");
    try (SqsClient client = impatient()) {
      long began = System.nanoTime();
      client.listQueues();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(300));
      bench.delete("/_local/faults/" + delay);

      String drop = plan("{\"service\":\"sqs\",\"operation\":\"ListQueues\",\"fault\":\"drop\"}");
      assertThatThrownBy(client::listQueues).isInstanceOf(SdkClientException.class);
      assertThat(hits(drop)).isEqualTo(1);
      bench.delete("/_local/faults/" + drop);
      client.listQueues();
    }
  }

  /// To a service of the stack a call without an answer is a server that fails: it tries again, and
  /// who called it is answered.
  @Test
  void aCallThatIsDroppedWithinTheStackLosesNothing() {
    String queue = bench.sqs.createQueue(q -> q.queueName("dropped")).queueUrl();
    try (var topics = bench.iot.client(SnsClient.builder())) {
      String topic = topics.createTopic(t -> t.name("dropped")).topicArn();
      bench.sqs.setQueueAttributes(set ->
          set.queueUrl(queue).attributes(Map.of(QueueAttributeName.POLICY, WaysBench.ANYBODY)));
      topics.subscribe(
          s -> s.topicArn(topic).protocol("sqs").endpoint(WaysBench.queueArn("dropped")));
      String drop =
          plan("{\"service\":\"sqs\",\"operation\":\"SendMessage\",\"nth\":1,\"fault\":\"drop\"}");

      assertThat(topics.publish(p -> p.topicArn(topic).message("kept")).messageId()).isNotEmpty();

      var received =
          bench.sqs.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20)).messages();
      assertThat(received).hasSize(1);
      assertThat(received.getFirst().body()).contains("kept");
      assertThat(hits(drop)).isEqualTo(1);
      bench.delete("/_local/faults/" + drop);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                                              | expected service
          {"service":"sqs"}                                               | expected fault: error, delay or drop, got none
          {"service":"sqs","fault":"burn"}                                | got burn
          {"service":"sqs","fault":"error"}                               | expected error
          {"service":"sqs","fault":"delay","delayMs":0}                   | expected delayMs from 1 to 300000, got 0
          {"service":"sqs","fault":"drop","nth":0}                        | expected nth from 1
          {"service":"sqs","fault":"drop","nth":1,"probability":0.5}      | expected nth or probability
          {"service":"sqs","fault":"drop","probability":2}                | expected probability above 0
          {"service":"sqs","fault":"drop","when":"now"}                   | expected no other members
          []                                                              | expected a JSON object
          {"service"                                                      | expected JSON
          """)
  void aFaultThatIsNoneIsRefused(String json, String why) {
    var refused = bench.post("/_local/faults", json);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body().path("message").asText()).contains(why);
    assertThat(bench.get("/_local/faults").body().path("faults")).isEmpty();
  }

  @Test
  void aPageFromElsewhereMayNeitherChangeNorLook() {
    var foreign =
        HttpRequest.newBuilder(bench.uri("/_local/clock"))
            .header("Content-Type", "application/json")
            .header("Origin", "https://elsewhere.example")
            .POST(HttpRequest.BodyPublishers.ofString("{\"by\":\"PT1H\"}"));
    assertThat(bench.send(foreign.build()).status()).isEqualTo(403);

    var form =
        HttpRequest.newBuilder(bench.uri("/_local/clock"))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{\"by\":\"PT1H\"}"));
    assertThat(bench.send(form.build()).status()).isEqualTo(403);

    var own =
        HttpRequest.newBuilder(bench.uri("/_local/clock"))
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Origin", "http://" + bench.uri("/").getAuthority())
            .POST(HttpRequest.BodyPublishers.ofString("{\"by\":\"PT1S\"}"));
    assertThat(bench.send(own.build()).status()).isEqualTo(200);
  }

  @Test
  void whatIsNotThereIsSaidToBeNotThere() {
    assertThat(bench.get("/_local/ways/1-00000000-000000000000000000000000").status())
        .isEqualTo(404);
    assertThat(bench.get("/_local/ways?since=yesterday").body().path("message").asText())
        .isEqualTo("expected since from 0 to 9223372036854775807, got yesterday");
    assertThat(bench.get("/_local/ways?limit=0").status()).isEqualTo(400);
    assertThat(bench.post("/_local/ways", "{}").status()).isEqualTo(405);
    assertThat(bench.get("/_local/inspector/none.js").status()).isEqualTo(404);
    assertThat(bench.get("/_local/inspector/%2e%2e/Inspector.class").status()).isEqualTo(404);
    assertThat(bench.get("/_local/inspector/Inspector.class").status()).isEqualTo(404);
  }

  @Test
  void aPublishThatNoPolicyAllowsIsRefusedOnItsOwnWay() throws Exception {
    try (MqttSocket device = bench.device("mute", "iot:Connect")) {
      device.publish("mute/one", "{}", 1);
    }

    JsonNode way = bench.way("mute/one", _ -> true);

    assertThat(way.path("outcome").asText()).isEqualTo("refused");
    assertThat(way.at("/steps/0/why").asText()).contains("iot:Publish");
    assertThat(way.at("/steps/0/decision/effect").asText()).isEqualTo("none");
  }

  @Test
  void aStepNamesTheStatementThatLetItBe() throws Exception {
    String url = bench.sqs.createQueue(q -> q.queueName("decided")).queueUrl();
    String mute = bench.iot.role("mute", "iot.amazonaws.com", IotBench.allow("iot:Publish"));
    bench.rule(
        "decided",
        "SELECT * FROM 'decided/+'",
        bench.toQueue(url),
        software.amazon.awssdk.services.iot.model.Action.builder()
            .sqs(s -> s.queueUrl(url).useBase64(false).roleArn(mute))
            .build());
    try (MqttSocket device = bench.device("decider", "iot:Connect", "iot:Publish")) {
      device.publish("decided/one", "{}", 1);
    }

    JsonNode way =
        bench.way(
            "decided/one",
            w ->
                steps(w, "action").stream().allMatch(s -> !s.path("ms").isNull())
                    && steps(w, "action").size() == 2);

    assertThat(way.at("/steps/0/decision/effect").asText()).isEqualTo("allow");
    assertThat(way.at("/steps/0/decision/statement/Action").toString()).contains("iot:Publish");
    assertThat(way.at("/steps/0/decision/policy").asText()).startsWith("p-");
    var sends =
        steps(way, "call").stream()
            .filter(s -> s.path("name").asText().equals("sqs:SendMessage"))
            .toList();
    assertThat(sends)
        .extracting(s -> s.path("outcome").asText() + " " + s.at("/decision/effect").asText())
        .containsExactlyInAnyOrder("ok allow", "refused none");
    JsonNode allowed =
        sends.stream()
            .filter(s -> s.path("outcome").asText().equals("ok"))
            .findFirst()
            .orElseThrow();
    assertThat(allowed.at("/decision/policy").asText()).isEqualTo("own");
    assertThat(allowed.at("/decision/statement/Action").toString()).contains("sqs:SendMessage");
    assertThat(sends.toString()).contains("AccessDenied: User: ");
  }

  /// Red is what failed: that something asked for is not there is an answer.
  @Test
  void whatIsNotFoundIsRedOnlyWhereItWasToBeChanged() {
    assertThatThrownBy(() -> bench.iot.iot.describeThing(t -> t.thingName("nobody")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> bench.iot.iot.updateThing(t -> t.thingName("nobody")))
        .isInstanceOf(ResourceNotFoundException.class);

    JsonNode asked = bench.way("iot:DescribeThing", _ -> true);
    assertThat(asked.path("outcome").asText()).isEqualTo("ok");
    assertThat(asked.at("/steps/0/why").asText()).startsWith("ResourceNotFoundException: ");
    assertThat(asked.path("device").asText()).isEqualTo("nobody");
    JsonNode changed = bench.way("iot:UpdateThing", _ -> true);
    assertThat(changed.path("outcome").asText()).isEqualTo("failed");
  }

  @Test
  void whatAServicesModelCallsSensitiveIsNotKept() {
    try (var ssm = bench.iot.client(SsmClient.builder())) {
      ssm.putParameter(p -> p.name("/secret").type("String").value("hush-hush"));
      ssm.getParameter(p -> p.name("/secret"));
    }

    JsonNode put = bench.way("ssm:PutParameter", _ -> true);
    assertThat(put.at("/steps/0/request").asText()).contains("\"Name\":\"/secret\"");
    assertThat(put.toString() + bench.way("ssm:GetParameter", _ -> true)).doesNotContain("hush");
  }
}
