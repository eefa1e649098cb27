// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.LocalStack;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// A rule that republishes to its own topic ends by itself, and says why.
@Timeout(60)
class RepublishLoopTest {
  private static final String ROLE = "arn:aws:iam::000000000000:role/rules";
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      """;
  private static final String MAY =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Action":["sqs:SendMessage","iot:Publish"],"Resource":"*"}]}
      """;

  private final LocalStack stack = LocalStack.start();

  private <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .build();
  }

  private static Action again() {
    return Action.builder().republish(r -> r.topic("round").qos(1).roleArn(ROLE)).build();
  }

  @Test
  void loopIsBrokenOffAndItsErrorActionNamesIt() {
    try (stack;
        var iam = client(IamClient.builder());
        var sqs = client(SqsClient.builder());
        var iot = client(IotClient.builder());
        var data = client(IotDataPlaneClient.builder())) {
      iam.createRole(r -> r.roleName("rules").assumeRolePolicyDocument(TRUST));
      iam.putRolePolicy(p -> p.roleName("rules").policyName("may").policyDocument(MAY));
      String errors = sqs.createQueue(q -> q.queueName("errors")).queueUrl();
      iot.createTopicRule(r ->
          r.ruleName("round")
              .topicRulePayload(p ->
                  p.sql("SELECT * FROM 'round'")
                      .actions(List.of(again()))
                      .errorAction(
                          e -> e.sqs(s -> s.queueUrl(errors).useBase64(false).roleArn(ROLE)))));

      // Answered once all that it caused is over.
      data.publish(p -> p.topic("round").qos(1).payload(SdkBytes.fromUtf8String("{\"a\":1}")));

      var told = sqs.receiveMessage(m -> m.queueUrl(errors).maxNumberOfMessages(10)).messages();
      assertThat(told).hasSize(1);
      assertThat(told.getFirst().body()).contains("loop of rules", "round");
    }
  }
}
