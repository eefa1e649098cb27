// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.MqttProperties;
import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Operation;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Streamed;
import io.fieldline.localstack.iam.Iam;
import io.fieldline.localstack.policy.IamAuthorization;
import io.fieldline.localstack.policy.IamMode;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutLogEventsResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.iam.model.PutRolePolicyRequest;
import software.amazon.awssdk.services.iam.model.PutRolePolicyResponse;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.CreateTopicRuleRequest;
import software.amazon.awssdk.services.iot.model.CreateTopicRuleResponse;
import software.amazon.awssdk.services.iot.model.TopicRulePayload;
import software.amazon.awssdk.services.iotdataplane.model.PublishRequest;
import software.amazon.awssdk.services.iotdataplane.model.PublishResponse;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;

/// The rules on a real call path, with the services behind it in memory: each keeps its requests
/// and who made them.
final class RulesBench implements AutoCloseable {
  static final String ROLE = "arn:aws:iam::000000000000:role/rules";
  static final String QUEUE = "http://127.0.0.1/000000000000/q";
  static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f:live";

  final List<Made> made = new CopyOnWriteArrayList<>();
  final Set<String> denied = ConcurrentHashMap.newKeySet();
  final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  final Store store;
  final RuleEngine engine;
  private final Api api;
  private final Caller person;
  final Iam iam;
  volatile String functionPolicy = functionPolicy("*");

  /// One request that arrived at a service, and its caller.
  record Made(AwsRequest request, Caller caller) {}

  RulesBench(Store store) {
    this.store = store;
    var info =
        new StackInfo(
            "000000000000",
            "us-east-1",
            () -> URI.create("http://127.0.0.1"),
            () -> 0,
            Path.of("unused"));
    var clock = new StackClock(Clock.systemUTC());
    var serial = new AtomicInteger();
    this.iam = new Iam(store, info, clock, () -> "%016d".formatted(serial.incrementAndGet()));
    var enforced = new IamAuthorization(iam, IamMode.ENFORCE);
    this.api =
        new Api(
            (caller, access, resourcePolicy) -> {
              check(caller, access);
              enforced.check(caller, access, resourcePolicy);
            },
            (_, _) -> {},
            _ -> {},
            store::commit,
            clock,
            new Ways(clock, new Random(), false));
    iam.register(api);
    this.engine =
        new RuleEngine(api, info, clock, RandomGenerator.getDefault(), new LoggingOptions(store));
    keep(SendMessageRequest.class, SendMessageResponse.builder().build());
    keep(InvokeRequest.class, InvokeResponse.builder().statusCode(202).build())
        .resource("lambda:InvokeFunction", InvokeRequest::functionName)
        .resourcePolicy(_ -> Optional.of(functionPolicy));
    keep(PutItemRequest.class, PutItemResponse.builder().build());
    keep(UpdateItemRequest.class, UpdateItemResponse.builder().build());
    keep(PutMetricDataRequest.class, PutMetricDataResponse.builder().build());
    keep(SetAlarmStateRequest.class, SetAlarmStateResponse.builder().build());
    keep(PutLogEventsRequest.class, PutLogEventsResponse.builder().build());
    keep(PublishRequest.class, PublishResponse.builder().build())
        .resource(r -> info.arn("iot", "topic/" + r.topic()));
    api.on(AssumeRoleRequest.class, this::assumeRole).access(_ -> List.of());
    api.onStream(
        PutObjectRequest.class,
        (request, body) -> {
          objects.put(request.key(), body.readAllBytes());
          return new Streamed<>(PutObjectResponse.builder().build(), null);
        });
    new TopicRules(store, info, clock, engine).register(api);
    this.person =
        new Caller(
            new Principal.Root("000000000000"), "000000000000", "us-east-1", "test", Map.of());
    iam.roles().ensure("rules", trust("iot.amazonaws.com"), "arn:aws:iam::aws:policy/none");
    allow(
        "rules",
        "[\"dynamodb:UpdateItem\",\"cloudwatch:*\",\"logs:*\",\"sqs:SendMessage\",\"dynamodb:PutItem\",\"iot:Publish\",\"s3:PutObject\"]");
  }

  private AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
    made.add(new Made(request, Caller.current()));
    var role = request.roleArn().substring(request.roleArn().lastIndexOf('/') + 1);
    if (!iam.roles().trusts(role, Caller.current())) {
      throw new AwsFailure("AccessDenied", 403, "not trusted");
    }
    return AssumeRoleResponse.builder().build();
  }

  private <I extends AwsRequest, O extends AwsResponse> Operation<I, O> keep(
      Class<I> type, O answer) {
    return api.on(
        type,
        request -> {
          made.add(new Made(request, Caller.current()));
          return answer;
        });
  }

  private void check(Caller caller, Access access) {
    if (denied.contains(access.action())) {
      throw new AwsFailure(
          "AccessDenied",
          403,
          caller.principal().arn() + " is not authorized to perform: " + access.action());
    }
  }

  /// Makes a role that a service may assume, without any permission.
  String role(String name, String trustedService) {
    iam.roles().ensure(name, trust(trustedService), "arn:aws:iam::aws:policy/none");
    return "arn:aws:iam::000000000000:role/" + name;
  }

  /// Replaces what the role may do: a JSON text or array of actions.
  void allow(String role, String actions) {
    call(
        PutRolePolicyRequest.builder()
            .roleName(role)
            .policyName("p")
            .policyDocument(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                    + actions
                    + ",\"Resource\":\"*\"}]}")
            .build(),
        PutRolePolicyResponse.class);
  }

  /// A function's policy that lets the IoT service invoke it for rules whose ARN is like `source`.
  static String functionPolicy(String source) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
        + "{\"Service\":\"iot.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"*\","
        + "\"Condition\":{\"ArnLike\":{\"aws:SourceArn\":\""
        + source
        + "\"}}}]}";
  }

  private static String trust(String service) {
    return "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
        + "{\"Service\":\""
        + service
        + "\"},\"Action\":\"sts:AssumeRole\"}]}";
  }

  <O extends AwsResponse> O call(AwsRequest request, Class<O> type) {
    return api.call(person, request, type);
  }

  void create(String name, String sql, Action... actions) {
    create(name, payload -> payload.sql(sql).actions(actions));
  }

  void create(String name, Consumer<TopicRulePayload.Builder> payload) {
    call(
        CreateTopicRuleRequest.builder()
            .ruleName(name)
            .topicRulePayload(p -> payload.accept(p.awsIotSqlVersion("2016-03-23")))
            .build(),
        CreateTopicRuleResponse.class);
  }

  /// Publishes, and waits until every rule has finished with the message.
  void publish(String topic, String payload) throws InterruptedException {
    publish(topic, payload.getBytes(StandardCharsets.UTF_8));
  }

  void publish(String topic, byte[] payload) throws InterruptedException {
    publish(engine, topic, payload);
  }

  static void publish(RuleEngine engine, String topic, byte[] payload) throws InterruptedException {
    var settled = new CountDownLatch(1);
    var message =
        new RuleMessage(
            topic,
            payload,
            Optional.of("dev1"),
            Optional.of("cert1"),
            Optional.of("127.0.0.1"),
            MqttProperties.NONE);
    var settlement = Settlement.begin(settled::countDown, Runnable::run);
    boolean taken = engine.onMessage(message, settlement);
    settlement.end(taken);
    if (!taken) {
      throw new AssertionError("the engine did not take the message");
    }
    if (!settled.await(20, TimeUnit.SECONDS)) {
      throw new AssertionError("not settled within 20 s");
    }
  }

  <T> List<T> requests(Class<T> type) {
    return made.stream().map(Made::request).filter(type::isInstance).map(type::cast).toList();
  }

  Caller callerOf(Class<?> type) {
    return made.stream()
        .filter(one -> type.isInstance(one.request()))
        .findFirst()
        .orElseThrow()
        .caller();
  }

  static Action sqs() {
    return Action.builder().sqs(s -> s.queueUrl(QUEUE).useBase64(false).roleArn(ROLE)).build();
  }

  static Action lambda() {
    return Action.builder().lambda(l -> l.functionArn(FUNCTION)).build();
  }

  @Override
  public void close() {
    engine.close();
    store.close();
  }
}
