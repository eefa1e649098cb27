// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.iotsql.cli.Batch;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchTest {
  private final Batch batch = new Batch(InstantSource.fixed(Instant.EPOCH), new Random(1));

  @Test
  void aBadLineGetsAnErrorRecordWithItsKind() {
    assertThat(batch.answer("nonsense"))
        .startsWith("{\"fires\":false,\"error\":{\"kind\":\"input\"");
    assertThat(batch.answer("{\"id\":7}"))
        .isEqualTo(
            "{\"id\":7,\"fires\":false,\"error\":{\"kind\":\"input\",\"message\":"
                + "\"record: expected one of sql, expression, template\"}}");
    assertThat(batch.answer("{\"id\":\"a\",\"sql\":\"SELECT\"}"))
        .isEqualTo(
            "{\"id\":\"a\",\"fires\":false,\"error\":{\"kind\":\"parse\",\"message\":"
                + "\"expected an expression, got the end\",\"line\":1,\"column\":7}}");
    assertThat(batch.answer("{\"expression\":\"1\",\"sqlVersion\":\"2017\"}"))
        .contains("2016-03-23");
  }

  @Test
  void binaryPayloadComesBackAsBase64() {
    assertThat(
            batch.answer(
                "{\"sql\":\"SELECT * FROM 'a'\",\"topic\":\"a\",\"payloadBase64\":\"/wA=\"}"))
        .isEqualTo("{\"fires\":true,\"resultBase64\":\"/wA=\"}");
  }

  @Test
  void theCommandAnswersLineByLineInOrder(@TempDir Path folder) throws Exception {
    var in = folder.resolve("in");
    var out = folder.resolve("out");
    Files.writeString(
        in,
        "{\"id\":1,\"expression\":\"1 + 1\"}\n!\n{\"id\":3,\"template\":\"t/${x}\",\"payload\":{\"x\":5}}\n");

    int code = command(in, out, "--batch");

    assertThat(code).isZero();
    assertThat(Files.readAllLines(out))
        .hasSize(3)
        .satisfies(lines -> {
          assertThat(lines.get(0)).isEqualTo("{\"id\":1,\"fires\":true,\"result\":2}");
          assertThat(lines.get(1)).contains("\"kind\":\"input\"");
          assertThat(lines.get(2)).isEqualTo("{\"id\":3,\"fires\":true,\"resultText\":\"t/5\"}");
        });
  }

  @Test
  void whatIsMisspeltIsNamedAndNotIgnored() {
    assertThat(batch.answer("{\"expression\":\"1\",\"context\":{\"clientID\":\"x\"}}"))
        .contains("\"kind\":\"input\"", "record.context: unknown key 'clientID'");
    assertThat(batch.answer("{\"expression\":\"1\",\"context\":{\"mqtt5\":{\"type\":\"x\"}}}"))
        .contains("record.context.mqtt5: unknown key 'type'");
    assertThat(batch.answer("{\"expression\":\"1\",\"context\":{\"external\":{\"s4\":{}}}}"))
        .contains("record.context.external: unknown key 's4'");
    assertThat(batch.answer("{\"expression\":\"1\",\"context\":{\"protocol\":\"AMQP\"}}"))
        .contains("record.context.protocol: expected MQTT, WSS or HTTP, got AMQP");
  }

  @Test
  void theCommandExplainsEachClause(@TempDir Path folder) throws Exception {
    var out = folder.resolve("out");

    int code =
        command(
            Path.of("/dev/null"),
            out,
            "SELECT t * 2 AS d FROM 'a/+' WHERE t > 1",
            "--topic",
            "a/b",
            "--payload",
            "{\"t\":2}",
            "--explain");

    assertThat(code).isZero();
    assertThat(Files.readString(out, StandardCharsets.UTF_8))
        .isEqualTo(
            """
            FROM 'a/+'
              = true
            WHERE t > 1
              = true
            SELECT t * 2
              = 4
            {"fires":true,"result":{"d":4}}
            """);
  }

  /// This module and the one it needs.
  private static String modulePath() {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(entry ->
            entry.endsWith("classes") && !entry.endsWith("test-classes")
                || entry.contains("jackson-core"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int command(Path in, Path out, String... args)
      throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var line =
        new java.util.ArrayList<>(
            List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "--module-path",
                modulePath(),
                "--module",
                "io.fieldline.iotsql/io.fieldline.iotsql.cli.SqlCommand"));
    line.addAll(List.of(args));
    var process =
        new ProcessBuilder(line)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
