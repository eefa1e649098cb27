// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.DisableTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.DisableTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.UserProperty;
import software.amazon.awssdk.services.iotdataplane.model.PublishRequest;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;

class RuleEngineTest {
  private final RulesBench bench = new RulesBench(Store.open(null));

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aMatchingMessageGoesToTheQueueAsASessionOfTheRulesRole() throws Exception {
    bench.create(
        "telemetry",
        "SELECT * AS batch, topic(2) AS thing FROM 'fieldline/+/telemetry' WHERE v > 1",
        RulesBench.sqs());

    bench.publish("fieldline/gw/telemetry", "{\"v\":2}");
    bench.publish("fieldline/gw/telemetry", "{\"v\":1}");
    bench.publish("fieldline/gw/other", "{\"v\":2}");

    assertThat(bench.requests(SendMessageRequest.class))
        .extracting(SendMessageRequest::messageBody)
        .containsExactly("{\"batch\":{\"v\":2},\"thing\":\"gw\"}");
    assertThat(bench.callerOf(SendMessageRequest.class).principal().arn())
        .isEqualTo("arn:aws:sts::000000000000:assumed-role/rules/telemetry");
    assertThat(bench.callerOf(AssumeRoleRequest.class).principal().arn())
        .isEqualTo("iot.amazonaws.com");
    assertThat(bench.engine.counts("telemetry").fired()).isEqualTo(1);
  }

  @Test
  void aLambdaActionInvokesAsTheServiceWithTheRuleAsSource() throws Exception {
    bench.create("hot", "SELECT t FROM 'a/#'", RulesBench.lambda());

    bench.publish("a/b", "{\"t\":30}");

    var invoke = bench.requests(InvokeRequest.class).getFirst();
    assertThat(invoke.invocationType()).isEqualTo(InvocationType.EVENT);
    assertThat(invoke.functionName()).isEqualTo(RulesBench.FUNCTION);
    assertThat(invoke.payload().asUtf8String()).isEqualTo("{\"t\":30}");
    var caller = bench.callerOf(InvokeRequest.class);
    assertThat(caller.principal().arn()).isEqualTo("iot.amazonaws.com");
    assertThat(caller.context())
        .isEqualTo(
            Map.of(
                "aws:SourceArn", "arn:aws:iot:us-east-1:000000000000:rule/hot",
                "aws:SourceAccount", "000000000000"));
  }

  @Test
  void basicIngestReachesOnlyTheNamedRuleWhateverItsFilter() throws Exception {
    bench.create("one", "SELECT topic() AS t FROM 'elsewhere'", RulesBench.sqs());
    bench.create("two", "SELECT * FROM '#'", RulesBench.sqs());

    bench.publish("$aws/rules/one/fieldline/gw/telemetry", "{}");
    bench.publish("$aws/rules/unknown/x", "{}");

    assertThat(bench.requests(SendMessageRequest.class))
        .extracting(SendMessageRequest::messageBody)
        .containsExactly("{\"t\":\"fieldline/gw/telemetry\"}");
    assertThat(bench.engine.ruleNotFound()).isEqualTo(1);
  }

  @Test
  void failedActionsRunTheErrorActionOnceWithAwsDocument() throws Exception {
    bench.create(
        "failing",
        payload ->
            payload
                .sql("SELECT * FROM 'a/b'")
                .actions(RulesBench.lambda(), put("none"))
                .errorAction(RulesBench.sqs()));
    bench.functionPolicy = RulesBench.functionPolicy("arn:aws:iot:*:*:rule/other");
    bench.denied.add("dynamodb:PutItem");

    bench.publish("a/b", "{\"x\":1}");

    var bodies = bench.requests(SendMessageRequest.class);
    assertThat(bodies).hasSize(1);
    assertThat(bodies.getFirst().messageBody())
        .startsWith("{\"ruleName\":\"failing\",\"topic\":\"a/b\",\"cloudwatchTraceId\":\"")
        .contains(
            "\"clientId\":\"dev1\",\"base64OriginalPayload\":\"eyJ4IjoxfQ==\",\"failures\":[{")
        .contains("\"failedAction\":\"LambdaAction\",\"failedResource\":\"" + RulesBench.FUNCTION)
        .contains("iot.amazonaws.com is not authorized to perform: lambda:InvokeFunction")
        .contains("\"failedAction\":\"DynamoDBv2Action\",\"failedResource\":\"none\"");
    assertThat(bench.engine.counts("failing").failed()).isEqualTo(1);
    assertThat(bench.engine.counts("failing").errorActionFailed()).isZero();
  }

  @Test
  void aDynamoDbV2ActionPutsOneAttributeAKey() throws Exception {
    bench.create("items", "SELECT *, topic(2) AS pk FROM 'a/+'", put("table-${topic(1)}"));

    bench.publish("a/b", "{\"n\":1.5,\"s\":\"x\",\"l\":[true,null]}");

    var request = bench.requests(PutItemRequest.class).getFirst();
    assertThat(request.tableName()).isEqualTo("table-a");
    assertThat(request.item())
        .containsEntry("n", AttributeValue.fromN("1.5"))
        .containsEntry("pk", AttributeValue.fromS("b"))
        .containsEntry(
            "l",
            AttributeValue.fromL(
                List.of(AttributeValue.fromBool(true), AttributeValue.fromNul(true))));
  }

  @Test
  void republishRendersTopicAndHeadersFromTheOriginalMessage() throws Exception {
    bench.create(
        "again",
        "SELECT x AS y FROM 'a/+'",
        Action.builder()
            .republish(r ->
                r.topic("$$aws/things/${topic(2)}/shadow/update")
                    .qos(1)
                    .roleArn(RulesBench.ROLE)
                    .headers(h ->
                        h.contentType("application/json")
                            .userProperties(UserProperty.builder().key("x").value("${x}").build())))
            .build());

    bench.publish("a/b", "{\"x\":7}");

    var request = bench.requests(PublishRequest.class).getFirst();
    assertThat(request.topic()).isEqualTo("$aws/things/b/shadow/update");
    assertThat(request.qos()).isEqualTo(1);
    assertThat(request.payload().asUtf8String()).isEqualTo("{\"y\":7}");
    assertThat(request.contentType()).isEqualTo("application/json");
    assertThat(
            new String(
                Base64.getDecoder().decode(request.userProperties()), StandardCharsets.UTF_8))
        .isEqualTo("[{\"x\":\"7\"}]");
  }

  @Test
  void binaryPayloadPassesThroughAsItIsAndIsEncodedForTheQueue() throws Exception {
    bench.create(
        "raw",
        "SELECT * FROM 'bin'",
        Action.builder()
            .s3(s -> s.bucketName("b").key("${topic()}/${timestamp()}").roleArn(RulesBench.ROLE))
            .build());
    bench.create("deflated", "SELECT encode(*, 'base64') AS data FROM 'bin'", RulesBench.sqs());
    var payload = new byte[] {(byte) 0x78, (byte) 0x9c, (byte) 0xff, 0};

    bench.publish("bin", payload);

    assertThat(bench.objects).hasSize(1);
    assertThat(bench.objects.values().iterator().next()).isEqualTo(payload);
    assertThat(bench.requests(SendMessageRequest.class).getFirst().messageBody())
        .isEqualTo("{\"data\":\"eJz/AA==\"}");
  }

  @Test
  void messagesKeepTheirOrderPerRuleOverManyRules() throws Exception {
    for (int i = 0; i < 20; i++) {
      bench.create("r" + i, "SELECT n, '" + i + "' AS rule FROM 'a/b'", RulesBench.sqs());
    }

    for (int n = 0; n < 50; n++) {
      bench.publish("a/b", "{\"n\":" + n + "}");
    }

    var bodies =
        bench.requests(SendMessageRequest.class).stream()
            .map(SendMessageRequest::messageBody)
            .filter(body -> body.endsWith("\"rule\":\"7\"}"))
            .toList();
    assertThat(bodies)
        .isEqualTo(
            IntStream.range(0, 50).mapToObj(n -> "{\"n\":" + n + ",\"rule\":\"7\"}").toList());
  }

  @Test
  void aDisabledRuleDoesNotRun() throws Exception {
    bench.create("off", "SELECT * FROM 'a/b'", RulesBench.sqs());
    bench.call(
        DisableTopicRuleRequest.builder().ruleName("off").build(), DisableTopicRuleResponse.class);

    bench.publish("a/b", "{}");
    bench.publish("$aws/rules/off/x", "{}");

    assertThat(bench.requests(SendMessageRequest.class)).isEmpty();
    assertThat(bench.engine.ruleNotFound()).isEqualTo(1);
  }

  @Test
  void aFailureWithoutErrorActionIsCounted() throws Exception {
    bench.create("lost", "SELECT * FROM 'a/b'", RulesBench.sqs());
    bench.allow("rules", "\"sqs:ReceiveMessage\"");

    bench.publish("a/b", "{}");

    assertThat(bench.engine.counts("lost").failed()).isEqualTo(1);
    assertThat(bench.engine.counts("lost").errorActionFailed()).isEqualTo(1);
  }

  private static Action put(String table) {
    return Action.builder()
        .dynamoDBv2(d -> d.roleArn(RulesBench.ROLE).putItem(p -> p.tableName(table)))
        .build();
  }
}
