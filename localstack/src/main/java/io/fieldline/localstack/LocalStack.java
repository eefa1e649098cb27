// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.CallCounts;
import io.fieldline.localstack.api.MetricSink;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.apigateway.ApiGateway;
import io.fieldline.localstack.cloudformation.CloudFormation;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import io.fieldline.localstack.cloudformation.types.AllTypes;
import io.fieldline.localstack.cloudformation.types.CustomResourceAnswers;
import io.fieldline.localstack.cloudfront.CloudFront;
import io.fieldline.localstack.cloudwatch.CloudWatch;
import io.fieldline.localstack.codedeploy.CodeDeploy;
import io.fieldline.localstack.cognito.Cognito;
import io.fieldline.localstack.dynamodb.DynamoDb;
import io.fieldline.localstack.endpoint.Endpoint;
import io.fieldline.localstack.endpoint.Front;
import io.fieldline.localstack.endpoint.WebPaths;
import io.fieldline.localstack.firehose.Firehose;
import io.fieldline.localstack.iam.Iam;
import io.fieldline.localstack.identity.Sessions;
import io.fieldline.localstack.identity.SignatureCheck;
import io.fieldline.localstack.identity.StackKeys;
import io.fieldline.localstack.identity.Sts;
import io.fieldline.localstack.inspector.Inspector;
import io.fieldline.localstack.inspector.PlannedFaults;
import io.fieldline.localstack.iot.IotService;
import io.fieldline.localstack.iot.mqtt.SigV4Upgrades;
import io.fieldline.localstack.iot.mqtt.StackTls;
import io.fieldline.localstack.iot.rules.LoggingOptions;
import io.fieldline.localstack.iot.rules.RuleEngine;
import io.fieldline.localstack.iot.rules.RuleMetrics;
import io.fieldline.localstack.iot.rules.TopicRules;
import io.fieldline.localstack.kinesis.Kinesis;
import io.fieldline.localstack.lambda.Lambda;
import io.fieldline.localstack.logs.Logs;
import io.fieldline.localstack.policy.IamAuthorization;
import io.fieldline.localstack.s3.S3;
import io.fieldline.localstack.scheduler.Scheduler;
import io.fieldline.localstack.sns.Sns;
import io.fieldline.localstack.sqs.Sqs;
import io.fieldline.localstack.ssm.Parameters;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.localstack.wire.WireRequest;
import io.fieldline.localstack.wire.WireResponse;
import io.fieldline.localstack.xray.XRay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/// The local stack, running: every service wired by hand, and one port open.
///
/// ```
/// try (var stack = LocalStack.start()) {
///   // SDK clients with endpointOverride(stack.endpoint()), credentials test / test
/// }
/// ```
public final class LocalStack implements AutoCloseable {
  private static final Duration METRICS_PERIOD = Duration.ofSeconds(1);

  /// So that what was in a queue when a minute ends is seen in that minute.
  private static final Duration QUEUES_PERIOD = Duration.ofSeconds(10);

  private final CompletableFuture<URI> endpoint = new CompletableFuture<>();
  private final CompletableFuture<Integer> mqttPort = new CompletableFuture<>();
  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Api api;
  private final String deviceAuthority;
  private final StackClock clock;

  /// On free ports of the loopback interface, in memory: for a test.
  public static LocalStack start() {
    return start(LocalStackOptions.forTest());
  }

  public static LocalStack start(LocalStackOptions options) {
    return new LocalStack(options);
  }

  private LocalStack(LocalStackOptions options) {
    Path data =
        options
            .data()
            .map(Path::toAbsolutePath)
            .map(LocalStack::created)
            .orElseGet(this::temporary);
    Store store = closing(Store.open(options.data().isPresent() ? data.resolve("store") : null));
    Clock wall = Clock.systemUTC();
    clock = new StackClock(wall);
    Timers timers = closing(new Timers(clock));
    var info =
        new StackInfo(options.accountId(), options.region(), endpoint::join, mqttPort::join, data);
    RandomGenerator random = new SecureRandom();
    var ways = new Ways(clock, new Random(random.nextLong()), options.inspectWhole());
    var iam = new Iam(store, info, clock, () -> letters(random));
    var authorization = new IamAuthorization(iam, options.iam());
    var calls = new CallCounts();
    var faults = new PlannedFaults(new Random(random.nextLong()));
    api = new Api(authorization, faults, calls, store::commit, clock, ways);
    var webPaths = new WebPaths();
    webPaths.add((_, path, _) ->
        path.equals("/_local/health")
            ? Optional.of(WireResponse.text(200, "application/json", "{\"status\":\"ok\"}"))
            : Optional.empty());

    webPaths.add((_, path, _) ->
        path.equals("/_local/calls")
            ? Optional.of(WireResponse.text(200, "text/tab-separated-values", calls.text()))
            : Optional.empty());

    webPaths.add(new Inspector(ways, clock, faults));

    // The services, in the order in which they need one another.
    iam.register(api);
    var sessions = new Sessions(store, wall, random);
    new Sts(sessions, iam.roles()).register(api);
    var parameters = new Parameters(store, info, clock);
    parameters.register(api);
    var s3 = new S3(store, info, clock, () -> UUID.randomUUID().toString());
    s3.register(api);
    var cloudWatch = new CloudWatch(store, info, clock);
    cloudWatch.register(api, timers);
    MetricSink metrics = cloudWatch.sink();
    new DynamoDb(store, info, clock, timers, () -> UUID.randomUUID().toString(), metrics)
        .register(api);
    new Logs(store, clock, metrics).register(api);
    var sqs = new Sqs(store, info, clock, () -> UUID.randomUUID().toString(), metrics, ways);
    sqs.register(api);
    timers.every(QUEUES_PERIOD, sqs::measure);
    new Kinesis(store, clock, timers, metrics, ways).register(api);
    closing(new Firehose(store, clock, timers)).register(api);
    closing(new Sns(store, info, clock, timers, () -> UUID.randomUUID().toString()))
        .register(api, webPaths);
    Bootstrap.ensure(info, parameters, s3, iam.roles());
    store.commit();
    var logging = new LoggingOptions(store);
    logging.register(api);
    RuleEngine rules = closing(new RuleEngine(api, info, clock, random, logging));
    var ruleMetrics = new RuleMetrics((m, of, n) -> cloudWatch.count("AWS/IoT", m, of, n));
    timers.every(METRICS_PERIOD, () -> rules.report(ruleMetrics));
    var topicRules = new TopicRules(store, info, clock, rules);
    topicRules.register(api);
    topicRules.serve(api, webPaths);
    Lambda lambda =
        closing(new Lambda(store, info, clock, timers, metrics, ways, options.pollers()));
    lambda.register(api);
    var signatures =
        new SignatureCheck(new StackKeys(options.accountId(), sessions, iam.users()), wall);
    IotService iot =
        closing(
            new IotService(
                api,
                store,
                info,
                clock,
                timers,
                authorization,
                rules,
                new SigV4Upgrades(signatures, () -> UUID.randomUUID().toString()),
                ways));
    // Devices and browsers trust the stack by this certificate.
    webPaths.add((_, path, _) ->
        path.equals("/_local/ca.pem")
            ? Optional.of(
                WireResponse.text(200, "application/x-pem-file", iot.authority().certificatePem()))
            : Optional.empty());
    iot.register(api);
    deviceAuthority = iot.authority().certificatePem();
    store.commit();
    var cognito = new Cognito(store, info, clock, random);
    cognito.register(api, webPaths);
    new ApiGateway(store, info, clock, random, cognito, metrics, ways).register(api, webPaths);
    new CloudFront(store, info, clock, random).register(api, webPaths);
    new Scheduler(store, info, clock, timers, ways).register(api);
    new CodeDeploy(store, info, clock, timers).register(api);
    new XRay(store).register(api);
    var answers = new CustomResourceAnswers(info);
    webPaths.add((_, path, request) -> customResource(answers, path, request));
    ResourceTypes types = AllTypes.of(api, info, answers);
    new CloudFormation(store, info, clock, types).register(api);
    webPaths.add((_, path, _) ->
        path.equals("/_local/coverage")
            ? Optional.of(
                WireResponse.text(
                    200, "text/markdown", new Coverage(api, types.names()).markdown()))
            : Optional.empty());

    authorization.devices(iot.httpsDevices()::grant);
    var front =
        new Front(
            api,
            info,
            webPaths,
            signatures,
            iot.httpsDevices()::of,
            ways,
            () -> UUID.randomUUID().toString());
    StackTls tls = iot.tls(options.bindAddress());
    var address = new InetSocketAddress(options.bindAddress(), options.port());
    Endpoint http = closing(Endpoint.listen(address, front, iot.broker(), tls.everybody()));
    var mqtt = new InetSocketAddress(options.bindAddress(), options.mqttPort());
    mqttPort.complete(iot.listen(mqtt, tls));
    endpoint.complete(URI.create("http://127.0.0.1:" + http.port()));
    closing(lambda::stopPolling);
  }

  /// Where a custom resource's function puts its answer.
  private static Optional<WireResponse> customResource(
      CustomResourceAnswers answers, String path, WireRequest request) throws IOException {
    if (!path.startsWith(CustomResourceAnswers.PATH) || !request.method().equals("PUT")) {
      return Optional.empty();
    }
    String body = new String(request.body().readNBytes(64 * 1024), StandardCharsets.UTF_8);
    boolean expected = answers.accept(path.substring(CustomResourceAnswers.PATH.length()), body);
    return Optional.of(WireResponse.text(expected ? 200 : 403, "text/plain", ""));
  }

  /// Where every service answers.
  public URI endpoint() {
    return endpoint.join();
  }

  /// The port of mutual TLS.
  public int mqttPort() {
    return mqttPort.join();
  }

  /// The certificate, in PEM form, that devices must trust to know this stack.
  public String deviceAuthority() {
    return deviceAuthority;
  }

  /// The stack's time, which a test may move forward.
  public StackClock clock() {
    return clock;
  }

  /// The way in without HTTP, for what is embedded with the stack.
  public Api api() {
    return api;
  }

  private <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  private static Path created(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path temporary() {
    try {
      Path folder = Files.createTempDirectory("fieldline-stack");
      closing(() -> delete(folder));
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String letters(RandomGenerator random) {
    var text = new StringBuilder();
    random.ints(16, 0, 32).forEach(i -> text.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(i)));
    return text.toString();
  }

  /// Stops taking requests, then closes every service, the last opened first.
  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception e) {
        System.getLogger(LocalStack.class.getName())
            .log(System.Logger.Level.WARNING, "not closed cleanly", e);
      }
    }
  }
}
