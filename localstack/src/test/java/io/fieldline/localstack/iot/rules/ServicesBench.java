// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.iam.Iam;
import io.fieldline.localstack.identity.Sessions;
import io.fieldline.localstack.identity.Sts;
import io.fieldline.localstack.policy.IamAuthorization;
import io.fieldline.localstack.policy.IamMode;
import io.fieldline.localstack.sns.Sns;
import io.fieldline.localstack.sqs.Sqs;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.services.iam.model.PutRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.PutRolePolicyResponse;
import software.amazon.awssdk.services.iot.model.CreateTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.CreateTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.TopicRulePayload;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.CreateQueueResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/// The rules with the services behind them: IAM, STS, SQS and SNS.
final class ServicesBench implements AutoCloseable {
  static final String ACCOUNT = "000000000000";
  static final String ROLE = "arn:aws:iam::" + ACCOUNT + ":role/rules";
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
      "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}\
      """;

  final RuleEngine engine;
  private final Store store = Store.open(null);
  private final Timers timers;
  private final Sns sns;
  private final Api api;
  private final Caller person =
      new Caller(new Principal.Root(ACCOUNT), ACCOUNT, "us-east-1", "test", Map.of());

  /// @param actions what the role of the rules may do
  ServicesBench(String... actions) {
    var info =
        new StackInfo(
            ACCOUNT, "us-east-1", () -> URI.create("http://127.0.0.1"), () -> 0, Path.of("unused"));
    var clock = new StackClock(Clock.systemUTC());
    timers = new Timers(clock);
    var serial = new AtomicInteger();
    var iam = new Iam(store, info, clock, () -> "%016d".formatted(serial.incrementAndGet()));
    var authorization = new IamAuthorization(iam, IamMode.ENFORCE);
    var ways = new Ways(clock, new Random(), false);
    api = new Api(authorization, (_, _) -> {}, _ -> {}, store::commit, clock, ways);
    iam.register(api);
    var random = RandomGenerator.getDefault();
    new Sts(new Sessions(store, clock, random), iam.roles()).register(api);
    new Sqs(store, info, clock, ServicesBench::id, MetricSink.NONE, ways).register(api);
    sns = new Sns(store, info, clock, timers, ServicesBench::id);
    sns.register(api, new WebPaths());
    engine = new RuleEngine(api, info, clock, random, new LoggingOptions(store));
    new TopicRules(store, info, clock, engine).register(api);
    iam.roles().ensure("rules", TRUST, "arn:aws:iam::aws:policy/none");
    allow(actions);
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private void allow(String... actions) {
    call(
        PutRolePolicyRequest.builder()
            .roleName("rules")
            .policyName("p")
            .policyDocument(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["%s"],
                "Resource":"*"}]}\
                """
                    .formatted(String.join("\",\"", actions)))
            .build(),
        PutRolePolicyResponse.class);
  }

  <O extends AwsResponse> O call(AwsRequest request, Class<O> type) {
    return api.call(person, request, type);
  }

  /// A queue that takes messages from SNS.
  String queue(String name) {
    String policy =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage",
        "Principal":{"Service":"sns.amazonaws.com"},"Resource":"*"}]}\
        """;
    return call(
            CreateQueueRequest.builder()
                .queueName(name)
                .attributes(Map.of(QueueAttributeName.POLICY, policy))
                .build(),
            CreateQueueResponse.class)
        .queueUrl();
  }

  List<String> bodies(String queueUrl) {
    return call(
            ReceiveMessageRequest.builder().queueUrl(queueUrl).maxNumberOfMessages(10).build(),
            ReceiveMessageResponse.class)
        .messages()
        .stream()
        .map(Message::body)
        .toList();
  }

  void rule(String name, Consumer<TopicRulePayload.Builder> payload) {
    call(
        CreateTopicRuleRequest.builder()
            .ruleName(name)
            .topicRulePayload(p -> payload.accept(p.awsIotSqlVersion("2016-03-23")))
            .build(),
        CreateTopicRuleResponse.class);
  }

  /// Publishes, and waits until every rule has finished with the message.
  void publish(String topic, String payload) throws InterruptedException {
    RulesBench.publish(engine, topic, payload.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    engine.close();
    sns.close();
    timers.close();
    store.close();
  }
}
