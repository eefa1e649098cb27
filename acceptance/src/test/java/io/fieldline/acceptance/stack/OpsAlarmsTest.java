// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.apigatewayv2.ApiGatewayV2Client;
import software.amazon.awssdk.services.apigatewayv2.model.IntegrationType;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.Architecture;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// Every alarm of the reviewed template is made to go off, by what it is there for, and tells the
/// stage's topic, whose policy lets it: messages that lie where they should not, an API and a
/// function that fail. An alarm for which there is no cause here fails this test; those of a
/// version that is going live tell nobody, and are in {@code CanaryJourneyTest}.
class OpsAlarmsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What the alarms watch, without what needs the rest of the stack.
  private static final Set<String> KEPT =
      Set.of(
          "AWS::SQS::Queue",
          "AWS::Kinesis::Stream",
          "AWS::SNS::Topic",
          "AWS::SNS::TopicPolicy",
          "AWS::CloudWatch::Alarm",
          "AWS::ApiGatewayV2::Api");

  @Test
  void everyAlarmGoesOffAndIsTold() throws Exception {
    try (var stack = LocalStack.start();
        var aws = new AwsClients(stack.endpoint())) {
      deploy(aws);
      var alarms = aws.client(CloudWatchClient.builder()).describeAlarms(list -> {}).metricAlarms();
      var told = toldQueue(aws);
      var failures = new Failures(stack, aws, alarms);
      alarms.forEach(alarm -> sendWhere(aws, alarm));

      var missing = new TreeSet<String>();
      alarms.forEach(alarm -> missing.add(alarm.alarmName()));
      boolean later = false;
      for (int step = 0; step < 40 && !missing.isEmpty(); step++) {
        failures.happen(missing);
        // Hours may wait for half an hour to be merged: the rest has gone off before.
        boolean wait =
            !later
                && missing.stream()
                    .allMatch(name -> name.endsWith("-age") && !name.contains("stream"));
        later |= wait;
        stack.clock().advance(Duration.ofMinutes(wait ? 40 : 1));
        LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
        missing.removeAll(told(aws, told));
      }

      assertThat(alarms).hasSizeGreaterThanOrEqualTo(10);
      assertThat(missing).as("alarms that did not go off").isEmpty();
    }
  }

  private static void deploy(AwsClients aws) throws IOException {
    var golden = Checkout.root().resolve("infra-cdk/src/test/resources/watched.template.json");
    var all = JSON.readTree(Files.readString(golden)).get("Resources");
    var template = JSON.createObjectNode();
    var resources = template.putObject("Resources");
    for (var entry : all.properties()) {
      if (KEPT.contains(entry.getValue().get("Type").asText())
          && !entry.getValue().at("/Properties/AlarmName").asText().contains("-new-version-")) {
        resources.set(entry.getKey(), reduced(entry.getValue(), all));
      }
    }
    var cloud = aws.client(CloudFormationClient.builder());
    cloud.createStack(create -> create.stackName("alarms").templateBody(template.toString()));
    var status =
        Await.until(
            "the alarms are deployed",
            Duration.ofSeconds(20),
            () ->
                cloud
                    .describeStacks(one -> one.stackName("alarms"))
                    .stacks()
                    .getFirst()
                    .stackStatusAsString(),
            text -> !text.endsWith("IN_PROGRESS"));
    assertThat(status).isEqualTo("CREATE_COMPLETE");
  }

  /// Without keys, which the local stack does not know, and with functions by their names.
  private static ObjectNode reduced(JsonNode resource, JsonNode all) {
    ObjectNode copy = resource.deepCopy();
    copy.remove("DeletionPolicy");
    var properties = (ObjectNode) copy.get("Properties");
    properties.remove("KmsMasterKeyId");
    properties.remove("StreamEncryption");
    if (copy.get("Type").asText().equals("AWS::ApiGatewayV2::Api")) {
      properties.retain("Name", "ProtocolType");
    }
    for (var dimension : properties.path("Dimensions")) {
      var named = all.path(dimension.at("/Value/Ref").asText()).at("/Properties/FunctionName");
      if (named.isTextual()) {
        ((ObjectNode) dimension).set("Value", named);
      }
    }
    return copy;
  }

  private static String toldQueue(AwsClients aws) {
    var arn = "arn:aws:sqs:us-east-1:000000000000:told";
    var policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"%s"}]}\
        """
            .formatted(arn);
    var sns = aws.client(SnsClient.builder());
    var topic = sns.listTopics().topics().getFirst().topicArn();
    var url =
        aws.sqs()
            .createQueue(create ->
                create.queueName("told").attributes(Map.of(QueueAttributeName.POLICY, policy)))
            .queueUrl();
    sns.subscribe(to -> to.topicArn(topic).protocol("sqs").endpoint(arn));
    return url;
  }

  /// The names of the alarms that were told since the last time.
  private static Set<String> told(AwsClients aws, String url) throws IOException {
    var names = new TreeSet<String>();
    while (true) {
      var messages =
          aws.sqs().receiveMessage(take -> take.queueUrl(url).maxNumberOfMessages(10)).messages();
      if (messages.isEmpty()) {
        return names;
      }
      for (var message : messages) {
        var notice = JSON.readTree(JSON.readTree(message.body()).path("Message").asText());
        if (notice.path("NewStateValue").asText().equals("ALARM")) {
          names.add(notice.path("AlarmName").asText());
        }
        aws.sqs().deleteMessage(gone -> gone.queueUrl(url).receiptHandle(message.receiptHandle()));
      }
    }
  }

  private static Map<String, String> dimensions(MetricAlarm alarm) {
    return alarm.dimensions().stream().collect(Collectors.toMap(d -> d.name(), d -> d.value()));
  }

  /// A message that nobody takes, in the queue that an alarm watches.
  private static void sendWhere(AwsClients aws, MetricAlarm alarm) {
    var queue = dimensions(alarm).get("QueueName");
    if (queue != null) {
      var url = aws.sqs().getQueueUrl(get -> get.queueName(queue)).queueUrl();
      aws.sqs().sendMessage(send -> send.queueUrl(url).messageBody("left behind"));
    }
  }

  /// An API whose function is not there, functions that fail, and streams that are read late.
  private static final class Failures {
    private final LambdaClient functions;
    private final Map<String, String> failing = new HashMap<>();
    private final Map<String, String> lagging = new HashMap<>();
    private final KinesisClient streams;
    private final URI route;

    Failures(LocalStack stack, AwsClients aws, List<MetricAlarm> alarms) throws IOException {
      this.streams = aws.client(KinesisClient.builder());
      this.functions = aws.client(LambdaClient.builder());
      var apis = aws.client(ApiGatewayV2Client.builder());
      var api = apis.getApis(get -> {}).items().getFirst().apiId();
      var integration =
          apis.createIntegration(create ->
                  create
                      .apiId(api)
                      .integrationType(IntegrationType.AWS_PROXY)
                      .payloadFormatVersion("2.0")
                      .integrationUri("arn:aws:lambda:us-east-1:000000000000:function:gone"))
              .integrationId();
      apis.createRoute(
          create -> create.apiId(api).routeKey("GET /").target("integrations/" + integration));
      apis.createStage(create -> create.apiId(api).stageName("$default").autoDeploy(true));
      this.route = URI.create(stack.endpoint() + "/_api/" + api + "/$default/");
      for (var alarm : alarms) {
        var stream = dimensions(alarm).get("StreamName");
        if (stream != null) {
          lagging.put(alarm.alarmName(), stream);
          streams.putRecord(put ->
              put.streamName(stream).partitionKey("p").data(SdkBytes.fromUtf8String("late")));
        }
        if (alarm.namespace().equals("AWS/Lambda")) {
          var name = dimensions(alarm).get("FunctionName");
          create(aws, name);
          failing.put(alarm.alarmName(), name);
        }
      }
    }

    /// As somebody who is behind by all that there is.
    private void readFromTheStart(String stream) {
      for (var shard : streams.listShards(list -> list.streamName(stream)).shards()) {
        var start =
            streams.getShardIterator(get ->
                get.streamName(stream)
                    .shardId(shard.shardId())
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON));
        streams.getRecords(get -> get.shardIterator(start.shardIterator()));
      }
    }

    /// The real function without its environment.
    private void create(AwsClients aws, String name) throws IOException {
      var label = name.substring(name.lastIndexOf('-') + 1);
      var zip = Checkout.root().resolve("lambdas/target/functions/" + label + ".zip");
      var trust =
          """
          {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
          "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}\
          """;
      var role =
          aws.client(IamClient.builder())
              .createRole(make -> make.roleName("r-" + label).assumeRolePolicyDocument(trust))
              .role()
              .arn();
      var code = SdkBytes.fromByteArray(Files.readAllBytes(zip));
      var handler =
          "io.fieldline.lambdas.%s.%s%sHandler::handleRequest"
              .formatted(label, Character.toUpperCase(label.charAt(0)), label.substring(1));
      functions.createFunction(make ->
          make.functionName(name)
              .role(role)
              .handler(handler)
              .runtime("java25")
              .architectures(Architecture.ARM64)
              .code(from -> from.zipFile(code)));
    }

    /// Only what an alarm that is missing would tell of: a start of a function takes a while.
    void happen(Set<String> missing) throws IOException, InterruptedException {
      lagging.forEach((alarm, stream) -> {
        if (missing.contains(alarm)) {
          readFromTheStart(stream);
        }
      });
      if (missing.stream().anyMatch(name -> name.contains("-api-"))) {
        try (var http = HttpClient.newHttpClient()) {
          for (int i = 0; i < 2; i++) {
            var answer =
                http.send(HttpRequest.newBuilder(route).build(), BodyHandlers.discarding());
            assertThat(answer.statusCode()).isEqualTo(500);
          }
        }
      }
      failing.forEach((alarm, name) -> {
        if (missing.contains(alarm)) {
          var answer = functions.invoke(call -> call.functionName(name));
          assertThat(answer.functionError()).isNotNull();
        }
      });
    }
  }
}
