// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static io.fieldline.localstack.lambda.LambdaBench.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.SnsClient;

/// A function that is subscribed to a topic.
class TopicEventTest {
  private static final String FUNCTION =
      "arn:aws:lambda:us-east-1:000000000000:function:subscribed";

  @Test
  void aFunctionGetsTheMessageOfItsTopic() throws Exception {
    try (var bench = new LambdaBench();
        var sns = bench.client(SnsClient.builder(), LambdaBench.OWNER)) {
      bench.deploy("subscribed", f -> {});
      String topic = sns.createTopic(r -> r.name("t")).topicArn();
      bench.lambda.addPermission(r ->
          r.functionName("subscribed")
              .statementId("sns")
              .action("lambda:InvokeFunction")
              .principal("sns.amazonaws.com")
              .sourceArn(topic));
      String subscription =
          sns.subscribe(r -> r.topicArn(topic).protocol("lambda").endpoint(FUNCTION))
              .subscriptionArn();

      String id = sns.publish(r -> r.topicArn(topic).message("21.5 °C")).messageId();

      String printed = eventually(() -> printed(bench), Optional::isPresent).orElseThrow();
      JsonNode event = new ObjectMapper().readTree(printed).path("Records").path(0);
      assertThat(event.path("EventSource").asText()).isEqualTo("aws:sns");
      assertThat(event.path("EventSubscriptionArn").asText()).isEqualTo(subscription);
      assertThat(event.path("Sns").path("MessageId").asText()).isEqualTo(id);
      assertThat(event.path("Sns").path("Message").asText()).isEqualTo("21.5 °C");
      assertThat(event.path("Sns").path("Subject").isNull()).isTrue();
      assertThat(event.path("Sns").path("SigningCertUrl").asText()).endsWith(".pem");
    }
  }

  private static Optional<String> printed(LambdaBench bench) {
    try {
      return bench.logLines("subscribed").stream().filter(l -> l.contains("aws:sns")).findFirst();
    } catch (ResourceNotFoundException notYet) {
      return Optional.empty();
    }
  }
}
