// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static io.fieldline.localstack.lambda.LambdaBench.eventually;
import static io.fieldline.localstack.lambda.LambdaBench.queueArn;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/// What a stack that keeps its data knows of functions after it was started again.
@Order(3)
class LambdaRestartTest {
  @TempDir private Path folder;

  private LambdaBench start() {
    var options = LocalStackOptions.forTest().withData(folder.resolve("data"));
    return new LambdaBench(LocalStack.start(options));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void functionsTheirVersionsAliasesAndPermissionsAreKept() {
    try (var bench = start()) {
      bench.createRole();
      bench.deploy("kept", f -> f.environment(e -> e.variables(Map.of("GREETING", "one"))));
      bench.lambda.publishVersion(r -> r.functionName("kept"));
      bench.lambda.createAlias(r -> r.functionName("kept").name("live").functionVersion("1"));
      bench.lambda.addPermission(r ->
          r.functionName("kept")
              .statementId("rules")
              .action("lambda:InvokeFunction")
              .principal("iot.amazonaws.com"));
    }

    try (var bench = start()) {
      assertThat(bench.answer("kept:live", "{\"do\":\"variable\",\"name\":\"GREETING\"}"))
          .isEqualTo("\"one\"");
      assertThat(bench.lambda.getPolicy(r -> r.functionName("kept")).policy())
          .contains("iot.amazonaws.com");
    }
  }

  @Test
  void anEventThatWaitsForItsNextTryIsTriedAfterTheRestart() {
    Path file = folder.resolve("notes");
    try (var bench = start()) {
      bench.createRole();
      bench.deploy("noting", f -> {});
      bench.lambda.invoke(r ->
          r.functionName("noting")
              .invocationType(InvocationType.EVENT)
              .payload(
                  SdkBytes.fromUtf8String(
                      "{\"do\":\"note\",\"file\":\"%s\",\"then\":\"fail\"}".formatted(file))));
      eventually(() -> text(file), "x"::equals);
    }

    try (var bench = start()) {
      eventually(
          () -> {
            bench.stack.clock().advance(Duration.ofSeconds(30));
            return text(file);
          },
          seen -> seen.length() > 1);
    }
  }

  @Test
  void aQueueThatFeedsAFunctionDoesSoAgain() {
    Path seen = folder.resolve("seen");
    try (var bench = start()) {
      bench.createRole("sqs:*");
      bench.queue("fed", Map.of());
      bench.deploy("reader", f -> f.environment(e -> e.variables(Map.of("SEEN", seen.toString()))));
      bench.lambda.createEventSourceMapping(
          r -> r.eventSourceArn(queueArn("fed")).functionName("reader"));
    }

    try (var bench = start()) {
      bench.sqs.sendMessage(
          r -> r.queueUrl(bench.stack.endpoint() + "/000000000000/fed").messageBody("after"));

      eventually(() -> text(seen), "after\n"::equals);
    }
  }

  /// Though they are invisible for ten minutes to everybody else.
  @Test
  void messagesThatAFunctionCouldNotFinishWithComeAgainAfterTheRestart() {
    Path seen = folder.resolve("seen");
    try (var bench = start()) {
      bench.createRole("sqs:*");
      bench.queue("cut-off", Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "600"));
      bench.deploy(
          "staying",
          f -> f.timeout(60).environment(e -> e.variables(Map.of("SEEN", seen.toString()))));
      bench.lambda.createEventSourceMapping(
          r -> r.eventSourceArn(queueArn("cut-off")).functionName("staying"));
      bench.sqs.sendMessage(
          r -> r.queueUrl(bench.stack.endpoint() + "/000000000000/cut-off").messageBody("stays"));
      eventually(() -> text(seen), "stays\n"::equals);
    }

    try (var _ = start()) {
      eventually(() -> text(seen), "stays\nstays\n"::equals);
    }
  }

  /// A process that is killed closes nothing: its functions must notice by themselves.
  @Test
  void aBusyFunctionEndsWithAStackThatIsKilled() throws Exception {
    Path pid = folder.resolve("pid");
    var stack =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                BusyStack.class.getName(),
                pid.toString())
            .inheritIO()
            .start();
    try {
      String function = eventually(() -> text(pid), text -> text.endsWith("\n"));
      var process = ProcessHandle.of(Long.parseLong(function.strip())).orElseThrow();
      assertThat(process.isAlive()).isTrue();

      stack.destroyForcibly().waitFor();

      eventually(process::isAlive, alive -> !alive);
    } finally {
      stack.destroyForcibly();
    }
  }

  /// A stack with a function that never ends, in a process of its own.
  static final class BusyStack {
    private BusyStack() {}

    public static void main(String[] arguments) {
      var bench = new LambdaBench();
      bench.deploy("busy", f -> f.timeout(60));
      bench.answer("busy", "{\"do\":\"stay\",\"file\":\"%s\"}".formatted(arguments[0]));
    }
  }
}
