// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.lambdas.cloud.Invocation;
import io.fieldline.lambdas.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JsonLinesTest {
  private static final System.Logger LOG = System.getLogger(JsonLinesTest.class.getName());
  // Held, so that its handler is not collected with it.
  private static final Logger UNDER = Logger.getLogger(JsonLinesTest.class.getName());

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Handler handler = new JsonLines(new PrintStream(out, true, StandardCharsets.UTF_8));

  @BeforeEach
  void listen() {
    UNDER.addHandler(handler);
    UNDER.setUseParentHandlers(false);
  }

  @AfterEach
  void stop() {
    UNDER.removeHandler(handler);
    UNDER.setUseParentHandlers(true);
  }

  private List<JsonObject> lines() throws IOException {
    var lines = new ArrayList<JsonObject>();
    for (var line : out.toString(StandardCharsets.UTF_8).lines().toList()) {
      lines.add(JsonObject.parse(line));
    }
    return lines;
  }

  @Test
  void aLineCarriesItsRequestItsScopesAndItsOwnFields() throws IOException {
    Invocation.of(
        (input, output, context) ->
            LogScope.of(
                context,
                () ->
                    LogScope.with(
                        Map.of("messageId", "m1"),
                        () -> {
                          LOG.log(
                              System.Logger.Level.WARNING,
                              "quarantined",
                              Map.of("reason", "21.5 °C\nis \"hot\""));
                          return true;
                        })),
        Map.of());

    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst().members())
        .containsEntry("level", "WARN")
        .containsEntry("message", "quarantined")
        .containsEntry("logger", "io.fieldline.lambdas.log.JsonLinesTest")
        .containsEntry("AWSRequestId", "request-1")
        .containsEntry("messageId", "m1")
        .containsEntry("reason", "21.5 °C\nis \"hot\"")
        .containsKey("timestamp");
  }

  @Test
  void anErrorIsOneLineWithItsStack() throws IOException {
    var cause = new IllegalArgumentException("no such sensor");

    LOG.log(System.Logger.Level.ERROR, "failed", new IllegalStateException("outer", cause));

    assertThat(lines()).hasSize(1);
    var members = lines().getFirst().members();
    assertThat(members)
        .containsEntry("level", "ERROR")
        .containsEntry("errorType", "java.lang.IllegalStateException")
        .containsEntry("errorMessage", "outer");
    assertThat(String.valueOf(members.get("stackTrace")))
        .contains(
            "JsonLinesTest.anErrorIsOneLine", "Caused by: java.lang.IllegalArgumentException");
  }

  @Test
  void whatIsWrittenOutsideOfAnInvocationCarriesNoRequest() throws IOException {
    LOG.log(System.Logger.Level.INFO, "started in {0} ms", 12);
    LOG.log(System.Logger.Level.DEBUG, "not for production");

    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst().members())
        .containsEntry("message", "started in 12 ms")
        .doesNotContainKey("AWSRequestId");
  }

  @Test
  void whatAnInvocationMeasuredIsInALineAsCloudWatchReadsIt() throws IOException {
    var measures = new ArrayList<Measures>();
    Invocation.of(
        (input, output, context) ->
            measures.add(
                new Measures(context, Clock.fixed(Instant.ofEpochMilli(7), ZoneOffset.UTC))),
        Map.of());
    var measured = measures.getFirst();
    assertThat(measured.isEmpty()).isTrue();
    measured.count("readings", 240);
    measured.count("readings", 2);
    for (int i = 0; i < 101; i++) {
      measured.milliseconds("age", i);
    }

    measured.countByVersion("failures", 3);

    LOG.log(System.Logger.Level.INFO, "measured", measured);

    var line = lines().getFirst();
    assertThat(line.object("_aws").whole("Timestamp")).isEqualTo(7);
    assertThat(line.object("_aws").objects("CloudWatchMetrics"))
        .extracting(directive -> String.valueOf(directive.members().get("Dimensions")))
        .containsExactly("[[FunctionName]]", "[[FunctionName, FunctionVersion]]");
    assertThat(line.text("FunctionVersion")).isNotEmpty();
    var directive = line.object("_aws").objects("CloudWatchMetrics").getFirst();
    assertThat(directive.text("Namespace")).isEqualTo("Fieldline");
    assertThat(directive.objects("Metrics"))
        .extracting(metric -> metric.text("Name") + " " + metric.text("Unit"))
        .containsExactly("readings Count", "age Milliseconds");
    assertThat(line.text("FunctionName")).isNotEmpty();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"readings\":242", ",98,99]");
  }
}
