// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.LocalStack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.FilteredLogEvent;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.CreateFunctionRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.Runtime;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// A stack with a role, and {@link Probe} in a zip, as a developer would deploy it.
final class LambdaBench implements AutoCloseable {
  static final AwsCredentials OWNER = AwsBasicCredentials.create("test", "test");
  private static final String ROLE = "arn:aws:iam::000000000000:role/probe";

  final LocalStack stack;
  final LambdaClient lambda;
  final SqsClient sqs;
  final CloudWatchLogsClient logs;

  /// In a stack that keeps nothing.
  ///
  /// @param actions what the role may do, besides writing logs
  LambdaBench(String... actions) {
    this(LocalStack.start());
    createRole(actions);
  }

  /// In a stack that has what it has.
  LambdaBench(LocalStack stack) {
    this.stack = stack;
    lambda = client(LambdaClient.builder(), OWNER);
    sqs = client(SqsClient.builder(), OWNER);
    logs = client(CloudWatchLogsClient.builder(), OWNER);
  }

  void createRole(String... actions) {
    try (var iam = client(IamClient.builder(), OWNER)) {
      iam.createRole(r ->
          r.roleName("probe")
              .assumeRolePolicyDocument(
                  """
                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                  "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}\
                  """));
      iam.putRolePolicy(r ->
          r.roleName("probe")
              .policyName("own")
              .policyDocument(
                  """
                  {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                  "Action":["logs:*"%s],"Resource":"*"}]}\
                  """
                      .formatted(
                          String.join(
                              "", List.of(actions).stream().map(a -> ",\"" + a + "\"").toList()))));
    }
  }

  <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, AwsCredentials credentials) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /// Deploys {@link Probe} under a name.
  void deploy(String name, Consumer<CreateFunctionRequest.Builder> settings) {
    lambda.createFunction(r -> {
      r.functionName(name)
          .runtime(Runtime.JAVA25)
          .role(ROLE)
          .handler(Probe.class.getName())
          .timeout(20)
          .memorySize(128)
          .code(c -> c.zipFile(SdkBytes.fromByteArray(zip())));
      settings.accept(r);
    });
  }

  static byte[] zip() {
    String entry = Probe.class.getName().replace('.', '/') + ".class";
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes);
        InputStream code = Probe.class.getClassLoader().getResourceAsStream(entry)) {
      zip.putNextEntry(new ZipEntry(entry));
      code.transferTo(zip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  InvokeResponse invoke(String name, String event) {
    return lambda.invoke(
        r -> r.functionName(name).logType(LogType.TAIL).payload(SdkBytes.fromUtf8String(event)));
  }

  String answer(String name, String event) {
    return invoke(name, event).payload().asUtf8String();
  }

  /// What is looked at, once it is as wanted; fails after a minute.
  static <T> T eventually(Supplier<T> look, Predicate<T> wanted) {
    return within(60, look, wanted);
  }

  static <T> T within(int seconds, Supplier<T> look, Predicate<T> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    T seen = look.get();
    while (!wanted.test(seen)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not as wanted within " + seconds + " s: " + seen);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      seen = look.get();
    }
    return seen;
  }

  List<String> logLines(String name) {
    return logs.filterLogEvents(r -> r.logGroupName("/aws/lambda/" + name)).events().stream()
        .map(FilteredLogEvent::message)
        .toList();
  }

  String queue(String name, Map<QueueAttributeName, String> attributes) {
    return sqs.createQueue(r -> r.queueName(name).attributes(attributes)).queueUrl();
  }

  static String queueArn(String name) {
    return "arn:aws:sqs:us-east-1:000000000000:" + name;
  }

  @Override
  public void close() {
    lambda.close();
    sqs.close();
    logs.close();
    stack.close();
  }
}
