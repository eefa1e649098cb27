// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// A stack with topics and queues, used as a developer would.
final class SnsBench implements AutoCloseable {
  static final AwsCredentials OWNER = AwsBasicCredentials.create("test", "test");

  final LocalStack stack;
  final SnsClient sns;
  final SqsClient sqs;

  /// In a stack that keeps nothing.
  SnsBench() {
    this(LocalStack.start());
  }

  /// In a stack that has what it has.
  SnsBench(LocalStack stack) {
    this.stack = stack;
    sns = client(SnsClient.builder(), OWNER);
    sqs = client(SqsClient.builder(), OWNER);
  }

  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, AwsCredentials credentials) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  String topic(String name) {
    return sns.createTopic(r -> r.name(name)).topicArn();
  }

  static String topicArn(String name) {
    return "arn:aws:sns:us-east-1:000000000000:" + name;
  }

  static String queueArn(String name) {
    return "arn:aws:sqs:us-east-1:000000000000:" + name;
  }

  /// A queue that takes messages of the topic.
  String queue(String name, String topic) {
    String policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"%s",
        "Condition":{"ArnEquals":{"aws:SourceArn":"%s"}}}]}\
        """
            .formatted(queueArn(name), topic);
    return sqs.createQueue(
            r -> r.queueName(name).attributes(Map.of(QueueAttributeName.POLICY, policy)))
        .queueUrl();
  }

  String subscribe(String topic, String queue, Map<String, String> attributes) {
    return sns.subscribe(
            r -> r.topicArn(topic).protocol("sqs").endpoint(queueArn(queue)).attributes(attributes))
        .subscriptionArn();
  }

  List<Message> receive(String url) {
    return sqs.receiveMessage(
            r -> r.queueUrl(url).maxNumberOfMessages(10).messageAttributeNames("All"))
        .messages();
  }

  /// The text of the one message that waits in the queue.
  String only(String url) {
    List<Message> messages = receive(url);
    if (messages.size() != 1) {
      throw new AssertionError("expected one message, got " + messages);
    }
    return messages.getFirst().body();
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  /// What is looked at, once it is as wanted; fails after twenty seconds.
  static <T> T eventually(Supplier<T> look, Predicate<T> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    T seen = look.get();
    while (!wanted.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not as wanted within 20 s: " + seen);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      seen = look.get();
    }
    return seen;
  }

  @Override
  public void close() {
    sns.close();
    sqs.close();
    stack.close();
  }
}
