// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.MessageFormat;
import software.amazon.awssdk.services.sns.model.CreateTopicRequest;
import software.amazon.awssdk.services.sns.model.CreateTopicResponse;
import software.amazon.awssdk.services.sns.model.SubscribeRequest;
import software.amazon.awssdk.services.sns.model.SubscribeResponse;

/// Rules that publish to a topic, which tells a queue.
class SnsActionTest {
  private static final String TOPIC = "arn:aws:sns:us-east-1:000000000000:warm";

  private static void topic(ServicesBench bench) {
    bench.call(CreateTopicRequest.builder().name("warm").build(), CreateTopicResponse.class);
    bench.call(
        SubscribeRequest.builder()
            .topicArn(TOPIC)
            .protocol("sqs")
            .endpoint("arn:aws:sqs:us-east-1:000000000000:told")
            .attributes(Map.of("RawMessageDelivery", "true"))
            .build(),
        SubscribeResponse.class);
  }

  private static Action sns(String target, MessageFormat format) {
    return Action.builder()
        .sns(s -> s.targetArn(target).messageFormat(format).roleArn(ServicesBench.ROLE))
        .build();
  }

  private static Action sqs(String queueUrl) {
    return Action.builder()
        .sqs(s -> s.queueUrl(queueUrl).useBase64(false).roleArn(ServicesBench.ROLE))
        .build();
  }

  @Test
  void aTopicsQueueGetsTheResultOfTheRule() throws Exception {
    try (var bench = new ServicesBench("sns:Publish")) {
      String told = bench.queue("told");
      topic(bench);
      bench.rule(
          "warm",
          p ->
              p.sql("SELECT t FROM 'a/+' WHERE t > 20")
                  .actions(
                      sns("arn:aws:sns:us-east-1:000000000000:${topic(2)}", MessageFormat.RAW)));

      bench.publish("a/warm", "{\"t\":21}");
      bench.publish("a/warm", "{\"t\":3}");

      assertThat(bench.bodies(told)).containsExactly("{\"t\":21}");
      assertThat(bench.engine.counts("warm").failed()).isZero();
    }
  }

  @Test
  void inFormatJsonTheResultHasATextForEachProtocol() throws Exception {
    try (var bench = new ServicesBench("sns:Publish")) {
      String told = bench.queue("told");
      topic(bench);
      bench.rule(
          "warm",
          p ->
              p.sql("SELECT 'for all' AS default, concat('t is ', t) AS sqs FROM 'a'")
                  .actions(sns(TOPIC, MessageFormat.JSON)));

      bench.publish("a", "{\"t\":21}");

      assertThat(bench.bodies(told)).containsExactly("t is 21");
    }
  }

  @Test
  void withoutPermissionTheErrorActionTellsSoAndTheRuleCountsIt() throws Exception {
    try (var bench = new ServicesBench("sqs:SendMessage")) {
      String told = bench.queue("told");
      String errors = bench.queue("errors");
      topic(bench);
      bench.rule(
          "warm",
          p ->
              p.sql("SELECT * FROM 'a'")
                  .actions(sns(TOPIC, MessageFormat.RAW))
                  .errorAction(sqs(errors)));

      bench.publish("a", "{\"t\":21}");

      assertThat(bench.bodies(told)).isEmpty();
      JsonNode error = new ObjectMapper().readTree(bench.bodies(errors).getFirst());
      assertThat(error.path("ruleName").asText()).isEqualTo("warm");
      assertThat(error.path("topic").asText()).isEqualTo("a");
      assertThat(error.path("clientId").asText()).isEqualTo("dev1");
      assertThat(Base64.getDecoder().decode(error.path("base64OriginalPayload").asText()))
          .isEqualTo("{\"t\":21}".getBytes(StandardCharsets.UTF_8));
      JsonNode failure = error.path("failures").path(0);
      assertThat(failure.path("failedAction").asText()).isEqualTo("SnsAction");
      assertThat(failure.path("failedResource").asText()).isEqualTo(TOPIC);
      assertThat(failure.path("errorMessage").asText())
          .contains("assumed-role/rules", "sns:Publish", TOPIC);
      assertThat(bench.engine.counts("warm").failed()).isEqualTo(1);
      assertThat(bench.engine.counts("warm").errorActionFailed()).isZero();
    }
  }

  @Test
  void aTopicThatIsNotThereIsAFailureThatNamesIt() throws Exception {
    try (var bench = new ServicesBench("sns:Publish", "sqs:SendMessage")) {
      String errors = bench.queue("errors");
      bench.rule(
          "warm",
          p ->
              p.sql("SELECT * FROM 'a'")
                  .actions(sns(TOPIC, MessageFormat.RAW))
                  .errorAction(sqs(errors)));

      bench.publish("a", "{}");

      assertThat(bench.bodies(errors).getFirst()).contains(TOPIC, "Topic does not exist");
    }
  }

  @Test
  void aFifoTopicIsRefused() {
    try (var bench = new ServicesBench("sns:Publish")) {
      assertThatThrownBy(() ->
              bench.rule(
                  "warm",
                  p -> p.sql("SELECT * FROM 'a'").actions(sns(TOPIC + ".fifo", MessageFormat.RAW))))
          .hasMessageContaining("sns: FIFO topics are not supported by rule actions");
    }
  }
}
