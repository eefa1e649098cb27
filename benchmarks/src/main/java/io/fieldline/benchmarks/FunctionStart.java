// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.LogType;

final class FunctionStart implements Question {
  private static final List<String> FUNCTIONS = List.of("telemetry", "query", "command");
  private static final Pattern INIT =
      Pattern.compile("(?:Init Duration: |\"initDurationMs\":)([0-9.]+)");
  private static final Duration TRAINED_WITHIN = Duration.ofMinutes(5);

  @Override
  public String name() {
    return "function-start";
  }

  @Override
  public String text() {
    return "How much sooner does a function start when what it loads is prepared?";
  }

  @Override
  public String how() {
    return """
    Our whole template is deployed by the real `cdk`. Then, in each round, the stack is started on what
    it kept and the first event is sent to each of three functions: `Init Duration` of AWS's REPORT line
    is how long the child JVM took until it asked for the event. First rounds without prepared classes;
    then the stack is left until it has trained the AOT caches (a minute after a function's first
    start, in processes of the lowest priority); then as many rounds with them.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(5);
    Path data = at.folder().resolve("data");
    try (var stack = new Stack(at, Optional.of(data))) {
      new Deployment(at, stack, "app").deploy();
    }
    var cold = new Samples();
    var prepared = new Samples();
    for (int i = 0; i < rounds; i++) {
      report.yardstick().lay();
      starts(at, data, cold);
    }
    try (var stack = new Stack(at, Optional.of(data))) {
      starts(stack, new Samples());
      for (String name : names(stack.client(LambdaClient.builder()))) {
        stack.program().line("INFO: aot cache made: function=" + name, TRAINED_WITHIN);
      }
    }
    for (int i = 0; i < rounds; i++) {
      report.yardstick().lay();
      starts(at, data, prepared);
    }
    report.atMost(
        "start with an AOT cache, of one without", prepared.median() / cold.median(), 1, "");
    report.ratio("start with an AOT cache / without", prepared.median() / cold.median());
    report.figure("init without, median of " + FUNCTIONS.size() + " functions", "ms", cold);
    report.figure("init with", "ms", prepared);
  }

  private static void starts(Workplace at, Path data, Samples into) throws Exception {
    try (var stack = new Stack(at, Optional.of(data))) {
      starts(stack, into);
    }
  }

  private static void starts(Stack stack, Samples into) {
    LambdaClient lambda = stack.client(LambdaClient.builder());
    for (String name : names(lambda)) {
      String log =
          lambda
              .invoke(call ->
                  call.functionName(name)
                      .qualifier("live")
                      .logType(LogType.TAIL)
                      .payload(SdkBytes.fromUtf8String("{\"Records\":[]}")))
              .logResult();
      Matcher init =
          INIT.matcher(new String(Base64.getDecoder().decode(log), StandardCharsets.UTF_8));
      if (!init.find()) {
        throw new IllegalStateException("expected a start of " + name + " in its log: " + log);
      }
      into.add(Double.parseDouble(init.group(1)));
    }
  }

  private static List<String> names(LambdaClient lambda) {
    return lambda.listFunctionsPaginator().functions().stream()
        .map(FunctionConfiguration::functionName)
        .filter(name -> FUNCTIONS.stream().anyMatch(wanted -> name.endsWith("-" + wanted)))
        .toList();
  }
}
