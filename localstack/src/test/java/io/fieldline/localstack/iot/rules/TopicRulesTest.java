// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fieldline.iotsql.MqttProperties;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.store.Store;
import java.nio.file.Path;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.DeleteTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.DeleteTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.GetTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.GetTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.ListTopicRulesRequest;
import software.amazon.awssdk.services.iot.model.ListTopicRulesResponse;
import software.amazon.awssdk.services.iot.model.ReplaceTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.ReplaceTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.TopicRuleListItem;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

class TopicRulesTest {
  private final RulesBench bench = new RulesBench(Store.open(null));

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void wrongSqlIsSqlParseExceptionWithPlaceAndExpectation() {
    var failure = failure(() -> bench.create("r", "SELECT FROM 'a'", RulesBench.sqs()));

    assertThat(failure.code()).isEqualTo("SqlParseException");
    assertThat(failure.status()).isEqualTo(400);
    assertThat(failure.message())
        .isEqualTo(
            """
            expected an expression, got 'FROM' at line 1, column 8
            SELECT FROM 'a'
                   ^\
            """);
  }

  @Test
  void aWrongTemplateInAnActionIsRefused() {
    var action =
        Action.builder().republish(r -> r.topic("x/${frob(1)}").roleArn(RulesBench.ROLE)).build();

    var failure = failure(() -> bench.create("r", "SELECT * FROM 'a'", action));

    assertThat(failure.code()).isEqualTo("SqlParseException");
    assertThat(failure.message()).startsWith("unknown function frob at line 1, column 5");
  }

  @Test
  void anActionThatIsNotCarriedOutIsRefusedByName() {
    var action =
        Action.builder()
            .timestream(t -> t.roleArn(RulesBench.ROLE).databaseName("d").tableName("t"))
            .build();

    var failure = failure(() -> bench.create("r", "SELECT * FROM 'a'", action));

    assertThat(failure.code()).isEqualTo("InvalidRequestException");
    assertThat(failure.message()).contains("does not support the rule action timestream");
  }

  @Test
  void anActionWhoseServiceIsMissingIsRefusedByName() {
    var action =
        Action.builder()
            .sns(s -> s.roleArn(RulesBench.ROLE).targetArn("arn:aws:sns:us-east-1:0:t"))
            .build();

    var failure = failure(() -> bench.create("r", "SELECT * FROM 'a'", action));

    assertThat(failure.message())
        .isEqualTo(
            "This local stack does not support the rule action SnsAction: it has no Publish");
  }

  @Test
  void aRoleThatDoesNotTrustTheServiceIsRefused() {
    var role = bench.role("others", "lambda.amazonaws.com");
    var action = Action.builder().sqs(s -> s.queueUrl(RulesBench.QUEUE).roleArn(role)).build();

    var failure = failure(() -> bench.create("r", "SELECT * FROM 'a'", action));

    assertThat(failure.code()).isEqualTo("InvalidRequestException");
    assertThat(failure.message())
        .isEqualTo("iot.amazonaws.com is unable to perform: sts:AssumeRole on resource: " + role);
  }

  @Test
  void passingTheRoleNeedsItsPermission() {
    bench.denied.add("iam:PassRole");

    var failure = failure(() -> bench.create("r", "SELECT * FROM 'a'", RulesBench.sqs()));

    assertThat(failure.code()).isEqualTo("AccessDenied");
  }

  @Test
  void aRuleIsDescribedAsItWasCreatedAndListedByTopic() {
    bench.create("one", "SELECT * FROM 'a/+'", RulesBench.sqs());
    bench.create("two", "SELECT * FROM 'b'", RulesBench.lambda());

    var rule =
        bench.call(
            GetTopicRuleRequest.builder().ruleName("one").build(), GetTopicRuleResponse.class);
    var listed =
        bench.call(
            ListTopicRulesRequest.builder().topic("a/x").build(), ListTopicRulesResponse.class);
    var firstPage =
        bench.call(
            ListTopicRulesRequest.builder().maxResults(1).build(), ListTopicRulesResponse.class);

    assertThat(rule.ruleArn()).isEqualTo("arn:aws:iot:us-east-1:000000000000:rule/one");
    assertThat(rule.rule().actions()).containsExactly(RulesBench.sqs());
    assertThat(rule.rule().awsIotSqlVersion()).isEqualTo("2016-03-23");
    assertThat(rule.rule().ruleDisabled()).isFalse();
    assertThat(listed.rules()).extracting(TopicRuleListItem::ruleName).containsExactly("one");
    assertThat(firstPage.rules()).extracting(TopicRuleListItem::ruleName).containsExactly("one");
    assertThat(firstPage.nextToken()).isEqualTo("two");
  }

  @Test
  void aRuleThatIsNotThereIsUnauthorizedAndASecondOfItsNameExists() {
    bench.create("one", "SELECT * FROM 'a'", RulesBench.sqs());

    var missing =
        failure(() ->
            bench.call(
                GetTopicRuleRequest.builder().ruleName("none").build(),
                GetTopicRuleResponse.class));
    var twice = failure(() -> bench.create("one", "SELECT * FROM 'a'", RulesBench.sqs()));

    assertThat(missing.code()).isEqualTo("UnauthorizedException");
    assertThat(twice.code()).isEqualTo("ResourceAlreadyExistsException");
  }

  @Test
  void replaceTakesEffectAtOnceAndDeleteEnds() throws Exception {
    bench.create("one", "SELECT 1 AS v FROM 'a'", RulesBench.sqs());
    bench.publish("a", "{}");
    bench.call(
        ReplaceTopicRuleRequest.builder()
            .ruleName("one")
            .topicRulePayload(p -> p.sql("SELECT 2 AS v FROM 'a'").actions(RulesBench.sqs()))
            .build(),
        ReplaceTopicRuleResponse.class);
    bench.publish("a", "{}");
    bench.call(
        DeleteTopicRuleRequest.builder().ruleName("one").build(), DeleteTopicRuleResponse.class);
    bench.publish("a", "{}");

    assertThat(bench.requests(SendMessageRequest.class))
        .extracting(SendMessageRequest::messageBody)
        .containsExactly("{\"v\":1}", "{\"v\":2}");
  }

  @Test
  void replacingARuleWhileMessagesFlowLosesNone() throws Exception {
    bench.create("one", "SELECT n FROM 'a'", RulesBench.sqs());
    var replacing =
        Thread.startVirtualThread(() -> {
          for (int i = 0; i < 20; i++) {
            bench.call(
                ReplaceTopicRuleRequest.builder()
                    .ruleName("one")
                    .topicRulePayload(p -> p.sql("SELECT n FROM 'a'").actions(RulesBench.sqs()))
                    .build(),
                ReplaceTopicRuleResponse.class);
          }
        });

    for (int n = 0; n < 500; n++) {
      bench.publish("a", "{\"n\":" + n + "}");
    }
    replacing.join();

    assertThat(bench.requests(SendMessageRequest.class)).hasSize(500);
  }

  @Test
  void aClosedEngineTakesNothing() {
    bench.create("one", "SELECT n FROM 'a'", RulesBench.sqs());
    bench.engine.close();

    var taken =
        bench.engine.onMessage(
            new RuleMessage(
                "a",
                new byte[0],
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                MqttProperties.NONE),
            Settlement.begin(() -> {}, Runnable::run));

    assertThat(taken).isFalse();
  }

  @Test
  void rulesWorkAgainAfterARestart(@TempDir Path folder) throws Exception {
    var file = folder.resolve("store");
    try (var before = new RulesBench(Store.open(file))) {
      before.create("kept", "SELECT * FROM 'a/b'", RulesBench.sqs());
    }

    try (var after = new RulesBench(Store.open(file))) {
      after.publish("a/b", "{\"x\":1}");

      assertThat(after.requests(SendMessageRequest.class))
          .extracting(SendMessageRequest::messageBody)
          .containsExactly("{\"x\":1}");
    }
  }

  private static AwsFailure failure(ThrowingCallable call) {
    return catchThrowableOfType(AwsFailure.class, call);
  }
}
