// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.acceptance.pipeline.Checkout;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.localstack.LocalStack;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./fieldline agent sim` with twenty sessions, seen by a subscriber of another kind.
@Tag("long")
class FleetSimulatorTest {
  private static final int DEVICES = 20;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  @TempDir Path folder;
  private final LocalStack stack = LocalStack.start();
  private final AwsClients aws = new AwsClients(stack.endpoint());

  @BeforeEach
  void oneCertificateForAll() throws IOException {
    var iot = aws.iot();
    iot.createPolicy(create ->
        create
            .policyName("all")
            .policyDocument(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"}]}
                """));
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    iot.attachPolicy(attach -> attach.policyName("all").target(made.certificateArn()));
    Files.writeString(folder.resolve("device.pem.crt"), made.certificatePem());
    Files.writeString(folder.resolve("private.pem.key"), made.keyPair().privateKey());
    Files.writeString(folder.resolve("ca.pem"), stack.deviceAuthority());
    var things = new StringBuilder();
    for (int i = 0; i < DEVICES; i++) {
      things.append("sim-").append(i).append('\n');
    }
    Files.writeString(folder.resolve("things"), things);
  }

  @AfterEach
  void close() {
    aws.close();
    stack.close();
  }

  @Test
  void everyReadingArrivesOverOutagesBurstsAndRestarts() throws Exception {
    Files.writeString(
        folder.resolve("script"),
        """
        at 1s outage 2s of 50%
        at 2s burst 1s x10 of 25%
        at 3s restart of 25%   # on what they kept
        """);
    try (Program subscriber = subscribed()) {
      var ended =
          simulated("--for", "5s", "--every", "100ms", "--window", "200ms", "--script", "script");

      assertThat(ended.exitCode()).as(ended.output()).isZero();
      assertThat(ended.output())
          .contains("every accepted reading was acknowledged, no sequence number is missing");
      // 20 first sessions, 10 after the outage, 5 after the restart; who had both at once had one.
      assertThat(count(ended.output(), "sessions ([\\d,]+)")).isBetween(30L, 40L);
      long accepted = count(ended.output(), "accepted ([\\d,]+), ");
      assertThat(accepted).isGreaterThan(DEVICES * 40L * 2);
      Map<String, TreeMap<Long, Long>> received = received(subscriber, accepted);
      assertThat(received).hasSize(DEVICES);
      received.forEach(FleetSimulatorTest::isWithoutGaps);
    }
  }

  private Program.Outcome simulated(String... more) {
    List<String> command =
        new ArrayList<>(List.of(Checkout.root().resolve("fieldline").toString(), "agent", "sim"));
    command.addAll(List.of("--fleet", ".", "--ca", "ca.pem", "--path", "topic"));
    command.addAll(List.of("--endpoint", "localhost:" + stack.mqttPort()));
    command.addAll(List.of(more));
    return Program.run(folder, Map.of("FIELDLINE_BUILT", "1"), LIMIT, command);
  }

  private Program subscribed() {
    List<String> command =
        List.of(
            // What it writes into a pipe it would keep back.
            "stdbuf",
            "-oL",
            "mosquitto_sub",
            "-h",
            "localhost",
            "-p",
            String.valueOf(stack.mqttPort()),
            "--cafile",
            "ca.pem",
            "--cert",
            "device.pem.crt",
            "--key",
            "private.pem.key",
            "-i",
            "audit",
            "-q",
            "1",
            "-t",
            "fieldline/+/telemetry",
            "-d");
    Program subscriber = Program.start(folder, Map.of(), command);
    subscriber.line(line -> line.contains("Subscribed"), LIMIT);
    return subscriber;
  }

  /// Of each device, the first number of each batch to how many readings it holds.
  private static Map<String, TreeMap<Long, Long>> received(Program subscriber, long readings)
      throws MessageException {
    Map<String, TreeMap<Long, Long>> received = new TreeMap<>();
    long seen = 0;
    for (int line = 0; seen < readings; line++) {
      String text = subscriber.line(line, _ -> true, LIMIT);
      if (text.startsWith("{")) {
        TelemetryBatch batch = MessageCodec.decodeBatch(text.getBytes(StandardCharsets.UTF_8));
        long holds = batch.columns().stream().mapToLong(column -> column.rows().size()).sum();
        if (received
                .computeIfAbsent(batch.device(), _ -> new TreeMap<>())
                .putIfAbsent(batch.firstSeq(), holds)
            == null) {
          seen += holds;
        }
      }
    }
    return received;
  }

  private static void isWithoutGaps(String device, TreeMap<Long, Long> batches) {
    long next = 0;
    for (var batch : batches.entrySet()) {
      assertThat(batch.getKey()).as(device).isEqualTo(next);
      next += batch.getValue();
    }
  }

  private static long count(String output, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(output);
    assertThat(found.find()).as(pattern + " in " + output).isTrue();
    String last = found.group(1);
    while (found.find()) {
      last = found.group(1);
    }
    return Long.parseLong(last.replace(",", ""));
  }
}
