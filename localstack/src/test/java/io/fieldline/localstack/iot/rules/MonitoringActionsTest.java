// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.InputLogEvent;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.DynamoKeyType;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

class MonitoringActionsTest {
  private final RulesBench bench = new RulesBench(Store.open(null));

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void aMetricIsPutWithValuesFromTheMessage() throws Exception {
    bench.create("m", "SELECT * FROM 'a/+'", metric());

    bench.publish("a/b", "{\"t\":21.5}");

    var datum = bench.requests(PutMetricDataRequest.class).getFirst().metricData().getFirst();
    assertThat(datum.metricName()).isEqualTo("temperature-b");
    assertThat(datum.value()).isEqualTo(21.5);
    assertThat(datum.timestamp()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
  }

  @Test
  void aMetricWithoutANumberIsAFailureThatSaysSo() throws Exception {
    bench.create(
        "m",
        payload ->
            payload.sql("SELECT * FROM 'a/+'").actions(metric()).errorAction(RulesBench.sqs()));

    bench.publish("a/b", "{\"t\":\"warm\"}");

    assertThat(bench.requests(SendMessageRequest.class).getFirst().messageBody())
        .contains("metricValue: expected a number, got 'warm'");
  }

  @Test
  void anAlarmIsSet() throws Exception {
    bench.create(
        "al",
        "SELECT * FROM 'a'",
        Action.builder()
            .cloudwatchAlarm(a ->
                a.alarmName("x")
                    .stateReason("t is ${t}")
                    .stateValue("ALARM")
                    .roleArn(RulesBench.ROLE))
            .build());

    bench.publish("a", "{\"t\":1}");

    var request = bench.requests(SetAlarmStateRequest.class).getFirst();
    assertThat(request.stateReason()).isEqualTo("t is 1");
    assertThat(request.stateValueAsString()).isEqualTo("ALARM");
  }

  @Test
  void inBatchModeEachElementIsALogEvent() throws Exception {
    bench.create(
        "lo",
        "SELECT VALUE events FROM 'a'",
        Action.builder()
            .cloudwatchLogs(l -> l.logGroupName("g").batchMode(true).roleArn(RulesBench.ROLE))
            .build());

    bench.publish("a", "{\"events\":[{\"n\":1},{\"n\":2}]}");

    var request = bench.requests(PutLogEventsRequest.class).getFirst();
    assertThat(request.logGroupName()).isEqualTo("g");
    assertThat(request.logEvents())
        .extracting(InputLogEvent::message)
        .containsExactly("{\"n\":1}", "{\"n\":2}");
  }

  @Test
  void aDynamoDbActionKeepsThePayloadInOneAttribute() throws Exception {
    bench.create("in", "SELECT * FROM 'a/+'", dynamo("INSERT"));
    bench.create("up", "SELECT * FROM 'a/+'", dynamo("${op}"));

    bench.publish("a/b", "{\"op\":\"update\"}");

    assertThat(bench.requests(PutItemRequest.class).getFirst().item())
        .isEqualTo(
            Map.of(
                "pk", AttributeValue.fromS("b"),
                "at", AttributeValue.fromN("5"),
                "payload", AttributeValue.fromM(Map.of("op", AttributeValue.fromS("update")))));
    assertThat(bench.requests(UpdateItemRequest.class).getFirst().attributeUpdates())
        .containsOnlyKeys("payload");
  }

  private static Action metric() {
    return Action.builder()
        .cloudwatchMetric(m ->
            m.metricNamespace("Fieldline")
                .metricName("temperature-${topic(2)}")
                .metricValue("${t}")
                .metricUnit("None")
                .metricTimestamp("1700000000")
                .roleArn(RulesBench.ROLE))
        .build();
  }

  private static Action dynamo(String operation) {
    return Action.builder()
        .dynamoDB(d ->
            d.tableName("t")
                .hashKeyField("pk")
                .hashKeyValue("${topic(2)}")
                .rangeKeyField("at")
                .rangeKeyValue("5")
                .rangeKeyType(DynamoKeyType.NUMBER)
                .operation(operation)
                .roleArn(RulesBench.ROLE))
        .build();
  }
}
