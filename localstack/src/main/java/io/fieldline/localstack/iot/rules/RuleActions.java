// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.RuleStatement;
import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.iot.rules.SqsAction.Encoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.CannedAccessControlList;
import software.amazon.awssdk.services.iot.model.CloudwatchAlarmAction;
import software.amazon.awssdk.services.iot.model.CloudwatchLogsAction;
import software.amazon.awssdk.services.iot.model.CloudwatchMetricAction;
import software.amazon.awssdk.services.iot.model.DynamoDBAction;
import software.amazon.awssdk.services.iot.model.DynamoDBv2Action;
import software.amazon.awssdk.services.iot.model.DynamoKeyType;
import software.amazon.awssdk.services.iot.model.MessageFormat;
import software.amazon.awssdk.services.iot.model.MqttHeaders;

/// The API's description of an action to one that runs. What this stack does not carry out is
/// refused here, by name.
final class RuleActions {
  private final RuleStatement statement;
  private final TopicRuleDestinations destinations;

  RuleActions(RuleStatement statement, TopicRuleDestinations destinations) {
    this.statement = statement;
    this.destinations = destinations;
  }

  RuleAction compile(Action action) {
    var kind = kind(action);
    return switch (kind) {
      case "lambda" ->
          new LambdaAction(template(kind, "functionArn", action.lambda().functionArn()));
      case "sqs" -> sqs(action);
      case "sns" -> sns(action);
      case "s3" -> s3(action);
      case "firehose" -> firehose(action.firehose());
      case "kinesis" -> kinesis(action.kinesis());
      case "http" ->
          HttpAction.of(action.http(), (field, text) -> template(kind, field, text), destinations);
      case "republish" -> republish(action);
      case "dynamoDBv2" -> dynamoDbV2(action.dynamoDBv2());
      case "dynamoDB" -> dynamoDb(action.dynamoDB());
      case "cloudwatchMetric" -> metric(action.cloudwatchMetric());
      case "cloudwatchAlarm" -> alarm(action.cloudwatchAlarm());
      case "cloudwatchLogs" -> logs(action.cloudwatchLogs());
      default ->
          throw AwsFailure.invalidRequest(
              "This local stack does not support the rule action "
                  + kind
                  + "; it supports lambda, sqs, sns, s3, kinesis, firehose, http, republish,"
                  + " dynamoDB, dynamoDBv2, cloudwatchMetric, cloudwatchAlarm and cloudwatchLogs");
    };
  }

  /// The one kind that is set, by the name of the API.
  private static String kind(Action action) {
    List<String> kinds = new ArrayList<>();
    for (SdkField<?> field : action.sdkFields()) {
      if (field.getValueOrDefault(action) != null) {
        kinds.add(field.locationName());
      }
    }
    if (kinds.size() != 1) {
      throw AwsFailure.invalidRequest(
          "An action must have exactly one type, got " + (kinds.isEmpty() ? "none" : kinds));
    }
    return kinds.getFirst();
  }

  private RuleAction sqs(Action action) {
    var sqs = action.sqs();
    var url = template("sqs", "queueUrl", sqs.queueUrl());
    if (url.isPlain() && sqs.queueUrl().endsWith(".fifo")) {
      throw AwsFailure.invalidRequest("sqs: FIFO queues are not supported by rule actions");
    }
    return new SqsAction(
        url,
        Boolean.TRUE.equals(sqs.useBase64()) ? Encoding.BASE64 : Encoding.TEXT,
        role("sqs", sqs.roleArn()));
  }

  private RuleAction sns(Action action) {
    var sns = action.sns();
    Optional<String> structure =
        sns.messageFormat() == MessageFormat.JSON ? Optional.of("json") : Optional.empty();
    var target = template("sns", "targetArn", sns.targetArn());
    if (target.isPlain() && sns.targetArn().endsWith(".fifo")) {
      throw AwsFailure.invalidRequest("sns: FIFO topics are not supported by rule actions");
    }
    return new SnsAction(target, structure, role("sns", sns.roleArn()));
  }

  private RuleAction s3(Action action) {
    var s3 = action.s3();
    if (s3.cannedAcl() != null && s3.cannedAcl() != CannedAccessControlList.PRIVATE) {
      throw AwsFailure.invalidRequest(
          "This local stack does not support the canned ACL " + s3.cannedAclAsString());
    }
    return new S3Action(
        template("s3", "bucketName", s3.bucketName()),
        template("s3", "key", s3.key()),
        role("s3", s3.roleArn()));
  }

  private RuleAction firehose(software.amazon.awssdk.services.iot.model.FirehoseAction firehose) {
    String separator = orElse(firehose.separator(), "");
    if (!separator.isEmpty() && !FirehoseAction.SEPARATORS.contains(separator)) {
      throw AwsFailure.invalidRequest(
          "firehose.separator: expected a newline, a tab, a Windows newline or a comma");
    }
    return new FirehoseAction(
        template("firehose", "deliveryStreamName", firehose.deliveryStreamName()),
        separator,
        Boolean.TRUE.equals(firehose.batchMode())
            ? FirehoseAction.Mode.BATCH
            : FirehoseAction.Mode.SINGLE,
        role("firehose", firehose.roleArn()));
  }

  private RuleAction kinesis(software.amazon.awssdk.services.iot.model.KinesisAction kinesis) {
    return new KinesisAction(
        template("kinesis", "streamName", kinesis.streamName()),
        Optional.ofNullable(kinesis.partitionKey())
            .map(key -> template("kinesis", "partitionKey", key)),
        role("kinesis", kinesis.roleArn()));
  }

  private RuleAction dynamoDbV2(DynamoDBv2Action dynamo) {
    var table = dynamo.putItem() == null ? null : dynamo.putItem().tableName();
    return new DynamoDbV2Action(
        template("dynamoDBv2", "putItem.tableName", table), role("dynamoDBv2", dynamo.roleArn()));
  }

  private RuleAction dynamoDb(DynamoDBAction dynamo) {
    var kind = "dynamoDB";
    Optional<DynamoDbAction.Key> range =
        dynamo.rangeKeyField() == null
            ? Optional.empty()
            : Optional.of(
                new DynamoDbAction.Key(
                    template(kind, "rangeKeyField", dynamo.rangeKeyField()),
                    template(kind, "rangeKeyValue", dynamo.rangeKeyValue()),
                    keyType(dynamo.rangeKeyType())));
    return new DynamoDbAction(
        template(kind, "tableName", dynamo.tableName()),
        new DynamoDbAction.Key(
            template(kind, "hashKeyField", dynamo.hashKeyField()),
            template(kind, "hashKeyValue", dynamo.hashKeyValue()),
            keyType(dynamo.hashKeyType())),
        range,
        template(kind, "payloadField", orElse(dynamo.payloadField(), "payload")),
        template(kind, "operation", orElse(dynamo.operation(), "INSERT")),
        role(kind, dynamo.roleArn()));
  }

  private static DynamoDbAction.Type keyType(@Nullable DynamoKeyType type) {
    return type == DynamoKeyType.NUMBER ? DynamoDbAction.Type.NUMBER : DynamoDbAction.Type.STRING;
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }

  private RuleAction metric(CloudwatchMetricAction metric) {
    var kind = "cloudwatchMetric";
    return new CloudWatchMetricAction(
        template(kind, "metricNamespace", metric.metricNamespace()),
        template(kind, "metricName", metric.metricName()),
        template(kind, "metricValue", metric.metricValue()),
        template(kind, "metricUnit", metric.metricUnit()),
        Optional.ofNullable(metric.metricTimestamp())
            .map(at -> template(kind, "metricTimestamp", at)),
        role(kind, metric.roleArn()));
  }

  private RuleAction alarm(CloudwatchAlarmAction alarm) {
    var kind = "cloudwatchAlarm";
    return new CloudWatchAlarmAction(
        template(kind, "alarmName", alarm.alarmName()),
        template(kind, "stateReason", alarm.stateReason()),
        template(kind, "stateValue", alarm.stateValue()),
        role(kind, alarm.roleArn()));
  }

  private RuleAction logs(CloudwatchLogsAction logs) {
    return new CloudWatchLogsAction(
        template("cloudwatchLogs", "logGroupName", logs.logGroupName()),
        Boolean.TRUE.equals(logs.batchMode())
            ? CloudWatchLogsAction.Mode.BATCH
            : CloudWatchLogsAction.Mode.SINGLE,
        role("cloudwatchLogs", logs.roleArn()));
  }

  private RuleAction republish(Action action) {
    var republish = action.republish();
    int qos = republish.qos() == null ? 0 : republish.qos();
    if (qos < 0 || qos > 1) {
      throw AwsFailure.invalidRequest("republish.qos: expected 0 or 1, got " + qos);
    }
    return new RepublishAction(
        template("republish", "topic", republish.topic()),
        qos,
        Optional.ofNullable(republish.headers()).map(this::headers),
        role("republish", republish.roleArn()));
  }

  private RepublishAction.Headers headers(MqttHeaders headers) {
    Map<String, SubstitutionTemplate> properties = new LinkedHashMap<>();
    header(properties, "payloadFormatIndicator", headers.payloadFormatIndicator());
    header(properties, "contentType", headers.contentType());
    header(properties, "responseTopic", headers.responseTopic());
    header(properties, "correlationData", headers.correlationData());
    header(properties, "messageExpiry", headers.messageExpiry());
    List<Map.Entry<SubstitutionTemplate, SubstitutionTemplate>> user = new ArrayList<>();
    for (var property : headers.userProperties()) {
      user.add(
          Map.entry(
              template("republish", "userProperties.key", property.key()),
              template("republish", "userProperties.value", property.value())));
    }
    return new RepublishAction.Headers(properties, user);
  }

  private void header(Map<String, SubstitutionTemplate> to, String name, @Nullable String value) {
    if (value != null) {
      to.put(name, template("republish", "headers." + name, value));
    }
  }

  private SubstitutionTemplate template(String kind, String field, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      throw AwsFailure.invalidRequest(kind + "." + field + " is required");
    }
    if (text.contains("@{")) {
      // Source: AWS IoT developer guide, "Substitution templates", per-element substitution.
      throw AwsFailure.invalidRequest(
          kind + "." + field + ": @{…} works in the InfluxDB action only");
    }
    return statement.template(text);
  }

  private static String role(String kind, @Nullable String roleArn) {
    if (roleArn == null || roleArn.isEmpty()) {
      throw AwsFailure.invalidRequest(kind + ".roleArn is required");
    }
    return roleArn;
  }
}
