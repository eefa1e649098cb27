// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Consumer;
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
import software.amazon.awssdk.services.cloudwatch.model.PutMetricAlarmRequest;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Alarms that are held against what is measured, and tell a topic.
@SuppressWarnings("unchecked") // the SDK takes arrays of generic consumers
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AlarmWatchTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOPIC = "arn:aws:sns:us-east-1:000000000000:told";

  private final LocalStack stack = LocalStack.start();
  private final CloudWatchClient cloudwatch = client(CloudWatchClient.builder());
  private final SqsClient sqs = client(SqsClient.builder());
  private final SnsClient sns = client(SnsClient.builder());
  private final CloudWatchLogsClient logs = client(CloudWatchLogsClient.builder());

  @AfterAll
  void stop() {
    cloudwatch.close();
    sqs.close();
    sns.close();
    logs.close();
    stack.close();
  }

  @Test
  void anAlarmThatGoesOffTellsItsTopicAndComesBack() throws IOException {
    var told = toldQueue();
    alarm(
        "hot",
        r ->
            r.namespace("Site")
                .metricName("temperature")
                .threshold(80.0)
                .treatMissingData("notBreaching")
                .alarmDescription("Look at docs.")
                .alarmActions(TOPIC)
                .okActions(TOPIC));
    cloudwatch.putMetricData(
        r -> r.namespace("Site").metricData(d -> d.metricName("temperature").value(93.0)));

    var alarm = toldAsTimePasses(told);
    assertThat(alarm.path("Subject").asText()).isEqualTo("ALARM: \"hot\" in us-east-1");
    var message = JSON.readTree(alarm.path("Message").asText());
    assertThat(message.path("AlarmDescription").asText()).isEqualTo("Look at docs.");
    assertThat(message.path("NewStateReason").asText())
        .isEqualTo("Threshold Crossed: 1 datapoint [93.0] was greater than the threshold (80.0).");
    assertThat(message.at("/Trigger/MetricName").asText()).isEqualTo("temperature");

    var over = JSON.readTree(toldAsTimePasses(told).path("Message").asText());
    assertThat(over.path("OldStateValue").asText()).isEqualTo("ALARM");
    state("hot", StateValue.OK);
  }

  @Test
  void aStateThatSomebodySetCarriesOutItsActionsAndLastsForAMinute() throws IOException {
    var told = toldQueue();
    alarm(
        "drill",
        r ->
            r.namespace("Site")
                .metricName("none")
                .threshold(0.0)
                .treatMissingData("notBreaching")
                .alarmActions(TOPIC));

    cloudwatch.setAlarmState(
        r -> r.alarmName("drill").stateValue(StateValue.ALARM).stateReason("a drill"));

    assertThat(JSON.readTree(next(told).path("Message").asText()).path("NewStateReason").asText())
        .isEqualTo("a drill");
    state("drill", StateValue.OK);
  }

  @Test
  void whatWaitsInAQueueIsSeen() {
    var url = sqs.createQueue(r -> r.queueName("waits")).queueUrl();
    alarm("depth", r -> ofQueue(r, "ApproximateNumberOfMessagesVisible").threshold(0.0));
    alarm("sent", r -> ofQueue(r, "NumberOfMessagesSent").threshold(0.0));
    alarm("age", r -> ofQueue(r, "ApproximateAgeOfOldestMessage").threshold(120.0));

    state("sent", StateValue.ALARM, () -> sqs.sendMessage(r -> r.queueUrl(url).messageBody("one")));
    state("depth", StateValue.ALARM);
    state("age", StateValue.ALARM);

    sqs.purgeQueue(r -> r.queueUrl(url));
    state("depth", StateValue.OK);
  }

  private static PutMetricAlarmRequest.Builder ofQueue(
      PutMetricAlarmRequest.Builder request, String metric) {
    return request
        .namespace("AWS/SQS")
        .metricName(metric)
        .dimensions(d -> d.name("QueueName").value("waits"))
        .treatMissingData("notBreaching");
  }

  @Test
  void aMetricInALogLineIsOneAndAWrongOneIsCounted() {
    logs.createLogGroup(r -> r.logGroupName("/app"));
    logs.createLogStream(r -> r.logGroupName("/app").logStreamName("1"));
    line(
        """
        {"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"App","Dimensions":[["stage"]],\
        "Metrics":[{"Name":"stored","Unit":"Count"},{"Name":"ages","Unit":"Milliseconds"}]}]},\
        "stage":"dev","stored":240,"ages":[5,7],"message":"x"}\
        """);
    line(
        "{\"_aws\":{\"CloudWatchMetrics\":[{\"Namespace\":\"App\",\"Dimensions\":[[\"no\"]],"
            + "\"Metrics\":[{\"Name\":\"stored\"}]}]},\"stored\":1}");
    line("{\"_aws\": oh no");

    alarm("stored", r -> of(r, "App", "stored", "stage", "dev").threshold(239.0));
    alarm("ages", r -> of(r, "App", "ages", "stage", "dev").threshold(11.0));
    alarm(
        "wrong",
        r -> of(r, "AWS/Logs", "EMFValidationErrors", "LogGroupName", "/app").threshold(0.0));
    alarm(
        "unread",
        r -> of(r, "AWS/Logs", "EMFParsingErrors", "LogGroupName", "/app").threshold(0.0));

    for (var name : new String[] {"stored", "ages", "wrong", "unread"}) {
      state(name, StateValue.ALARM);
    }
  }

  private static PutMetricAlarmRequest.Builder of(
      PutMetricAlarmRequest.Builder request,
      String namespace,
      String metric,
      String dimension,
      String value) {
    return request
        .namespace(namespace)
        .metricName(metric)
        .dimensions(d -> d.name(dimension).value(value));
  }

  private void line(String text) {
    logs.putLogEvents(r ->
        r.logGroupName("/app")
            .logStreamName("1")
            .logEvents(e -> e.timestamp(stack.clock().instant().toEpochMilli()).message(text)));
  }

  @Test
  void whatCannotBeEvaluatedIsRefused() {
    assertThatThrownBy(() -> alarm("x", r -> r.metrics(m -> m.id("a").expression("b + c"))))
        .hasMessageContaining("metric math, anomaly detection) is not supported");
    assertThatThrownBy(() ->
            alarm(
                "x",
                r ->
                    of(r, "N", "m", "d", "v")
                        .threshold(0.0)
                        .alarmActions("arn:aws:lambda:us-east-1:000000000000:function:f")))
        .hasMessageContaining("An action other than an SNS topic");
    assertThatThrownBy(() -> alarm("x", r -> of(r, "N", "m", "d", "v").threshold(0.0).period(10)))
        .hasMessageContaining("A Period of 10 seconds");
  }

  private void alarm(String name, Consumer<PutMetricAlarmRequest.Builder> rest) {
    cloudwatch.putMetricAlarm(r ->
        rest.accept(
            r.alarmName(name)
                .statistic("Sum")
                .period(60)
                .evaluationPeriods(1)
                .comparisonOperator("GreaterThanThreshold")));
  }

  /// A queue that has what the topic was told: a topic of the default policy, which lets the alarms
  /// of its own account publish.
  private String toldQueue() {
    var queue = "told-" + System.nanoTime();
    var arn = "arn:aws:sqs:us-east-1:000000000000:" + queue;
    sns.createTopic(r -> r.name("told"));
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"%s"}]}\
        """
            .formatted(arn);
    var url =
        sqs.createQueue(
                r -> r.queueName(queue).attributes(Map.of(QueueAttributeName.POLICY, policy)))
            .queueUrl();
    sns.listSubscriptionsByTopic(r -> r.topicArn(TOPIC))
        .subscriptions()
        .forEach(one -> sns.unsubscribe(r -> r.subscriptionArn(one.subscriptionArn())));
    sns.subscribe(r -> r.topicArn(TOPIC).protocol("sqs").endpoint(arn));
    return url;
  }

  private JsonNode next(String url) throws IOException {
    var messages = sqs.receiveMessage(r -> r.queueUrl(url).waitTimeSeconds(10)).messages();
    assertThat(messages).hasSize(1);
    sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(messages.getFirst().receiptHandle()));
    return JSON.readTree(messages.getFirst().body());
  }

  /// What is told of a state that lasts for a minute of a clock that goes on meanwhile.
  private JsonNode toldAsTimePasses(String url) throws IOException {
    var deadline = Instant.now().plus(Duration.ofSeconds(15));
    while (true) {
      var messages = sqs.receiveMessage(r -> r.queueUrl(url)).messages();
      if (!messages.isEmpty()) {
        sqs.deleteMessage(r -> r.queueUrl(url).receiptHandle(messages.getFirst().receiptHandle()));
        return JSON.readTree(messages.getFirst().body());
      }
      assertThat(Instant.now()).as("nothing is told").isBefore(deadline);
      passTime();
    }
  }

  private void passTime() {
    stack.clock().advance(Duration.ofSeconds(20));
    java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
  }

  /// For a state that lasts.
  private void state(String alarm, StateValue expected) {
    state(alarm, expected, () -> {});
  }

  /// Time passes as long as the state is not yet there.
  ///
  /// @param goesOn what makes it last until it is seen
  private void state(String alarm, StateValue expected, Runnable goesOn) {
    var deadline = Instant.now().plus(Duration.ofSeconds(15));
    while (true) {
      goesOn.run();
      var is = cloudwatch.describeAlarms(r -> r.alarmNames(alarm)).metricAlarms().getFirst();
      if (is.stateValue() == expected) {
        return;
      }
      assertThat(Instant.now())
          .as(alarm + " " + is.stateValue() + " " + is.stateReason())
          .isBefore(deadline);
      passTime();
    }
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }
}
