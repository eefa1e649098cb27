// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// One wrong thing for each rule of our pack, done to a template that is right.
final class BrokenTemplates {
  private static final String RULE = "AWS::IoT::TopicRule";
  private static final String POLICY = "AWS::IoT::Policy";
  private static final String QUEUE = "AWS::SQS::Queue";

  static final Map<String, Consumer<Template>> BY_RULE =
      Map.ofEntries(
          Map.entry("IoT-RuleErrorAction", t -> payload(t).remove("ErrorAction")),
          Map.entry(
              "IoT-RuleErrorActionElsewhere",
              t -> payload(t).set("ErrorAction", payload(t).at("/Actions/0"))),
          Map.entry("IoT-RuleSqlVersion", t -> payload(t).put("AwsIotSqlVersion", "2015-10-08")),
          Map.entry("IoT-RuleFilter", t -> payload(t).put("Sql", "SELECT * FROM '#'")),
          Map.entry("IoT-RoleTrust", t -> trust(t).remove("Condition")),
          Map.entry("IoT-RoleScope", t -> grant(t).put("Resource", "*")),
          Map.entry("IoT-PolicyAction", t -> statement(t).put("Action", "iot:*")),
          Map.entry(
              "IoT-PolicyResource",
              t -> statement(t).put("Resource", "arn:aws:iot:us-east-1:123456789012:topic/*")),
          Map.entry("IoT-PolicyConnect", t -> statement(t).remove("Condition")),
          Map.entry(
              "IoT-ProvisioningHook",
              t -> add(t, "AWS::IoT::ProvisioningTemplate").put("TemplateName", "open")),
          Map.entry("IoT-ClaimScope", BrokenTemplates::wideClaim),
          Map.entry(
              "IoT-AuthorizerSigning",
              t -> add(t, "AWS::IoT::Authorizer").put("SigningDisabled", true)),
          Map.entry(
              "Lambda-PermissionSource",
              t -> first(t, "AWS::Lambda::Permission", _ -> true).remove("SourceArn")),
          Map.entry(
              "Lambda-PartialFailures",
              t ->
                  first(t, "AWS::Lambda::EventSourceMapping", _ -> true)
                      .remove("FunctionResponseTypes")),
          Map.entry("Queue-DeadLetters", t -> taken(t).remove("RedrivePolicy")),
          Map.entry("Queue-VisibilityTimeout", t -> taken(t).put("VisibilityTimeout", 30)),
          Map.entry("Queue-AgeAlarm", t -> forgetAlarm(t, "ApproximateAgeOfOldestMessage")),
          Map.entry(
              "Queue-DeadLettersKept",
              t -> named(t, "-ingest-dead").put("MessageRetentionPeriod", 60)),
          Map.entry(
              "Queue-DeadLettersAlarm", t -> forgetAlarm(t, "ApproximateNumberOfMessagesVisible")),
          Map.entry("Lambda-FailureSeen", t -> forgetAlarm(t, "5xx")),
          Map.entry("Service-Open", t -> add(t, "AWS::IoTEvents::DetectorModel")),
          Map.entry(
              "Logs-Retention",
              t -> first(t, "AWS::Logs::LogGroup", _ -> true).remove("RetentionInDays")),
          Map.entry(
              "Lambda-OwnLog",
              t -> first(t, "AWS::Lambda::Function", _ -> true).remove("LoggingConfig")),
          Map.entry(
              "Table-Recovery",
              t ->
                  first(t, "AWS::DynamoDB::Table", _ -> true)
                      .remove("PointInTimeRecoverySpecification")),
          Map.entry(
              "Table-Expiry",
              t -> first(t, "AWS::DynamoDB::Table", _ -> true).remove("TimeToLiveSpecification")),
          Map.entry(
              "Api-RouteAuthorizer",
              t -> first(t, "AWS::ApiGatewayV2::Route", _ -> true).remove("AuthorizerId")));

  private BrokenTemplates() {}

  private static ObjectNode first(Template template, String type, Predicate<JsonNode> which) {
    return (ObjectNode) template.properties(type).stream().filter(which).findFirst().orElseThrow();
  }

  private static ObjectNode add(Template template, String type) {
    return ((ObjectNode) template.root().get("Resources"))
        .putObject("Added")
        .put("Type", type)
        .putObject("Properties");
  }

  private static ObjectNode payload(Template template) {
    return (ObjectNode) first(template, RULE, _ -> true).get("TopicRulePayload");
  }

  private static ObjectNode roleOfIot(Template template) {
    return first(
        template,
        "AWS::IAM::Role",
        role ->
            role.at("/AssumeRolePolicyDocument/Statement/0/Principal/Service")
                .asText()
                .equals("iot.amazonaws.com"));
  }

  private static ObjectNode trust(Template template) {
    return (ObjectNode) roleOfIot(template).at("/AssumeRolePolicyDocument/Statement/0");
  }

  private static ObjectNode grant(Template template) {
    return (ObjectNode) roleOfIot(template).at("/Policies/0/PolicyDocument/Statement/0");
  }

  /// The statement that lets a device connect.
  private static ObjectNode statement(Template template) {
    var policy =
        first(template, POLICY, one -> one.path("PolicyName").asText().endsWith("-device-data"));
    return (ObjectNode) policy.at("/PolicyDocument/Statement/0");
  }

  private static void wideClaim(Template template) {
    var statement =
        add(template, POLICY).putObject("PolicyDocument").putArray("Statement").addObject();
    statement.put("Effect", "Allow").put("Action", "iot:Publish");
    statement
        .putArray("Resource")
        .add("arn:aws:iot:us-east-1:123456789012:topic/$aws/certificates/create/json")
        .add("arn:aws:iot:us-east-1:123456789012:topic/fieldline/any/telemetry");
  }

  private static ObjectNode taken(Template template) {
    return named(template, "-ingest");
  }

  private static ObjectNode named(Template template, String end) {
    return first(template, QUEUE, queue -> queue.path("QueueName").asText().endsWith(end));
  }

  private static void forgetAlarm(Template template, String metric) {
    first(
            template,
            "AWS::CloudWatch::Alarm",
            alarm -> alarm.path("MetricName").asText().equals(metric))
        .put("MetricName", "SomethingElse");
  }
}
