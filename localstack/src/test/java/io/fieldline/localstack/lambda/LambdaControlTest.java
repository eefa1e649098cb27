// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/// Functions as things that are made, published, granted and refused.
class LambdaControlTest {
  private static LambdaBench bench;

  @BeforeAll
  static void deploy() {
    bench = new LambdaBench();
    bench.deploy("probe", f -> {});
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  private static String greeting(String function) {
    return bench.answer(function, "{\"do\":\"variable\",\"name\":\"GREETING\"}");
  }

  private static void greet(String greeting) {
    bench.lambda.updateFunctionConfiguration(r ->
        r.functionName("versioned").environment(e -> e.variables(Map.of("GREETING", greeting))));
  }

  @Test
  void aVersionStaysAsItWasPublishedAndAnAliasMoves() {
    bench.deploy("versioned", f -> f.environment(e -> e.variables(Map.of("GREETING", "one"))));
    assertThat(bench.lambda.publishVersion(r -> r.functionName("versioned")).version())
        .isEqualTo("1");
    assertThat(bench.lambda.publishVersion(r -> r.functionName("versioned")).version())
        .as("nothing changed")
        .isEqualTo("1");
    bench.lambda.createAlias(r -> r.functionName("versioned").name("live").functionVersion("1"));
    greet("two");

    assertThat(greeting("versioned")).isEqualTo("\"two\"");
    assertThat(greeting("versioned:1")).isEqualTo("\"one\"");
    assertThat(greeting("versioned:live")).isEqualTo("\"one\"");

    assertThat(bench.lambda.publishVersion(r -> r.functionName("versioned")).version())
        .isEqualTo("2");
    bench.lambda.updateAlias(r -> r.functionName("versioned").name("live").functionVersion("2"));
    var moved =
        bench.lambda.invoke(r ->
            r.functionName("versioned")
                .qualifier("live")
                .payload(SdkBytes.fromUtf8String("{\"do\":\"context\"}")));
    assertThat(moved.executedVersion()).isEqualTo("2");
    assertThat(moved.payload().asUtf8String())
        .contains("function:versioned:live\"", "\"version\":\"2\"");
    assertThat(bench.lambda.listVersionsByFunction(r -> r.functionName("versioned")).versions())
        .extracting(FunctionConfiguration::version)
        .containsExactly("$LATEST", "1", "2");
    assertThatThrownBy(
            () -> bench.lambda.deleteFunction(r -> r.functionName("versioned").qualifier("2")))
        .isInstanceOf(ResourceConflictException.class);
    assertThatThrownBy(() -> greeting("versioned:3"))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining(
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:versioned:3");
  }

  @Test
  void aVersionThatStartsFromASnapshotRunsItsHooks() {
    bench.deploy("snapped", f -> f.snapStart(s -> s.applyOn("PublishedVersions")));
    String version = bench.lambda.publishVersion(r -> r.functionName("snapped")).version();

    assertThat(bench.answer("snapped:" + version, "{\"do\":\"hooks\"}"))
        .isEqualTo("\"before after\"");
    assertThat(
            bench.answer(
                "snapped:" + version,
                "{\"do\":\"variable\",\"name\":\"AWS_LAMBDA_INITIALIZATION_TYPE\"}"))
        .isEqualTo("\"snap-start\"");
    assertThat(bench.answer("snapped", "{\"do\":\"hooks\"}")).isEqualTo("\"\"");
    assertThat(
            bench
                .lambda
                .getFunctionConfiguration(r -> r.functionName("snapped").qualifier(version))
                .snapStart()
                .optimizationStatusAsString())
        .isEqualTo("On");
  }

  @Test
  void whoHasNoPermissionIsRefusedUntilTheFunctionGrantsIt() {
    AwsBasicCredentials guest;
    try (var iam = bench.client(IamClient.builder(), LambdaBench.OWNER)) {
      iam.createUser(r -> r.userName("guest"));
      var key = iam.createAccessKey(r -> r.userName("guest")).accessKey();
      guest = AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
    }
    try (var lambda = bench.client(LambdaClient.builder(), guest)) {
      ThrowingCallable dryRun =
          () -> lambda.invoke(r -> r.functionName("probe").invocationType(InvocationType.DRY_RUN));
      assertThatThrownBy(dryRun)
          .isInstanceOf(LambdaException.class)
          .hasMessageContaining(
              "User: arn:aws:iam::000000000000:user/guest is not authorized to perform:"
                  + " lambda:InvokeFunction on resource:"
                  + " arn:aws:lambda:us-east-1:000000000000:function:probe because no"
                  + " identity-based policy allows the lambda:InvokeFunction action");

      bench.lambda.addPermission(r ->
          r.functionName("probe")
              .statementId("guest")
              .action("lambda:InvokeFunction")
              .principal("arn:aws:iam::000000000000:user/guest"));
      assertThat(
              lambda
                  .invoke(r -> r.functionName("probe").invocationType(InvocationType.DRY_RUN))
                  .statusCode())
          .isEqualTo(204);
      assertThat(bench.lambda.getPolicy(r -> r.functionName("probe")).policy())
          .contains("\"Sid\":\"guest\"");

      bench.lambda.removePermission(r -> r.functionName("probe").statementId("guest"));
      assertThatThrownBy(dryRun).hasMessageContaining("is not authorized");
    }
    assertThatThrownBy(() -> bench.lambda.getPolicy(r -> r.functionName("probe")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aDeletedFunctionIsGoneWithItsPermissions() {
    bench.deploy("brief", f -> {});
    bench.lambda.addPermission(r ->
        r.functionName("brief")
            .statementId("rules")
            .action("lambda:InvokeFunction")
            .principal("iot.amazonaws.com"));

    bench.lambda.deleteFunction(r -> r.functionName("brief"));

    assertThatThrownBy(() -> bench.lambda.getFunction(r -> r.functionName("brief")))
        .isInstanceOf(ResourceNotFoundException.class);
    bench.deploy("brief", f -> {});
    assertThatThrownBy(() -> bench.lambda.getPolicy(r -> r.functionName("brief")))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> bench.deploy("brief", f -> {}))
        .isInstanceOf(ResourceConflictException.class)
        .hasMessageContaining("Function already exist: brief");
  }

  @Test
  void anUnknownFunctionIsNotFound() {
    assertThatThrownBy(() -> bench.invoke("nobody", "{}"))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining(
            "Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody");
  }

  @Test
  void aPayloadThatIsNoJsonIsRefused() {
    assertThatThrownBy(() -> bench.invoke("probe", "hello"))
        .isInstanceOf(InvalidRequestContentException.class)
        .hasMessageContaining(
            "Could not parse request body into json: Could not parse payload into json:"
                + " Unrecognized token 'hello'");
    assertThatThrownBy(() -> bench.invoke("probe", "{} {}"))
        .isInstanceOf(InvalidRequestContentException.class);
    assertThatThrownBy(() -> bench.invoke("probe", "{\"do\":"))
        .isInstanceOf(InvalidRequestContentException.class);
  }

  @Test
  void aPayloadOverTheLimitIsRefused() {
    String large = "\"" + "x".repeat(6 * 1024 * 1024) + "\"";

    assertThatThrownBy(() -> bench.invoke("probe", large))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContaining(
            "Request must be smaller than 6291456 bytes for the InvokeFunction operation");
    assertThatThrownBy(() ->
            bench.lambda.invoke(r ->
                r.functionName("probe")
                    .invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromUtf8String(large.substring(0, 1024 * 1024) + "\""))))
        .isInstanceOf(RequestTooLargeException.class)
        .hasMessageContaining("1048576 bytes");
  }

  @Test
  void whatAwsRefusesInAFunctionIsRefused() {
    assertThatThrownBy(() -> bench.deploy("wrong", f -> f.timeout(901)))
        .isInstanceOf(LambdaException.class)
        .hasMessageContaining(
            "1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint:"
                + " Member must have value less than or equal to 900");
    assertThatThrownBy(() -> bench.deploy("wrong", f -> f.memorySize(64)))
        .hasMessageContaining("Member must have value greater than or equal to 128");
    assertThatThrownBy(() -> bench.deploy("wrong", f -> f.runtime("python3.13")))
        .hasMessageContaining("runs the runtimes [java17, java21, java25], not python3.13");
    assertThatThrownBy(
            () -> bench.deploy("wrong", f -> f.role("arn:aws:iam::000000000000:role/nobody")))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining("The role defined for the function cannot be assumed by Lambda.");
    assertThatThrownBy(() ->
            bench.deploy(
                "wrong", f -> f.environment(e -> e.variables(Map.of("AWS_REGION", "mars")))))
        .hasMessageContaining("Reserved keys used in this request: AWS_REGION");
    assertThatThrownBy(() ->
            bench.deploy(
                "wrong", f -> f.environment(e -> e.variables(Map.of("LONG", "x".repeat(4096))))))
        .hasMessageContaining("exceeded the 4KB limit");
    assertThatThrownBy(() ->
            bench.deploy("wrong", f -> f.code(c -> c.zipFile(SdkBytes.fromUtf8String("no zip")))))
        .hasMessageContaining("Could not unzip uploaded file");
    assertThatThrownBy(
            () -> bench.deploy("wrong", f -> f.code(c -> c.s3Bucket("no-such-bucket").s3Key("k"))))
        .hasMessageContaining("S3 Error Code: NoSuchBucket");
    assertThatThrownBy(() ->
            bench.deploy(
                "wrong",
                f -> f.deadLetterConfig(d -> d.targetArn("arn:aws:sns:us-east-1:000000000000:t"))))
        .hasMessageContaining("Only SQS queues take dead letters in this local stack");
  }

  @Test
  void aRoleThatMayNotSendDeadLettersIsRefused() {
    bench.queue("letters", Map.of());
    String letters = LambdaBench.queueArn("letters");

    assertThatThrownBy(
            () -> bench.deploy("silent", f -> f.deadLetterConfig(d -> d.targetArn(letters))))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining(
            "The provided execution role does not have permissions to call SendMessage on SQS");
    assertThatThrownBy(() ->
            bench.lambda.updateFunctionConfiguration(
                f -> f.functionName("probe").deadLetterConfig(d -> d.targetArn(letters))))
        .isInstanceOf(InvalidParameterValueException.class)
        .hasMessageContaining("to call SendMessage on SQS");
  }

  @ParameterizedTest
  @CsvSource({
    "sqs:DeleteMessage sqs:GetQueueAttributes, ReceiveMessage",
    "sqs:ReceiveMessage sqs:GetQueueAttributes, DeleteMessage",
    "sqs:ReceiveMessage sqs:DeleteMessage, GetQueueAttributes"
  })
  void aRoleThatMayNotPollAQueueIsRefusedByTheActionItMisses(String allowed, String missing) {
    try (var own = new LambdaBench(allowed.split(" "))) {
      own.deploy("polled", _ -> {});
      own.queue("source", Map.of());

      assertThatThrownBy(() ->
              own.lambda.createEventSourceMapping(
                  m -> m.functionName("polled").eventSourceArn(LambdaBench.queueArn("source"))))
          .isInstanceOf(InvalidParameterValueException.class)
          .hasMessageContaining(
              "The function execution role does not have permissions to call "
                  + missing
                  + " on SQS");
    }
  }
}
