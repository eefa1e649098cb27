// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.infra.construct.PipelineFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PipelineStackTest {
  private Template dev;
  private Template prod;

  @BeforeAll
  void synthesize() {
    dev = Template.of("dev");
    prod = Template.of("prod");
  }

  @Test
  void everyRuleHasAnErrorActionAndAnExplicitName() {
    var rules = dev.properties("AWS::IoT::TopicRule");

    assertThat(rules)
        .extracting(rule -> rule.get("RuleName").asText())
        .containsExactlyInAnyOrder(
            "fieldline_dev_telemetry",
            "fieldline_dev_telemetry_deflate",
            "fieldline_dev_outcomes",
            "fieldline_dev_presence");
    assertThat(rules)
        .allSatisfy(
            rule -> assertThat(rule.at("/TopicRulePayload/ErrorAction/Sqs/QueueUrl")).isNotEmpty());
    assertThat(rules)
        .allSatisfy(rule ->
            assertThat(rule.at("/TopicRulePayload/AwsIotSqlVersion").asText())
                .isEqualTo("2016-03-23"));
  }

  @Test
  void noStatementOfARoleHasAWildcardBeyondThoseThatAwsRequires() {
    var bare = new ArrayList<String>();
    for (var role : dev.grants().entrySet()) {
      for (var statement : role.getValue()) {
        for (var action : Template.list(statement.get("Action"))) {
          assertThat(action.asText()).as(role.getKey()).doesNotContain("*");
        }
        for (var resource : Template.list(statement.get("Resource"))) {
          if (Template.resolved(resource).equals("*")) {
            Template.list(statement.get("Action")).forEach(action -> bare.add(action.asText()));
          }
        }
      }
    }

    assertThat(bare)
        .containsExactlyInAnyOrder(
            "iot:DescribeEndpoint", "cloudwatch:GetMetricData", "cloudwatch:DescribeAlarms");
  }

  @Test
  void everyRoleThatAServiceAssumesForAResourceNamesThatAccount() {
    for (var role : dev.properties("AWS::IAM::Role")) {
      var trust = role.at("/AssumeRolePolicyDocument/Statement/0");
      var service = trust.at("/Principal/Service").asText();
      if (!service.equals("lambda.amazonaws.com")) {
        assertThat(trust.at("/Condition/StringEquals/aws:SourceAccount/Ref").asText())
            .as(service)
            .isEqualTo("AWS::AccountId");
      }
    }
  }

  @Test
  void everyPermissionToInvokeNamesItsSourceAndTheAliasLive() {
    var aliases = dev.resources("AWS::Lambda::Alias").keySet();

    for (var permission : dev.properties("AWS::Lambda::Permission")) {
      assertThat(aliases).contains(permission.at("/FunctionName/Ref").asText());
      assertThat(permission.get("SourceArn")).isNotNull();
    }
    assertThat(aliases).hasSize(PipelineFunction.values().length);
  }

  @Test
  void everyFunctionInvokedAsynchronouslyHasDeadLetters() {
    assertThat(dev.properties("AWS::Lambda::EventInvokeConfig"))
        .allSatisfy(config ->
            assertThat(config.at("/DestinationConfig/OnFailure/Destination/Fn::GetAtt/0").asText())
                .startsWith("IngestFunctionDeadLetters"))
        .extracting(config -> config.at("/FunctionName/Ref").asText().replaceAll("Code.*", ""))
        .containsExactlyInAnyOrder(
            "IngestOutcomeFunction",
            "IngestSweepFunction",
            "IngestAbsenceFunction",
            "FleetPresenceFunction",
            "ApiAppSiteFunction");
    assertThat(dev.properties("AWS::Scheduler::Schedule"))
        .allSatisfy(
            schedule -> assertThat(schedule.at("/Target/DeadLetterConfig/Arn")).isNotEmpty());
    assertThat(dev.properties("AWS::Lambda::EventSourceMapping"))
        .allSatisfy(mapping ->
            assertThat(mapping.at("/FunctionResponseTypes/0").asText())
                .isEqualTo("ReportBatchItemFailures"));
    assertThat(dev.properties("AWS::SQS::Queue"))
        .filteredOn(queue ->
            Set.of("fieldline-dev-ingest", "fieldline-dev-quarantine", "fieldline-dev-rollup")
                .contains(queue.get("QueueName").asText()))
        .hasSize(3)
        .allSatisfy(
            queue -> assertThat(queue.at("/RedrivePolicy/deadLetterTargetArn")).isNotEmpty())
        .allSatisfy(queue ->
            assertThat(queue.get("VisibilityTimeout").asInt()).isGreaterThanOrEqualTo(180));
  }

  /// A write that was under way when an hour was told of is done when that is read.
  @Test
  void anHourIsMergedLaterThanAnyInvocationThatMayHaveWrittenToIt() {
    var queue =
        dev.properties("AWS::SQS::Queue").stream()
            .filter(one -> one.get("QueueName").asText().equals("fieldline-dev-rollup"))
            .findFirst()
            .orElseThrow();
    var telemetry =
        dev.properties("AWS::Lambda::Function").stream()
            .filter(one -> one.get("FunctionName").asText().equals("fieldline-dev-telemetry"))
            .findFirst()
            .orElseThrow();

    assertThat(queue.get("DelaySeconds").asInt()).isGreaterThan(telemetry.get("Timeout").asInt());
  }

  /// What waits somewhere is seen, and what does not wait is counted as it comes.
  @Test
  void everyPlaceWhereAMessageIsPutAsideHasAnAlarm() {
    assertThat(dev.properties("AWS::CloudWatch::Alarm"))
        .extracting(alarm ->
            alarm.get("AlarmName").asText().replace("fieldline-dev-", "")
                + " "
                + alarm.get("MetricName").asText())
        .containsExactlyInAnyOrder(
            "quarantine NumberOfMessagesSent",
            "quarantinedead ApproximateNumberOfMessagesVisible",
            "ingestdead ApproximateNumberOfMessagesVisible",
            "functionsdead ApproximateNumberOfMessagesVisible",
            "rollupdead ApproximateNumberOfMessagesVisible",
            "ingest-age ApproximateAgeOfOldestMessage",
            "quarantine-age ApproximateAgeOfOldestMessage",
            "rollup-age ApproximateAgeOfOldestMessage",
            "api-failures 5xx",
            "deletiondead ApproximateNumberOfMessagesVisible",
            "deletion-age ApproximateAgeOfOldestMessage",
            "commanddead ApproximateNumberOfMessagesVisible",
            "command-age ApproximateAgeOfOldestMessage",
            "mirrordead ApproximateNumberOfMessagesVisible",
            "mirror-age ApproximateAgeOfOldestMessage",
            "authorizer-failures Errors",
            "admission-failures Errors");
  }

  @Test
  void everyAlarmSaysWhereItsRunbookIsAndEveryRunbookIsOfAnAlarm() throws IOException {
    var page = Files.readString(Path.of("../docs/how-to/answer-alarms.md"));
    var alarms = new TreeSet<String>();
    for (var alarm : Template.of("watched").properties("AWS::CloudWatch::Alarm")) {
      var name =
          alarm
              .get("AlarmName")
              .asText()
              .replace("fieldline-watched-", "")
              .replaceFirst("^new-version-.*", "new-version");
      alarms.add(name);
      assertThat(alarm.get("AlarmDescription").asText())
          .endsWith(" What to do: docs/how-to/answer-alarms.md#" + name);
    }

    assertThat(found(page, "^## (.*)$")).isEqualTo(alarms);
  }

  @Test
  void devicePoliciesAreShortEnoughForAwsAndNameTheThing() {
    for (var policy : dev.properties("AWS::IoT::Policy")) {
      var document = Template.deployed(policy.get("PolicyDocument"));

      assertThat(document.toString().length())
          .as(policy.get("PolicyName").asText())
          .isLessThanOrEqualTo(2048);
      if (policy.get("PolicyName").asText().endsWith("-claim")) {
        continue;
      }
      for (var statement : document.get("Statement")) {
        for (var resource : Template.list(statement.get("Resource"))) {
          assertThat(resource.asText())
              .containsAnyOf(
                  "${iot:Connection.Thing.ThingName}",
                  "/$aws/certificates/create-from-csr/json",
                  "/$aws/provisioning-templates/fieldline-dev-rotation/provision/json");
        }
      }
    }
  }

  /// Whoever copies a claim from a device can become a device whose serial number is on the list,
  /// and do nothing else: not even disconnect one.
  @Test
  void aClaimMayBecomeADeviceAndNoMore() {
    var claim =
        dev.properties("AWS::IoT::Policy").stream()
            .filter(policy -> policy.get("PolicyName").asText().equals("fieldline-dev-claim"))
            .findFirst()
            .orElseThrow();
    var resources = new TreeSet<String>();
    for (var statement : Template.deployed(claim.get("PolicyDocument")).get("Statement")) {
      Template.list(statement.get("Resource"))
          .forEach(one -> resources.add(one.asText().replaceAll("^([^:]*:){5}", "")));
    }

    assertThat(resources)
        .containsExactlyInAnyOrder(
            "client/fieldline-*",
            "topic/$aws/certificates/create-from-csr/json",
            "topic/$aws/certificates/create-from-csr/json/*",
            "topicfilter/$aws/certificates/create-from-csr/json/*",
            "topic/$aws/provisioning-templates/fieldline-dev-devices/provision/json",
            "topic/$aws/provisioning-templates/fieldline-dev-devices/provision/json/*",
            "topicfilter/$aws/provisioning-templates/fieldline-dev-devices/provision/json/*");
  }

  @Test
  void everyFunctionRunsOnJava25OnArmWithItsOwnLogAndASnapshot() {
    assertThat(dev.properties("AWS::Lambda::Function"))
        .hasSize(PipelineFunction.values().length)
        .allSatisfy(function -> {
          assertThat(function.get("Runtime").asText()).isEqualTo("java25");
          assertThat(function.at("/Architectures/0").asText()).isEqualTo("arm64");
          assertThat(function.at("/SnapStart/ApplyOn").asText()).isEqualTo("PublishedVersions");
          assertThat(function.at("/LoggingConfig/LogGroup/Ref").asText()).isNotEmpty();
        });
    assertThat(dev.properties("AWS::Logs::LogGroup"))
        .allSatisfy(group -> assertThat(group.get("RetentionInDays").asInt()).isEqualTo(7));
  }

  @Test
  void aStageThatNamesSomebodyTellsThemOfAlarmsAndCost() {
    var watched = Template.of("watched");

    var topic =
        watched.resources("AWS::SNS::Topic").keySet().stream()
            .filter(name -> name.startsWith("Ops"))
            .findFirst()
            .orElseThrow();
    assertThat(watched.properties("AWS::SNS::Subscription"))
        .extracting(subscription -> subscription.get("Endpoint").asText())
        .containsExactlyInAnyOrder("ops@example.com", "https://example.com/hook");
    assertThat(watched.properties("AWS::CloudWatch::Alarm"))
        .filteredOn(alarm -> !alarm.get("AlarmName").asText().contains("new-version"))
        .isNotEmpty()
        .allSatisfy(alarm -> assertThat(alarm.at("/AlarmActions/0/Ref").asText()).isEqualTo(topic));
    assertThat(watched.properties("AWS::Budgets::Budget"))
        .singleElement()
        .satisfies(
            budget -> assertThat(budget.at("/Budget/BudgetLimit/Amount").asInt()).isEqualTo(20));
  }

  @Test
  void aStageWithTracingHasItInEachFunctionAndItsRoleMayPutTraces() {
    var watched = Template.of("watched");

    assertThat(watched.properties("AWS::Lambda::Function"))
        .allSatisfy(function -> {
          assertThat(function.at("/TracingConfig/Mode").asText()).isEqualTo("Active");
          var role = function.at("/Role/Fn::GetAtt/0").asText();
          assertThat(watched.grants().get(role))
              .as(role)
              .anySatisfy(statement ->
                  assertThat(Template.list(statement.get("Action")))
                      .extracting(JsonNode::asText)
                      .containsExactly("xray:PutTraceSegments", "xray:PutTelemetryRecords"));
        });
    assertThat(dev.properties("AWS::Lambda::Function"))
        .allSatisfy(function -> assertThat(function.has("TracingConfig")).isFalse());
  }

  /// But for the one that the update itself runs.
  @Test
  void aStageWithADeploymentConfigTakesEachFunctionToItsNewVersionByIt() {
    var watched = Template.of("watched");
    var names = watched.properties("AWS::CodeDeploy::DeploymentGroup");
    var alarms = watched.resources("AWS::CloudWatch::Alarm");

    assertThat(names)
        .extracting(group -> group.get("DeploymentGroupName").asText())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(PipelineFunction.values())
                .filter(function -> function != PipelineFunction.SITE)
                .map(PipelineFunction::label)
                .toList());
    for (var alias : watched.resources("AWS::Lambda::Alias").entrySet()) {
      var update = alias.getValue().at("/UpdatePolicy/CodeDeployLambdaAliasUpdate");
      if (alias.getKey().startsWith("ApiAppSite")) {
        assertThat(update).isEmpty();
        continue;
      }
      var group = update.at("/DeploymentGroupName/Ref").asText();
      assertThat(watched.property(group, "/DeploymentConfigName").asText())
          .isEqualTo("CodeDeployDefault.LambdaCanary10Percent5Minutes");
      assertThat(watched.property(group, "/AutoRollbackConfiguration/Events"))
          .extracting(JsonNode::asText)
          .contains("DEPLOYMENT_STOP_ON_ALARM");
      var version = alias.getValue().at("/Properties/FunctionVersion/Fn::GetAtt/0").asText();
      assertThat(watched.property(group, "/AlarmConfiguration/Alarms"))
          .isNotEmpty()
          .allSatisfy(alarm ->
              assertThat(alarms.get(alarm.at("/Name/Ref").asText()).at("/Properties/Dimensions"))
                  .as("the version that the alias goes to")
                  .anySatisfy(dimension ->
                      assertThat(dimension.at("/Value/Fn::GetAtt/0").asText()).isEqualTo(version)));
    }
    assertThat(dev.resources("AWS::CodeDeploy::Application")).isEmpty();
  }

  /// Each puts messages back by itself, which is no error of Lambda's.
  @Test
  void everyFunctionOfBatchesIsWatchedForMessagesThatItPutsBack() {
    var watched = Template.of("watched");
    var ofBatches = new TreeSet<String>();
    for (var mapping : watched.properties("AWS::Lambda::EventSourceMapping")) {
      var alias = mapping.at("/FunctionName/Ref").asText();
      var group =
          watched
              .resources("AWS::Lambda::Alias")
              .get(alias)
              .at("/UpdatePolicy/CodeDeployLambdaAliasUpdate/DeploymentGroupName/Ref");
      ofBatches.add(watched.property(group.asText(), "/DeploymentGroupName").asText());
    }

    assertThat(watched.properties("AWS::CloudWatch::Alarm"))
        .filteredOn(alarm -> alarm.get("MetricName").asText().equals("BatchItemFailures"))
        .extracting(alarm ->
            alarm.get("AlarmName").asText().replace("fieldline-watched-new-version-failures-", ""))
        .containsExactlyInAnyOrderElementsOf(ofBatches);
  }

  /// By the key, and by no other beside it; and the services that use it may.
  @Test
  void aStageWithAKeyOfItsOwnEncryptsAllThatItKeeps() {
    var watched = Template.of("watched");
    var key = watched.resources("AWS::KMS::Key").keySet().iterator().next();

    assertThat(watched.property(key, "/EnableKeyRotation").asBoolean()).isTrue();
    assertThat(watched.properties("AWS::DynamoDB::Table"))
        .hasSize(2)
        .allSatisfy(table ->
            assertThat(named(table.at("/SSESpecification/KMSMasterKeyId"))).isEqualTo(key));
    assertThat(watched.properties("AWS::SQS::Queue"))
        .allSatisfy(queue -> assertThat(named(queue.path("KmsMasterKeyId"))).isEqualTo(key))
        .allSatisfy(
            queue -> assertThat(queue.path("SqsManagedSseEnabled").isMissingNode()).isTrue());
    assertThat(watched.properties("AWS::SNS::Topic"))
        .allSatisfy(topic -> assertThat(named(topic.path("KmsMasterKeyId"))).isEqualTo(key));
    assertThat(watched.properties("AWS::Logs::LogGroup"))
        .allSatisfy(group -> assertThat(named(group.path("KmsKeyId"))).isEqualTo(key));
    assertThat(watched.properties("AWS::S3::Bucket"))
        .filteredOn(bucket -> bucket.has("BucketEncryption"))
        .as("the archive and the updates; the app's files are public")
        .hasSize(2)
        .allSatisfy(bucket ->
            assertThat(
                    named(
                        bucket.at(
                            "/BucketEncryption/ServerSideEncryptionConfiguration/0/ServerSideEncryptionByDefault/KMSMasterKeyID")))
                .isEqualTo(key));
    assertThat(dev.resources("AWS::KMS::Key")).isEmpty();
  }

  private static String named(JsonNode reference) {
    return Template.referred(reference).orElse("nothing");
  }

  /// The functions answer the same list, and the API's document is made of it.
  @Test
  void theRoutesAreThoseOfTheContractEachToItsFunction() {
    var deployed = new TreeSet<String>();
    for (var route : dev.properties("AWS::ApiGatewayV2::Route")) {
      var integration = route.at("/Target/Fn::Join/1/1/Ref").asText();
      deployed.add(
          route.get("RouteKey").asText()
              + " "
              + dev.resources("AWS::ApiGatewayV2::Integration")
                  .get(integration)
                  .at("/Properties/IntegrationUri/Ref")
                  .asText()
                  .replaceAll("(?:Ingest|Api|Fleet)(\\w+?)FunctionCode.*", "$1")
                  .toUpperCase(Locale.ROOT));
    }

    assertThat(deployed)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(ApiRoute.values())
                .map(route -> route.key() + " " + route.function())
                .toList());
  }

  @Test
  void everyRouteAsksForAToken() {
    assertThat(dev.properties("AWS::ApiGatewayV2::Route"))
        .isNotEmpty()
        .allSatisfy(route -> assertThat(route.get("AuthorizationType").asText()).isEqualTo("JWT"));
  }

  @Test
  void prodKeepsItsTablesAndDevDoesNot() {
    assertThat(prod.resources("AWS::DynamoDB::Table").values())
        .allSatisfy(table -> assertThat(table.get("DeletionPolicy").asText()).isEqualTo("Retain"))
        .allSatisfy(table ->
            assertThat(table.at("/Properties/DeletionProtectionEnabled").asBoolean()).isTrue());
    assertThat(dev.resources("AWS::DynamoDB::Table").values())
        .allSatisfy(table -> assertThat(table.get("DeletionPolicy").asText()).isEqualTo("Delete"))
        .allSatisfy(table ->
            assertThat(table.at("/Properties/DeletionProtectionEnabled").asBoolean()).isFalse());
  }

  @Test
  void signInReturnsToTheDistributionAndToTheConfiguredAddresses() {
    var client = dev.properties("AWS::Cognito::UserPoolClient").getFirst();

    assertThat(client.get("CallbackURLs"))
        .extracting(Template::resolved)
        .anySatisfy(url -> assertThat(url).startsWith("https://"))
        .contains("http://127.0.0.1:4566/");
    assertThat(client.get("GenerateSecret").asBoolean()).isFalse();
    assertThat(client.at("/AllowedOAuthFlows/0").asText()).isEqualTo("code");
  }

  @Test
  void theReadmeListsExactlyTheResourceTypesAndAttributesOfTheTemplate() throws IOException {
    var readme = Files.readString(Path.of("README.md"));

    var types = new TreeSet<String>();
    dev.root().get("Resources").forEach(resource -> types.add(resource.get("Type").asText()));
    var attributes = new TreeSet<String>();
    attributes(dev.root(), attributes);

    assertThat(found(readme, "^- `((?:AWS|Custom)::[^`]+)`$")).isEqualTo(types);
    assertThat(found(readme, "^- `(AWS::[^`]+`: `[^`]+)`$")).isEqualTo(attributes);
  }

  @Test
  void handlersAreInTheZipsThatTheFunctionsBuildMakes() throws IOException {
    var folder = Path.of("../lambdas/target/functions");
    assumeTrue(Files.isDirectory(folder), "runs after the functions' zips are built");

    for (var function : PipelineFunction.values()) {
      String classes = "lib/" + function.label() + ".jar";
      try (var zip = new ZipFile(folder.resolve(function.label() + ".zip").toFile());
          var jar = new ZipInputStream(zip.getInputStream(zip.getEntry(classes)))) {
        var names = new TreeSet<String>();
        for (var entry = jar.getNextEntry(); entry != null; entry = jar.getNextEntry()) {
          names.add(entry.getName());
        }
        assertThat(names).contains(function.handlerClass().replace('.', '/') + ".class");
      }
    }
  }

  private void attributes(JsonNode node, Set<String> found) {
    if (node.has("Fn::GetAtt")) {
      var attribute = node.get("Fn::GetAtt");
      var type = dev.root().get("Resources").get(attribute.get(0).asText()).get("Type").asText();
      found.add(type + "`: `" + attribute.get(1).asText());
    }
    node.forEach(child -> attributes(child, found));
  }

  private static TreeSet<String> found(String text, String pattern) {
    var all = new TreeSet<String>();
    Pattern.compile(pattern, Pattern.MULTILINE)
        .matcher(text)
        .results()
        .forEach(match -> all.add(match.group(1)));
    return all;
  }
}
