// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

class SqsTest {
  private static LocalStack stack;
  private static SqsClient sqs;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    sqs =
        SqsClient.builder()
            .endpointOverride(stack.endpoint())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .httpClient(UrlConnectionHttpClient.create())
            .build();
  }

  @AfterAll
  static void stop() {
    sqs.close();
    stack.close();
  }

  private static String queue(String name, Map<QueueAttributeName, String> attributes) {
    return sqs.createQueue(r -> r.queueName(name).attributes(attributes)).queueUrl();
  }

  private static List<Message> receive(String url) {
    return sqs.receiveMessage(r ->
            r.queueUrl(url)
                .maxNumberOfMessages(10)
                .messageAttributeNames("All")
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  @Test
  void aMessageComesWithItsAttributesAndIsGoneOnceDeleted() {
    String url = queue("whole", Map.of());
    sqs.sendMessage(r ->
        r.queueUrl(url)
            .messageBody("21.5 °C")
            .messageAttributes(
                Map.of(
                    "unit",
                    MessageAttributeValue.builder().dataType("String").stringValue("C").build(),
                    "raw",
                    MessageAttributeValue.builder()
                        .dataType("Binary")
                        .binaryValue(SdkBytes.fromByteArray(new byte[] {1, 2}))
                        .build())));

    Message message = receive(url).getFirst();

    assertThat(message.body()).isEqualTo("21.5 °C");
    assertThat(message.messageAttributes()).containsOnlyKeys("unit", "raw");
    assertThat(message.attributes())
        .containsEntry(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1");
    assertThat(url).isEqualTo(stack.endpoint() + "/000000000000/whole");
    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(message.receiptHandle()));
    stack.clock().advance(Duration.ofSeconds(31));
    assertThat(receive(url)).isEmpty();
  }

  @Test
  void aMessageIsInvisibleUntilItsTimeoutThenComesAgain() {
    String url = queue("hidden", Map.of());
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("m"));
    Message first = receive(url).getFirst();

    assertThat(receive(url)).isEmpty();
    sqs.changeMessageVisibility(
        r -> r.queueUrl(url).receiptHandle(first.receiptHandle()).visibilityTimeout(0));
    Message again = receive(url).getFirst();

    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(again.receiptHandle()).isNotEqualTo(first.receiptHandle());
  }

  @Test
  void aWaitingReceiverGetsAMessageAsSoonAsItIsSent() {
    String url = queue("waiting", Map.of());
    var received =
        CompletableFuture.supplyAsync(
            () -> sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(20)).messages());

    sqs.sendMessage(r -> r.queueUrl(url).messageBody("m"));

    assertThat(received)
        .succeedsWithin(Duration.ofSeconds(10))
        .satisfies(messages -> assertThat(messages).hasSize(1));
  }

  @Test
  void aMessageReceivedTooOftenGoesToTheDeadLetterQueue() {
    String dead = queue("dead", Map.of());
    String arn = "arn:aws:sqs:us-east-1:000000000000:dead";
    String url =
        queue(
            "fragile",
            Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"" + arn + "\",\"maxReceiveCount\":\"2\"}",
                QueueAttributeName.VISIBILITY_TIMEOUT,
                "0"));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("poison"));

    assertThat(receive(url)).hasSize(1);
    assertThat(receive(url)).hasSize(1);
    assertThat(receive(url)).isEmpty();

    assertThat(receive(dead))
        .singleElement()
        .satisfies(m ->
            assertThat(m.attributes().get(MessageSystemAttributeName.DEAD_LETTER_QUEUE_SOURCE_ARN))
                .endsWith(":fragile"));
    assertThat(sqs.listDeadLetterSourceQueues(r -> r.queueUrl(dead)).queueUrls())
        .containsExactly(url);
  }

  @Test
  void aDelayedMessageComesWhenTheClockReachesItAndAnOldOneNoMore() {
    String url = queue("later", Map.of(QueueAttributeName.MESSAGE_RETENTION_PERIOD, "600"));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("m").delaySeconds(300));
    assertThat(receive(url)).isEmpty();

    stack.clock().advance(Duration.ofSeconds(300));
    assertThat(receive(url)).hasSize(1);

    stack.clock().advance(Duration.ofSeconds(300));
    assertThat(receive(url)).isEmpty();
  }

  @Test
  void aBatchTellsEachEntrysFate() {
    String url = queue("batch", Map.of());
    var sent =
        sqs.sendMessageBatch(r ->
            r.queueUrl(url)
                .entries(
                    SendMessageBatchRequestEntry.builder().id("a").messageBody("1").build(),
                    SendMessageBatchRequestEntry.builder().id("b").messageBody("").build()));

    assertThat(sent.successful()).singleElement().satisfies(s -> assertThat(s.id()).isEqualTo("a"));
    assertThat(sent.failed())
        .singleElement()
        .satisfies(f -> assertThat(f.code()).isEqualTo("MissingParameter"));
    assertThat(
            sqs.getQueueAttributes(r -> r.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributes())
        .containsEntry(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES, "1")
        .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "30");
  }

  @Test
  void whatIsWrongIsRefusedInSqssWords() {
    String url = queue("strict", Map.of());

    assertThatThrownBy(() -> sqs.getQueueUrl(r -> r.queueName("nowhere")))
        .isInstanceOf(QueueDoesNotExistException.class);
    assertThatThrownBy(() -> queue("strict", Map.of(QueueAttributeName.DELAY_SECONDS, "5")))
        .isInstanceOf(QueueNameExistsException.class);
    assertThatThrownBy(() -> sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle("none")))
        .isInstanceOf(ReceiptHandleIsInvalidException.class);
    assertThatThrownBy(() -> queue("orders.fifo", Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
        .isInstanceOf(SqsException.class)
        .hasMessageContaining("FIFO");
    assertThatThrownBy(() -> queue("slow", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "50000")))
        .hasMessageContaining("0 to 43200");
  }

  @Test
  void aDeletedQueueIsGoneAndItsNameFree() {
    String url = queue("brief", Map.of());
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("m"));
    sqs.deleteQueue(r -> r.queueUrl(url));

    assertThatThrownBy(() -> receive(url)).isInstanceOf(QueueDoesNotExistException.class);
    assertThat(receive(queue("brief", Map.of()))).isEmpty();
  }
}
