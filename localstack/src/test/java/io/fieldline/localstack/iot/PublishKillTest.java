// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/// The stack as a process that is killed while devices publish as fast as they can: what it had
/// acknowledged at QoS 1 has gone through the rules, into the queue and the table.
@Order(2)
@Timeout(300)
class PublishKillTest {
  private static final int DEVICES = 3;
  private static final int IN_FLIGHT = 60;
  private static final int KILLS = Integer.getInteger("fieldline.kills", 1);
  private static final String ROLE = "arn:aws:iam::000000000000:role/rules";
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      """;
  private static final String MAY_WRITE =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Action":["sqs:SendMessage","dynamodb:PutItem"],"Resource":"*"}]}
      """;
  private static final String DEVICE =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}
      """;

  private static final AttributeDefinition ID =
      AttributeDefinition.builder()
          .attributeName("id")
          .attributeType(ScalarAttributeType.S)
          .build();
  private static final KeySchemaElement KEY =
      KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build();

  @TempDir private Path folder;

  /// One run of the stack on the test's data.
  private final class Run implements AutoCloseable {
    private final Process process;
    private final URI endpoint;
    private final int mqttPort;

    Run() throws IOException {
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-XX:+UseSerialGC",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.fieldline.localstack.Main",
                  "--port",
                  "0",
                  "--mqtt-port",
                  "0",
                  "--data",
                  folder.resolve("data").toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      BufferedReader said = process.inputReader();
      String line = said.readLine();
      while (line != null && !line.startsWith("ready ")) {
        line = said.readLine();
      }
      assertThat(line).as("the stack's first words").isNotNull();
      endpoint = URI.create(line.split(" ")[1]);
      mqttPort = URI.create(line.split(" ")[2]).getPort();
    }

    <B extends AwsClientBuilder<B, C> & SdkSyncClientBuilder<B, C>, C> C client(B builder) {
      return builder
          .endpointOverride(endpoint)
          .region(Region.US_EAST_1)
          .credentialsProvider(
              StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
          .httpClientBuilder(UrlConnectionHttpClient.builder())
          .build();
    }

    @Override
    public void close() {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static SSLContext prepare(Run run) throws Exception {
    try (var iam = run.client(IamClient.builder());
        var sqs = run.client(SqsClient.builder());
        var tables = run.client(DynamoDbClient.builder());
        var iot = run.client(IotClient.builder())) {
      iam.createRole(r -> r.roleName("rules").assumeRolePolicyDocument(TRUST));
      iam.putRolePolicy(p -> p.roleName("rules").policyName("write").policyDocument(MAY_WRITE));
      String one = sqs.createQueue(q -> q.queueName("one")).queueUrl();
      String two = sqs.createQueue(q -> q.queueName("two")).queueUrl();
      tables.createTable(t ->
          t.tableName("taken")
              .billingMode(BillingMode.PAY_PER_REQUEST)
              .attributeDefinitions(List.of(ID))
              .keySchema(List.of(KEY)));
      rule(iot, "single", sqs(one));
      rule(
          iot,
          "several",
          Action.builder()
              .dynamoDBv2(d -> d.putItem(i -> i.tableName("taken")).roleArn(ROLE))
              .build(),
          sqs(two));
      iot.createPolicy(p -> p.policyName("device").policyDocument(DEVICE));
      var certificate = iot.createKeysAndCertificate(c -> c.setAsActive(true));
      iot.attachPolicy(a -> a.policyName("device").target(certificate.certificateArn()));
      return MqttSocket.tls(
          certificate.certificatePem(), certificate.keyPair().privateKey(), authority(run));
    }
  }

  private static Action sqs(String queueUrl) {
    return Action.builder().sqs(s -> s.queueUrl(queueUrl).useBase64(false).roleArn(ROLE)).build();
  }

  private static void rule(IotClient iot, String name, Action... actions) {
    iot.createTopicRule(r ->
        r.ruleName(name)
            .topicRulePayload(p ->
                p.sql("SELECT id FROM 'in/+'").awsIotSqlVersion("2016-03-23").actions(actions)));
  }

  private static String authority(Run run) throws IOException {
    try (var pem = run.endpoint.resolve("/_local/ca.pem").toURL().openStream()) {
      return new String(pem.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Publishes until the stack is gone; notes what was acknowledged.
  private static void publish(
      SSLContext tls, int port, String device, Queue<String> acknowledged, CountDownLatch enough) {
    var sent = new ArrayDeque<String>();
    try (var socket =
        new MqttSocket(
            tls.getSocketFactory().createSocket("127.0.0.1", port), MqttVersion.MQTT_3_1_1)) {
      socket.connect(device, UnaryOperator.identity());
      for (int i = 0; ; i++) {
        String id = device + "-" + i;
        socket.sendPublish("in/" + device, "{\"id\":\"" + id + "\"}", 1, p -> p);
        sent.add(id);
        if (sent.size() > IN_FLIGHT) {
          socket.await(MqttMessageType.PUBACK);
          acknowledged.add(sent.remove());
          enough.countDown();
        }
      }
    } catch (IOException | AssertionError gone) {
      assertThat(acknowledged).isNotEmpty();
    }
  }

  @Test
  void whatWasAcknowledgedHasGoneThroughTheRulesWhenTheStackIsKilled() throws Exception {
    var random = new Random();
    Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    SSLContext tls;
    try (var first = new Run()) {
      tls = prepare(first);
    }
    for (int kill = 0; kill < KILLS; kill++) {
      try (var run = new Run()) {
        var enough = new CountDownLatch(100 + random.nextInt(300));
        for (int d = 0; d < DEVICES; d++) {
          String device = "k" + kill + "d" + d;
          Thread.ofVirtual().start(() -> publish(tls, run.mqttPort, device, acknowledged, enough));
        }
        assertThat(enough.await(120, TimeUnit.SECONDS)).as("enough acknowledged").isTrue();
        run.process.destroyForcibly().waitFor();
      }
    }

    try (var last = new Run()) {
      var wanted = new HashSet<>(acknowledged);
      assertThat(lacking(wanted, queued(last, "one"))).as("not in the queue").isEmpty();
      assertThat(lacking(wanted, queued(last, "two"))).as("not in the second queue").isEmpty();
      assertThat(lacking(wanted, stored(last))).as("not in the table").isEmpty();
    }
  }

  private static Set<String> lacking(Set<String> wanted, Set<String> found) {
    var lacking = new HashSet<>(wanted);
    lacking.removeAll(found);
    return lacking;
  }

  private static Set<String> queued(Run run, String queue) {
    var found = new HashSet<String>();
    try (var sqs = run.client(SqsClient.builder())) {
      String url = run.endpoint + "/000000000000/" + queue;
      List<Message> batch = next(sqs, url);
      while (!batch.isEmpty()) {
        batch.forEach(m -> found.add(m.body().substring(7, m.body().length() - 2)));
        batch = next(sqs, url);
      }
    }
    return found;
  }

  private static List<Message> next(SqsClient sqs, String url) {
    return sqs.receiveMessage(
            r -> r.queueUrl(url).maxNumberOfMessages(10).visibilityTimeout(600).waitTimeSeconds(0))
        .messages();
  }

  private static Set<String> stored(Run run) {
    try (var tables = run.client(DynamoDbClient.builder())) {
      return tables.scanPaginator(s -> s.tableName("taken")).items().stream()
          .map(item -> item.get("id").s())
          .collect(Collectors.toSet());
    }
  }
}
