// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.Datapoint;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What AWS charges for is counted under AWS's names of metrics, whether anybody asked for it.
@SuppressWarnings("unchecked") // the SDK takes arrays of generic consumers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsumedMetricsTest {
  private static final int KILOBYTE = 1024;

  private final LocalStack stack = LocalStack.start();
  private final CloudWatchClient cloudwatch = client(CloudWatchClient.builder());
  private final DynamoDbClient tables = client(DynamoDbClient.builder());
  private final SqsClient sqs = client(SqsClient.builder());
  private final CloudWatchLogsClient logs = client(CloudWatchLogsClient.builder());

  private <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C client(B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  @AfterAll
  void stop() {
    cloudwatch.close();
    tables.close();
    sqs.close();
    logs.close();
    stack.close();
  }

  private void table(String name) {
    tables.createTable(r ->
        r.tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(k -> k.attributeName("pk").keyType(KeyType.HASH))
            .attributeDefinitions(a -> a.attributeName("pk").attributeType(ScalarAttributeType.S)));
  }

  private static Map<String, AttributeValue> item(String key, int bytes) {
    return Map.of("pk", AttributeValue.fromS(key), "text", AttributeValue.fromS("x".repeat(bytes)));
  }

  private void put(String table, String key, int bytes) {
    tables.putItem(r -> r.tableName(table).item(item(key, bytes)));
  }

  /// Source: DynamoDB Developer Guide, "DynamoDB read and write operations": a unit for each begun
  /// kilobyte, of the larger of both for one that is replaced; twice as many in a transaction; also
  /// where a condition does not hold.
  @Test
  void writesOfEachKindConsumeWhatAwsSays() {
    table("written");
    put("written", "a", 10);
    put("written", "b", 3 * KILOBYTE);
    put("written", "b", 10);
    assertThatThrownBy(() ->
            tables.updateItem(r ->
                r.tableName("written")
                    .key(Map.of("pk", AttributeValue.fromS("a")))
                    .updateExpression("SET n = n")
                    .conditionExpression("attribute_not_exists(pk)")))
        .isInstanceOf(ConditionalCheckFailedException.class);
    tables.transactWriteItems(
        r -> r.transactItems(t -> t.put(p -> p.tableName("written").item(item("c", 10)))));
    assertThatThrownBy(() ->
            tables.transactWriteItems(r ->
                r.transactItems(t ->
                    t.put(p ->
                        p.tableName("written")
                            .item(item("c", 10))
                            .conditionExpression("attribute_not_exists(pk)")))))
        .isInstanceOf(TransactionCanceledException.class);
    tables.batchWriteItem(r ->
        r.requestItems(
            Map.of(
                "written",
                List.of(
                    WriteRequest.builder().putRequest(p -> p.item(item("d", KILOBYTE))).build()))));

    sum("AWS/DynamoDB", "ConsumedWriteCapacityUnits", "TableName", "written")
        .is(1 + 4 + 4 + 1 + 2 + 2 + 2);
  }

  @Test
  void readsConsumeHalfUnitsUnlessTheyAreConsistent() {
    table("read");
    put("read", "a", 5 * KILOBYTE);
    var key = Map.of("pk", AttributeValue.fromS("a"));
    tables.getItem(r -> r.tableName("read").key(key));
    tables.getItem(r -> r.tableName("read").key(key).consistentRead(true));
    tables.getItem(r -> r.tableName("read").key(Map.of("pk", AttributeValue.fromS("none"))));
    tables.query(r ->
        r.tableName("read")
            .keyConditionExpression("pk = :pk")
            .expressionAttributeValues(Map.of(":pk", AttributeValue.fromS("a"))));

    sum("AWS/DynamoDB", "ConsumedReadCapacityUnits", "TableName", "read").is(1 + 2 + 0.5 + 1);
  }

  @Test
  void receivesThatBroughtNothingAreCounted() throws IOException {
    var url = sqs.createQueue(r -> r.queueName("empty")).queueUrl();
    sqs.receiveMessage(r -> r.queueUrl(url));
    sqs.sendMessage(r -> r.queueUrl(url).messageBody("x"));
    sqs.receiveMessage(r -> r.queueUrl(url));
    sqs.receiveMessage(r -> r.queueUrl(url));

    sum("AWS/SQS", "NumberOfEmptyReceives", "QueueName", "empty").is(2);
    sum("AWS/SQS", "NumberOfMessagesReceived", "QueueName", "empty").is(1);
    assertThat(called())
        .contains(
            "sqs:ReceiveMessage empty\t3\n",
            "sqs:SendMessage empty\t1\n",
            "sqs:CreateQueue empty\t1\n");
  }

  @Test
  void whatALogGroupTakesInIsCounted() {
    logs.createLogGroup(r -> r.logGroupName("/counted"));
    logs.createLogStream(r -> r.logGroupName("/counted").logStreamName("1"));
    long now = stack.clock().instant().toEpochMilli();
    logs.putLogEvents(r ->
        r.logGroupName("/counted")
            .logStreamName("1")
            .logEvents(e -> e.timestamp(now).message("12345"), e -> e.timestamp(now).message("ä")));

    sum("AWS/Logs", "IncomingBytes", "LogGroupName", "/counted").is(7);
    sum("AWS/Logs", "IncomingLogEvents", "LogGroupName", "/counted").is(2);
  }

  private String called() throws IOException {
    try (var answer = stack.endpoint().resolve("/_local/calls").toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Sum sum(String namespace, String metric, String dimension, String value) {
    return new Sum(namespace, metric, dimension, value);
  }

  private final class Sum {
    private final String namespace;
    private final String metric;
    private final String dimension;
    private final String value;

    private Sum(String namespace, String metric, String dimension, String value) {
      this.namespace = namespace;
      this.metric = metric;
      this.dimension = dimension;
      this.value = value;
    }

    /// Metrics are kept once a second.
    private void is(double expected) {
      var deadline = Instant.now().plus(Duration.ofSeconds(20));
      double found = now();
      while (found < expected && Instant.now().isBefore(deadline)) {
        Thread.onSpinWait();
        found = now();
      }
      assertThat(found).as(metric).isEqualTo(expected);
    }

    private double now() {
      var at = stack.clock().instant();
      return cloudwatch
          .getMetricStatistics(r ->
              r.namespace(namespace)
                  .metricName(metric)
                  .dimensions(d -> d.name(dimension).value(value))
                  .startTime(at.minus(Duration.ofMinutes(10)))
                  .endTime(at.plus(Duration.ofMinutes(10)))
                  .period(60)
                  .statistics(Statistic.SUM))
          .datapoints()
          .stream()
          .mapToDouble(Datapoint::sum)
          .sum();
    }
  }
}
