// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Await;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.TopicRulePayload;
import software.amazon.awssdk.services.sqs.model.Message;

/// What the topic rule of telemetry puts into a queue.
final class TelemetryQueue {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final FieldCloud cloud;
  private final String url;
  private final Set<Integer> numbers = new HashSet<>();

  TelemetryQueue(FieldCloud cloud) {
    this.cloud = cloud;
    this.url = cloud.aws.sqs().createQueue(create -> create.queueName("telemetry")).queueUrl();
    var iam = cloud.aws.client(IamClient.builder());
    String role =
        iam.createRole(create ->
                create
                    .roleName("telemetry")
                    .assumeRolePolicyDocument(
                        """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                        "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}
                        """))
            .role()
            .arn();
    iam.putRolePolicy(put ->
        put.roleName("telemetry")
            .policyName("send")
            .policyDocument(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage",
                "Resource":"*"}]}
                """));
    cloud.iot.createTopicRule(create ->
        create
            .ruleName("fieldline_dev_telemetry")
            .topicRulePayload(
                TopicRulePayload.builder()
                    .sql("SELECT * FROM 'fieldline/+/telemetry'")
                    .awsIotSqlVersion("2016-03-23")
                    .actions(Action.builder().sqs(sqs -> sqs.roleArn(role).queueUrl(url)).build())
                    .build()));
  }

  /// Waits until each of these numbers has come from that device.
  void awaitAll(String device, Set<Integer> wanted) {
    Await.until("all numbers", LIMIT, () -> missing(device, wanted), Set::isEmpty);
  }

  private Set<Integer> missing(String device, Set<Integer> wanted) throws JsonProcessingException {
    for (Message message :
        cloud
            .aws
            .sqs()
            .receiveMessage(
                receive -> receive.queueUrl(url).maxNumberOfMessages(10).visibilityTimeout(600))
            .messages()) {
      JsonNode batch = JSON.readTree(message.body());
      if (batch.path("device").asText().equals(device)) {
        for (JsonNode sensor : batch.path("sensors")) {
          sensor.path("rows").forEach(row -> numbers.add(row.path(1).asInt()));
        }
      }
    }
    var missing = new TreeSet<>(wanted);
    missing.removeAll(numbers);
    return missing;
  }
}
