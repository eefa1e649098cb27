// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.LocalStack;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Tag;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// The tags of a stack are those of its resources, and change with them.
class StackTagsTest {
  private static final String TEMPLATE =
      """
      {"Resources":{
        "Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"q","Tags":[
          {"Key":"owner","Value":"the template"}]}},
        "Log":{"Type":"AWS::Logs::LogGroup","Properties":{"LogGroupName":"/l"}},
        "Table":{"Type":"AWS::DynamoDB::Table","Properties":{"TableName":"tab",
          "BillingMode":"PAY_PER_REQUEST",
          "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],
          "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}},
        "Role":{"Type":"AWS::IAM::Role","Properties":{"RoleName":"r",
          "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
            "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}}},
        "Alarm":{"Type":"AWS::CloudWatch::Alarm","Properties":{"AlarmName":"a","Namespace":"N",
          "MetricName":"m","Statistic":"Sum","Period":60,"EvaluationPeriods":1,"Threshold":0,
          "ComparisonOperator":"GreaterThanThreshold"}},
        "Policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"p","PolicyDocument":{
          "Version":"2012-10-17","Statement":[]}}}}}
      """;

  @Test
  void theTagsOfAStackAreItsResources() {
    try (var stack = LocalStack.start();
        var cloud = client(stack, CloudFormationClient.builder())) {
      cloud.createStack(r ->
          r.stackName("s").templateBody(TEMPLATE).tags(tag("stage", "dev"), tag("owner", "s")));

      assertThat(settled(cloud)).isEqualTo("CREATE_COMPLETE");
      assertThat(tags(stack))
          .isEqualTo(
              Map.of(
                  "queue", Map.of("stage", "dev", "owner", "the template"),
                  "log", Map.of("stage", "dev", "owner", "s"),
                  "table", Map.of("stage", "dev", "owner", "s"),
                  "role", Map.of("stage", "dev", "owner", "s"),
                  "alarm", Map.of("stage", "dev", "owner", "s")));

      cloud.updateStack(r -> r.stackName("s").templateBody(TEMPLATE).tags(tag("stage", "prod")));

      assertThat(settled(cloud)).isEqualTo("UPDATE_COMPLETE");
      assertThat(tags(stack))
          .isEqualTo(
              Map.of(
                  "queue", Map.of("stage", "prod", "owner", "the template"),
                  "log", Map.of("stage", "prod"),
                  "table", Map.of("stage", "prod"),
                  "role", Map.of("stage", "prod"),
                  "alarm", Map.of("stage", "prod")));
    }
  }

  private static Tag tag(String key, String value) {
    return Tag.builder().key(key).value(value).build();
  }

  private static Map<String, Map<String, String>> tags(LocalStack stack) {
    try (var sqs = client(stack, SqsClient.builder());
        var logs = client(stack, CloudWatchLogsClient.builder());
        var tables = client(stack, DynamoDbClient.builder());
        var iam = client(stack, IamClient.builder());
        var alarms = client(stack, CloudWatchClient.builder())) {
      return Map.of(
          "queue",
          sqs.listQueueTags(r -> r.queueUrl(stack.endpoint() + "/000000000000/q")).tags(),
          "log",
          logs.listTagsForResource(
                  r -> r.resourceArn("arn:aws:logs:us-east-1:000000000000:log-group:/l"))
              .tags(),
          "table",
          byKey(
              tables
                  .listTagsOfResource(
                      r -> r.resourceArn("arn:aws:dynamodb:us-east-1:000000000000:table/tab"))
                  .tags(),
              software.amazon.awssdk.services.dynamodb.model.Tag::key,
              software.amazon.awssdk.services.dynamodb.model.Tag::value),
          "role",
          byKey(
              iam.listRoleTags(r -> r.roleName("r")).tags(),
              software.amazon.awssdk.services.iam.model.Tag::key,
              software.amazon.awssdk.services.iam.model.Tag::value),
          "alarm",
          byKey(
              alarms
                  .listTagsForResource(
                      r -> r.resourceARN("arn:aws:cloudwatch:us-east-1:000000000000:alarm:a"))
                  .tags(),
              software.amazon.awssdk.services.cloudwatch.model.Tag::key,
              software.amazon.awssdk.services.cloudwatch.model.Tag::value));
    }
  }

  private static <T> Map<String, String> byKey(
      List<T> tags,
      java.util.function.Function<T, String> key,
      java.util.function.Function<T, String> value) {
    return tags.stream().collect(Collectors.toMap(key, value));
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      LocalStack stack, B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private static String settled(CloudFormationClient cloud) {
    var deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (true) {
      var status =
          cloud.describeStacks(r -> r.stackName("s")).stacks().getFirst().stackStatusAsString();
      if (!status.endsWith("IN_PROGRESS")) {
        return status;
      }
      assertThat(Instant.now()).as(status).isBefore(deadline);
      Thread.onSpinWait();
    }
  }
}
