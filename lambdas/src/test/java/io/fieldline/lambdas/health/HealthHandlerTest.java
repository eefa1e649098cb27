// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.ComparisonOperator;
import software.amazon.awssdk.services.cloudwatch.model.Dimension;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatch.model.Statistic;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What the stack has measured of its queues, and of what the functions have written.
final class HealthHandlerTest {
  private final LocalStack stack = LocalStack.start();
  private final List<String> asked = new ArrayList<>();
  private final CloudWatchClient metrics = client(CloudWatchClient.builder());
  private final SqsClient queues = client(SqsClient.builder());

  @AfterEach
  void close() {
    metrics.close();
    queues.close();
    stack.close();
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(o -> o.addExecutionInterceptor(new Asked()))
        .build();
  }

  private final class Asked implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      asked.add(context.request().getClass().getSimpleName());
    }
  }

  private HealthHandler function() {
    return new HealthHandler(
        new Environment(
            Map.of(
                "NAME_PREFIX", "fieldline-dev-",
                "QUEUES", "fieldline-dev-ingest,fieldline-dev-unused",
                "DEAD_LETTER_QUEUES", "fieldline-dev-ingest-dead",
                "FUNCTIONS", "fieldline-dev-telemetry,fieldline-dev-site")),
        metrics,
        stack.clock());
  }

  private static Invocation.Answer get(HealthHandler function, String groups) throws IOException {
    return Invocation.api(function, "GET /health", Map.of(), Map.of(), groups, null);
  }

  private void send(String queue, int messages) {
    var url = queues.createQueue(create -> create.queueName("fieldline-dev-" + queue)).queueUrl();
    for (int i = 0; i < messages; i++) {
      queues.sendMessage(send -> send.queueUrl(url).messageBody("{}"));
    }
  }

  private void stored(long readings, Instant at) {
    var function = Dimension.builder().name("FunctionName").value("fieldline-dev-telemetry");
    metrics.putMetricData(put ->
        put.namespace("Fieldline")
            .metricData(
                MetricDatum.builder()
                    .metricName("ReadingsStored")
                    .dimensions(function.build())
                    .timestamp(at)
                    .value((double) readings)
                    .build()));
  }

  private void alarm(String name, String description, StateValue state) {
    metrics.putMetricAlarm(put ->
        put.alarmName(name)
            .alarmDescription(description)
            .namespace("Fieldline")
            .metricName("Nothing")
            .statistic(Statistic.SUM)
            .period(60)
            .evaluationPeriods(1)
            .threshold(0.0)
            .treatMissingData("ignore")
            .comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD));
    metrics.setAlarmState(set -> set.alarmName(name).stateValue(state).stateReason("a drill"));
  }

  /// The stack measures queues by the minute of its clock.
  private JsonObject afterMinutes(Predicate<JsonObject> wanted) throws IOException {
    JsonObject body = JsonObject.of(Map.of());
    for (int minute = 0; minute < 20; minute++) {
      stack.clock().advance(Duration.ofMinutes(1));
      LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
      var answer = get(function(), "[operator]");
      assertThat(answer.status()).as(answer.body().members().toString()).isEqualTo(200);
      body = answer.body();
      if (wanted.test(body)) {
        return body;
      }
    }
    throw new AssertionError("not within twenty minutes: " + body.members());
  }

  private static JsonObject one(JsonObject body, String list, String member, String name) {
    try {
      for (var each : body.objects(list)) {
        if (each.text(member).equals(name)) {
          return each;
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    throw new AssertionError("no " + name + " in " + body.members());
  }

  @Test
  void tellsWhatWasMeasuredAndNothingElse() throws IOException {
    send("ingest", 3);
    send("ingest-dead", 2);
    // Of one minute, also where another begins in between.
    var at = stack.clock().instant();
    stored(40, at);
    stored(2, at);
    alarm(
        "fieldline-dev-ingest-age",
        "Telemetry waits. What to do: docs/how-to/answer-alarms.md#ingest-age",
        StateValue.ALARM);
    alarm("fieldline-dev-api-failures", "The API fails.", StateValue.OK);
    alarm("fieldline-prod-ingest-age", "Of another stage.", StateValue.ALARM);

    var body =
        afterMinutes(found ->
            one(found, "queues", "queue", "ingest-dead").has("waiting")
                && one(found, "queues", "queue", "ingest").has("oldestSeconds"));

    assertThat(one(body, "queues", "queue", "ingest").whole("waiting")).isEqualTo(3);
    assertThat(one(body, "queues", "queue", "ingest").whole("oldestSeconds")).isPositive();
    assertThat(one(body, "queues", "queue", "ingest-dead").members())
        .containsEntry("waiting", 2L)
        .containsEntry("deadLetters", true)
        .doesNotContainKey("oldestSeconds");
    assertThat(one(body, "queues", "queue", "unused").members())
        .containsOnlyKeys("queue", "deadLetters");
    assertThat(one(body, "functions", "function", "site").members()).containsOnlyKeys("function");
    assertThat(body.objects("readings")).extracting(minute -> minute.whole("stored")).contains(42L);
    assertThat(body.whole("watched")).isEqualTo(2);
    assertThat(body.objects("alarms")).hasSize(1);
    assertThat(body.objects("alarms").getFirst().members())
        .containsEntry("alarm", "ingest-age")
        .containsEntry("description", "Telemetry waits.")
        .containsEntry("reason", "a drill")
        .containsEntry("runbook", "docs/how-to/answer-alarms.md#ingest-age");
  }

  /// Each metric that is asked for is paid for.
  @Test
  void asksCloudWatchOnceInHalfAMinuteHoweverManyLook() throws IOException {
    var function = function();
    asked.clear();

    for (int i = 0; i < 5; i++) {
      assertThat(get(function, "[operator]").status()).isEqualTo(200);
    }
    assertThat(asked).containsExactly("GetMetricDataRequest", "DescribeAlarmsRequest");
    stack.clock().advance(Duration.ofSeconds(31));
    get(function, "[operator]");

    assertThat(asked).hasSize(4);
  }

  @Test
  void isForOperators() throws IOException {
    assertThat(get(function(), "[viewer]").status()).isEqualTo(403);
  }
}
