// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ValidationException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/// Schedules at the stack's clock, which the test moves.
class SchedulerTest {
  private static final String FUNCTION =
      "arn:aws:lambda:us-east-1:000000000000:function:nobody-made-it";
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Principal":{"Service":"scheduler.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      """;

  private final LocalStack stack = LocalStack.start();
  private final SchedulerClient scheduler = with(SchedulerClient.builder());
  private final SqsClient sqs = with(SqsClient.builder());
  private final IamClient iam = with(IamClient.builder());

  private <C, B extends AwsClientBuilder<B, C>> C with(B builder) {
    URI endpoint = stack.endpoint();
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .build();
  }

  @AfterEach
  void close() {
    scheduler.close();
    sqs.close();
    iam.close();
    stack.close();
  }

  @Test
  void whatMayNotBeInvokedIsADeadLetterAtOnce() {
    String queue = sqs.createQueue(create -> create.queueName("dead")).queueUrl();
    String role = role("sqs:SendMessage");

    schedule("rate(1 minute)", role);
    stack.clock().advance(Duration.ofSeconds(61));

    Message letter =
        sqs.receiveMessage(
                receive -> receive.queueUrl(queue).waitTimeSeconds(10).messageAttributeNames("All"))
            .messages()
            .getFirst();
    assertThat(letter.body()).isEqualTo("{\"due\":true}");
    assertThat(attribute(letter, "ERROR_CODE")).isEqualTo("AccessDeniedException");
    assertThat(attribute(letter, "ERROR_MESSAGE")).contains("lambda:InvokeFunction", "nobody-made");
    assertThat(attribute(letter, "RETRY_ATTEMPTS")).isEqualTo("0");
    assertThat(attribute(letter, "TARGET_ARN")).isEqualTo(FUNCTION);
  }

  @Test
  void aTargetThatIsNotThereIsNamedInTheDeadLetter() {
    String queue = sqs.createQueue(create -> create.queueName("dead")).queueUrl();

    schedule("rate(1 hour)", role("sqs:SendMessage\",\"lambda:InvokeFunction"));
    stack.clock().advance(Duration.ofMinutes(61));

    Message letter =
        sqs.receiveMessage(
                receive -> receive.queueUrl(queue).waitTimeSeconds(10).messageAttributeNames("All"))
            .messages()
            .getFirst();
    assertThat(attribute(letter, "ERROR_CODE")).isEqualTo("ResourceNotFoundException");
  }

  @Test
  void anExpressionThatIsNotOfferedIsRefusedByName() {
    String role = role("sqs:SendMessage");

    assertThatThrownBy(() -> schedule("cron(0 12 * * ? *)", role))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining("cron(0 12 * * ? *)")
        .hasMessageContaining("rate(n minutes|hours|days)");
  }

  private String role(String actions) {
    iam.createRole(role -> role.roleName("clock").assumeRolePolicyDocument(TRUST));
    iam.putRolePolicy(put ->
        put.roleName("clock")
            .policyName("p")
            .policyDocument(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\""
                    + actions
                    + "\"],\"Resource\":\"*\"}]}"));
    return "arn:aws:iam::000000000000:role/clock";
  }

  private void schedule(String expression, String role) {
    scheduler.createSchedule(create ->
        create
            .name("tick")
            .scheduleExpression(expression)
            .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
            .target(target ->
                target
                    .arn(FUNCTION)
                    .roleArn(role)
                    .input("{\"due\":true}")
                    .deadLetterConfig(
                        dead -> dead.arn("arn:aws:sqs:us-east-1:000000000000:dead"))));
  }

  private static String attribute(Message message, String name) {
    return message.messageAttributes().get(name).stringValue();
  }
}
