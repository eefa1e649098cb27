// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sqs.model.UnsupportedOperationException;

/// Messages go back from a dead-letter queue to where they came from.
class RedriveTest {
  private static LocalStack stack;
  private static SqsClient sqs;

  private String name;
  private String queue;
  private String dead;
  private String deadArn;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    sqs = client(SqsClient.builder(), "test", "test");
  }

  @AfterAll
  static void stop() {
    sqs.close();
    stack.close();
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, String key, String secret) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  @BeforeEach
  void aQueueWithDeadLetters(TestInfo test) {
    name = test.getTestMethod().orElseThrow().getName();
    dead = sqs.createQueue(r -> r.queueName(name + "-dead")).queueUrl();
    deadArn = arn(dead);
    queue =
        sqs.createQueue(r ->
                r.queueName(name)
                    .attributes(
                        Map.of(
                            QueueAttributeName.REDRIVE_POLICY,
                            "{\"deadLetterTargetArn\":\"" + deadArn + "\",\"maxReceiveCount\":1}",
                            QueueAttributeName.VISIBILITY_TIMEOUT,
                            "0")))
            .queueUrl();
  }

  private static String arn(String url) {
    return sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
        .attributes()
        .get(QueueAttributeName.QUEUE_ARN);
  }

  private void deadLetters(int count) {
    IntStream.range(0, count)
        .forEach(i ->
            sqs.sendMessage(r ->
                r.queueUrl(queue)
                    .messageBody("m" + i)
                    .messageAttributes(
                        Map.of(
                            "n",
                            MessageAttributeValue.builder()
                                .dataType("Number")
                                .stringValue("" + i)
                                .build()))));
    while (visible(dead) < count) {
      sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10));
    }
  }

  private static int visible(String url) {
    return Integer.parseInt(
        sqs.getQueueAttributes(r ->
                r.queueUrl(url).attributeNames(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
            .attributes()
            .get(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
  }

  private static List<Message> receive(String url) {
    return sqs.receiveMessage(
            r -> r.queueUrl(url).maxNumberOfMessages(10).messageAttributeNames("All"))
        .messages();
  }

  private ListMessageMoveTasksResultEntry awaitEnd() {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    var task = newest();
    while (List.of("RUNNING", "CANCELLING").contains(task.status())) {
      assertThat(System.nanoTime()).as("%s", task).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
      task = newest();
    }
    return task;
  }

  private ListMessageMoveTasksResultEntry newest() {
    return sqs.listMessageMoveTasks(r -> r.sourceArn(deadArn)).results().getFirst();
  }

  @Test
  void eachGoesBackToItsQueueWithItsAttributes() {
    deadLetters(12);

    sqs.startMessageMoveTask(r -> r.sourceArn(deadArn));

    var task = awaitEnd();
    assertThat(task.status()).as("%s", task).isEqualTo("COMPLETED");
    assertThat(task.approximateNumberOfMessagesMoved()).isEqualTo(12);
    assertThat(task.taskHandle()).isNull();
    assertThat(visible(dead)).isZero();
    assertThat(visible(queue)).isEqualTo(12);
    assertThat(receive(queue))
        .allSatisfy(message ->
            assertThat("m" + message.messageAttributes().get("n").stringValue())
                .isEqualTo(message.body()));
  }

  @Test
  void aQueueThatIsNamedGetsThemAllAlsoThoseThatWereSentThereByHand() {
    sqs.sendMessage(r -> r.queueUrl(dead).messageBody("by hand"));

    sqs.startMessageMoveTask(r -> r.sourceArn(deadArn));
    var failed = awaitEnd();
    assertThat(failed.status()).isEqualTo("FAILED");
    assertThat(failed.failureReason()).isEqualTo("CouldNotDetermineMessageSource");

    String other = sqs.createQueue(r -> r.queueName(name + "-other")).queueUrl();
    stack.clock().advance(Duration.ofSeconds(30));
    sqs.startMessageMoveTask(r -> r.sourceArn(deadArn).destinationArn(arn(other)));
    assertThat(awaitEnd().status()).isEqualTo("COMPLETED");
    assertThat(receive(other)).extracting(Message::body).containsExactly("by hand");
    assertThat(sqs.listMessageMoveTasks(r -> r.sourceArn(deadArn).maxResults(10)).results())
        .hasSize(2);
  }

  @Test
  void oneAtATimeCanBeCancelledAndLeavesTheRest() {
    deadLetters(4);
    var handle =
        sqs.startMessageMoveTask(r -> r.sourceArn(deadArn).maxNumberOfMessagesPerSecond(1))
            .taskHandle();

    assertThatThrownBy(() -> sqs.startMessageMoveTask(r -> r.sourceArn(deadArn)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("already a task running");
    assertThat(newest().taskHandle()).isEqualTo(handle);
    assertThat(newest().approximateNumberOfMessagesToMove()).isEqualTo(4);
    sqs.cancelMessageMoveTask(r -> r.taskHandle(handle));

    assertThat(awaitEnd().status()).isEqualTo("CANCELLED");
    assertThat(visible(queue)).isLessThan(4);
    assertThatThrownBy(() -> sqs.cancelMessageMoveTask(r -> r.taskHandle(handle)))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void whatIsNoDeadLetterQueueIsRefused() {
    assertThatThrownBy(() -> sqs.startMessageMoveTask(r -> r.sourceArn(arn(queue))))
        .isInstanceOf(SqsException.class)
        .hasMessageContaining("must be configured as a Dead Letter Queue");
    assertThatThrownBy(() -> sqs.startMessageMoveTask(r -> r.sourceArn(deadArn + "-none")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(
            () -> sqs.startMessageMoveTask(r -> r.sourceArn(deadArn).destinationArn(deadArn + "x")))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("DestinationArn");
    assertThatThrownBy(() ->
            sqs.startMessageMoveTask(r -> r.sourceArn(deadArn).maxNumberOfMessagesPerSecond(501)))
        .hasMessageContaining("expected 1 to 500, got 501");
    assertThatThrownBy(() -> sqs.cancelMessageMoveTask(r -> r.taskHandle("none")))
        .hasMessageContaining("TaskHandle");
  }

  /// Who may start it and may not send where the messages are to go moves nothing.
  @Test
  void itMovesAsWhoeverStartedIt() {
    deadLetters(1);
    try (IamClient iam = client(IamClient.builder(), "test", "test")) {
      iam.createUser(r -> r.userName("redriver"));
      iam.putUserPolicy(r ->
          r.userName("redriver")
              .policyName("own")
              .policyDocument(
                  """
                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*","Action":[
                   "sqs:StartMessageMoveTask","sqs:ReceiveMessage","sqs:DeleteMessage"]}]}\
                  """));
      var key = iam.createAccessKey(r -> r.userName("redriver")).accessKey();
      try (SqsClient other =
          client(SqsClient.builder(), key.accessKeyId(), key.secretAccessKey())) {
        other.startMessageMoveTask(r -> r.sourceArn(deadArn));
        var task = awaitEnd();
        assertThat(task.status()).isEqualTo("FAILED");
        assertThat(task.failureReason()).contains("AccessDenied");
        assertThatThrownBy(() -> other.listMessageMoveTasks(r -> r.sourceArn(deadArn)))
            .hasMessageContaining("sqs:ListMessageMoveTasks");
      }
    }
    assertThat(visible(queue)).isZero();
  }
}
