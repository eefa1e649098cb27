// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static io.fieldline.localstack.lambda.LambdaBench.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sts.StsClient;

/// One function, invoked as a client does, for better or worse.
class LambdaTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static LambdaBench bench;

  @BeforeAll
  static void deploy() {
    bench = new LambdaBench();
    bench.deploy("probe", f -> f.environment(e -> e.variables(Map.of("GREETING", "hello"))));
    bench.deploy("hasty", f -> f.timeout(1));
    bench.deploy("wordy", f -> f.loggingConfig(l -> l.logFormat("JSON")));
  }

  @AfterAll
  static void close() {
    bench.close();
  }

  private static JsonNode json(InvokeResponse response) throws IOException {
    return JSON.readTree(response.payload().asByteArray());
  }

  private static String tail(InvokeResponse response) {
    return new String(Base64.getDecoder().decode(response.logResult()), StandardCharsets.UTF_8);
  }

  private static String pid() {
    return bench.answer("probe", "{\"do\":\"pid\"}");
  }

  @Test
  void anEventGoesInAndTheAnswerComesOut() {
    InvokeResponse response = bench.invoke("probe", "{\"do\":\"echo\",\"text\":\"21.5 °C\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.functionError()).isNull();
    assertThat(response.executedVersion()).isEqualTo("$LATEST");
    assertThat(response.payload().asUtf8String())
        .isEqualTo("{\"do\":\"echo\",\"text\":\"21.5 °C\"}");
  }

  @Test
  void whoSendsNothingSendsAnEmptyObject() {
    var response = bench.lambda.invoke(r -> r.functionName("probe"));

    assertThat(response.payload().asUtf8String()).isEqualTo("\"nothing to do\"");
  }

  @Test
  void aDryRunChecksAndRunsNothing() {
    var response =
        bench.lambda.invoke(r -> r.functionName("probe").invocationType(InvocationType.DRY_RUN));

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.payload().asByteArray()).isEmpty();
  }

  @Test
  void theFunctionKnowsItsInvocation() throws Exception {
    JsonNode context = json(bench.invoke("probe", "{\"do\":\"context\"}"));

    assertThat(context.path("arn").asText())
        .isEqualTo("arn:aws:lambda:us-east-1:000000000000:function:probe");
    assertThat(context.path("version").asText()).isEqualTo("$LATEST");
    assertThat(context.path("memory").asInt()).isEqualTo(128);
    assertThat(context.path("leftMs").asLong()).isBetween(18_000L, 20_000L);
    assertThat(context.path("requestId").asText()).matches("[0-9a-f-]{36}");
  }

  @Test
  void environmentVariablesAreTheFunctionsAndLambdas() {
    assertThat(bench.answer("probe", "{\"do\":\"variable\",\"name\":\"GREETING\"}"))
        .isEqualTo("\"hello\"");
    assertThat(bench.answer("probe", "{\"do\":\"variable\",\"name\":\"AWS_LAMBDA_FUNCTION_NAME\"}"))
        .isEqualTo("\"probe\"");
    assertThat(bench.answer("probe", "{\"do\":\"variable\",\"name\":\"AWS_REGION\"}"))
        .isEqualTo("\"us-east-1\"");
    assertThat(bench.answer("probe", "{\"do\":\"variable\",\"name\":\"JAVA_HOME\"}"))
        .isEqualTo("\"null\"");
  }

  private static String variable(String name) {
    String quoted = bench.answer("probe", "{\"do\":\"variable\",\"name\":\"%s\"}".formatted(name));
    return quoted.substring(1, quoted.length() - 1);
  }

  @Test
  void theFunctionIsItsRoleAndMayDoNoMore() {
    var own =
        AwsSessionCredentials.create(
            variable("AWS_ACCESS_KEY_ID"),
            variable("AWS_SECRET_ACCESS_KEY"),
            variable("AWS_SESSION_TOKEN"));

    try (var sts = bench.client(StsClient.builder(), own);
        var logs = bench.client(CloudWatchLogsClient.builder(), own);
        var sqs = bench.client(SqsClient.builder(), own)) {
      assertThat(sts.getCallerIdentity().arn())
          .isEqualTo("arn:aws:sts::000000000000:assumed-role/probe/probe");
      assertThat(logs.describeLogGroups().logGroups()).isNotEmpty();
      assertThatThrownBy(() -> sqs.createQueue(r -> r.queueName("private")))
          .isInstanceOf(SqsException.class)
          .hasMessageContaining(
              "User: arn:aws:sts::000000000000:assumed-role/probe/probe is not authorized to"
                  + " perform: sqs:CreateQueue on resource:"
                  + " arn:aws:sqs:us-east-1:000000000000:private because no identity-based policy"
                  + " allows the sqs:CreateQueue action");
    }
  }

  @Test
  void anExceptionIsTheFunctionsErrorAndTheEnvironmentStays() throws Exception {
    String before = pid();

    InvokeResponse response = bench.invoke("probe", "{\"do\":\"fail\"}");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.functionError()).isEqualTo("Unhandled");
    JsonNode error = json(response);
    assertThat(error.path("errorMessage").asText()).isEqualTo("no such sensor: \"attic\"");
    assertThat(error.path("errorType").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.path("stackTrace").path(0).asText()).contains("Probe.handleRequest");
    assertThat(tail(response))
        .containsSubsequence("START", "no such sensor", "at ", "END", "REPORT");
    assertThat(pid()).isEqualTo(before);
  }

  @Test
  void whoLeavesIsReplacedByAFreshEnvironment() throws Exception {
    String before = pid();

    InvokeResponse response = bench.invoke("probe", "{\"do\":\"exit\"}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(json(response).path("errorType").asText()).isEqualTo("Runtime.ExitError");
    assertThat(json(response).path("errorMessage").asText())
        .matches("RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3");
    assertThat(tail(response)).contains("about to leave").contains("Status: failure");
    assertThat(pid()).isNotEqualTo(before);
  }

  @Test
  void whoTakesAllMemoryFailsAndIsReplaced() throws Exception {
    String before = pid();

    InvokeResponse response = bench.invoke("probe", "{\"do\":\"exhaust\"}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(json(response).path("errorType").asText()).isEqualTo("java.lang.OutOfMemoryError");
    assertThat(json(response).path("errorMessage").asText()).isEqualTo("Java heap space");
    assertThat(pid()).isNotEqualTo(before);
  }

  @Test
  void whoTakesTooLongIsEndedAndReplaced() throws Exception {
    String before = bench.answer("hasty", "{\"do\":\"pid\"}");

    InvokeResponse response = bench.invoke("hasty", "{\"do\":\"hang\"}");

    assertThat(json(response).path("errorType").asText()).isEqualTo("Sandbox.Timedout");
    assertThat(json(response).path("errorMessage").asText())
        .matches("RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds");
    assertThat(tail(response)).contains("Task timed out after 1.00 seconds", "Status: timeout");
    assertThat(bench.answer("hasty", "{\"do\":\"pid\"}")).isNotEqualTo(before);
  }

  @Test
  void anAnswerOverTheLimitIsAnError() throws Exception {
    bench.deploy("roomy", f -> f.memorySize(512));

    InvokeResponse response = bench.invoke("roomy", "{\"do\":\"large\"}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(json(response).path("errorType").asText())
        .isEqualTo("Function.ResponseSizeTooLarge");
  }

  @Test
  void theLogHoldsEachEventBetweenItsStartAndItsEnd() {
    InvokeResponse response = bench.invoke("probe", "{\"do\":\"print\"}");

    List<String> lines = tail(response).lines().toList();
    assertThat(lines).hasSize(6);
    assertThat(lines.getFirst()).matches("START RequestId: [0-9a-f-]{36} Version: \\$LATEST");
    String requestId = lines.getFirst().split(" ")[2];
    assertThat(lines.subList(1, 4)).containsExactly("printed °C", "logged", "unfinished");
    assertThat(lines.get(4)).isEqualTo("END RequestId: " + requestId);
    assertThat(lines.get(5))
        .matches(
            "REPORT RequestId: %s\tDuration: [0-9.]+ ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\t.*"
                .formatted(requestId));
    assertThat(eventually(() -> bench.logLines("probe"), l -> l.contains(lines.get(5))))
        .containsSubsequence(lines);
  }

  @Test
  void theLogIsJsonWhereTheFunctionSaysSo() throws Exception {
    InvokeResponse response = bench.invoke("wordy", "{\"do\":\"print\"}");

    List<String> lines = tail(response).lines().toList();
    JsonNode start = JSON.readTree(lines.getFirst());
    JsonNode report = JSON.readTree(lines.getLast());
    assertThat(start.path("type").asText()).isEqualTo("platform.start");
    assertThat(report.path("type").asText()).isEqualTo("platform.report");
    assertThat(report.path("record").path("status").asText()).isEqualTo("success");
    assertThat(report.path("record").path("metrics").path("initDurationMs").asDouble())
        .isPositive();
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).contains("\"message\":\"logged", "AWSRequestId"));
  }

  @Test
  void twoEventsAtOnceRunInTwoEnvironments(@TempDir Path folder) throws Exception {
    String event = "{\"do\":\"meet\",\"folder\":\"%s\"}".formatted(folder);

    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var one = clients.submit(() -> bench.answer("probe", event));
      var two = clients.submit(() -> bench.answer("probe", event));

      assertThat(one.get()).matches("\\d+").isNotEqualTo(two.get());
      assertThat(two.get()).matches("\\d+");
    }
  }

  @Test
  void whatIsIdleForLongIsStopped() {
    ProcessHandle process = ProcessHandle.of(Long.parseLong(pid())).orElseThrow();

    bench.stack.clock().advance(Duration.ofMinutes(12));

    eventually(process::isAlive, alive -> !alive);
    assertThat(pid()).isNotEqualTo(String.valueOf(process.pid()));
  }

  @Test
  void whatIsChangedRunsInAnotherEnvironmentAndTheOldOneEnds() {
    bench.deploy("changing", f -> f.environment(e -> e.variables(Map.of("GREETING", "one"))));
    ProcessHandle process =
        ProcessHandle.of(Long.parseLong(bench.answer("changing", "{\"do\":\"pid\"}")))
            .orElseThrow();

    bench.lambda.updateFunctionConfiguration(
        r -> r.functionName("changing").environment(e -> e.variables(Map.of("GREETING", "two"))));

    assertThat(bench.answer("changing", "{\"do\":\"variable\",\"name\":\"GREETING\"}"))
        .isEqualTo("\"two\"");
    eventually(process::isAlive, alive -> !alive);
  }

  @Test
  void aFailedStartIsToldInTheAnswerAndInTheLog() throws Exception {
    bench.deploy("headless", f -> f.handler("io.fieldline.Missing"));

    InvokeResponse response = bench.invoke("headless", "{}");

    assertThat(response.functionError()).isEqualTo("Unhandled");
    assertThat(json(response).path("errorType").asText())
        .isEqualTo("java.lang.ClassNotFoundException");
    assertThat(json(response).path("errorMessage").asText())
        .isEqualTo("Class not found: io.fieldline.Missing");
    assertThat(SdkBytes.fromUtf8String(tail(response)).asUtf8String())
        .containsSubsequence("START", "END", "REPORT");
    assertThat(eventually(() -> bench.logLines("headless"), l -> l.size() > 3))
        .anySatisfy(line -> assertThat(line).contains("Class not found: io.fieldline.Missing"));
  }
}
