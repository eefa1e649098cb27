// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.messages.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.DeflaterOutputStream;
import software.amazon.awssdk.core.SdkBytes;

/// A device by Mosquitto's clients: publishes on every topic that a device may use, and hears of
/// its named shadows.
final class DeviceExercise {
  private static final String THING = "removal-device";
  private static final String STAGE = "dev";
  private static final Pattern REFUSED = Pattern.compile("(?i)not authorized|denied|failed");
  private static final Duration SHORT = Duration.ofSeconds(15);

  private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

  private final Pipeline pipeline;
  private final Gateway gateway;
  private long sequence;

  DeviceExercise(Pipeline pipeline) {
    this.pipeline = pipeline;
    this.gateway = pipeline.gateway(THING);
  }

  String thing() {
    return THING;
  }

  /// A reading on the stored path.
  void telemetry(double temperature) {
    publish(Topics.ingest(STAGE, THING), batch(temperature));
  }

  /// A reading of an hour that is over.
  void late() {
    publish(Topics.ingest(STAGE, THING), batch(System.currentTimeMillis() - 2L * 3_600_000, 20));
  }

  /// A reading on the stored path, compressed.
  void compressed() {
    publish(Topics.deflatedIngest(STAGE, THING), deflated(batch(20)));
  }

  /// What no retry can heal.
  void malformed() {
    publish(Topics.ingest(STAGE, THING), "{}".getBytes(StandardCharsets.UTF_8));
  }

  /// An outcome that nobody asked for, as the rule on outcomes sees it.
  void outcome() {
    publish(
        Topics.shadow(THING, Topics.COMMANDS_SHADOW).update(),
        ("{\"state\":{\"reported\":{\"lamp\":{\"id\":\"000000000000001-none\",\"value\":true,\"expiresAtMs\":1,"
                + "\"status\":\"SUCCEEDED\",\"atMs\":"
                + ++sequence
                + "}}}}")
            .getBytes(StandardCharsets.UTF_8));
  }

  /// Everything that the device policies name.
  void everything() {
    telemetry(20);
    compressed();
    publish(Topics.telemetry(THING), batch(20));
    publish(Topics.deflatedTelemetry(THING), deflated(batch(20)));
    publish(Topics.live(THING), batch(20));
    shadows();
    jobs();
  }

  private void shadows() {
    publish(
        Topics.shadow(THING).update(),
        "{\"state\":{\"reported\":{\"lamp\":true}}}".getBytes(StandardCharsets.UTF_8));
    ask(Topics.shadow(THING).get(), Topics.shadow(THING).getAccepted());
    publish(Topics.shadow(THING, Topics.COMMANDS_SHADOW).get(), NOTHING);
    outcome();
    publish(Topics.shadow(THING, Topics.LIVE_SHADOW).get(), NOTHING);
    publish(Topics.shadow(THING, Topics.CONFIG_SHADOW).get(), NOTHING);
    publish(Topics.shadow(THING, Topics.ALARMS_SHADOW).get(), NOTHING);
    for (String shadow : List.of(Topics.CONFIG_SHADOW, Topics.ALARMS_SHADOW)) {
      publish(
          Topics.shadow(THING, shadow).update(),
          "{\"state\":{\"reported\":{\"removal\":true}}}".getBytes(StandardCharsets.UTF_8));
    }
    for (String shadow : List.of(Topics.COMMANDS_SHADOW, Topics.CONFIG_SHADOW)) {
      hear(Topics.shadow(THING, shadow).prefix() + "/#", () -> desire(shadow));
    }
  }

  private void desire(String shadow) {
    pipeline
        .aws()
        .iotData()
        .updateThingShadow(update ->
            update
                .thingName(THING)
                .shadowName(shadow)
                .payload(
                    SdkBytes.fromUtf8String(
                        "{\"state\":{\"desired\":{\"removal\":" + ++sequence + "}}}")));
  }

  /// What the agent asks for its jobs, and for another certificate.
  private void jobs() {
    var jobs = Topics.jobs(THING);
    ask(jobs.getNext(), Topics.accepted(jobs.getNext()));
    for (String request :
        List.of(
            jobs.update("none"),
            Topics.createCertificateFromCsr(),
            Topics.registerThing("fieldline-" + STAGE + "-rotation"))) {
      ask(request, Topics.rejected(request));
    }
  }

  /// An empty request, and its answer: that a service refuses it says that it was heard.
  private void ask(String request, String answer) {
    var command =
        client("mosquitto_rr", "-q", "1", "-t", request, "-e", answer, "-m", "{}", "-W", "3");
    succeeded("ask on " + request, Program.run(gateway.folder(), Map.of(), SHORT, command));
  }

  private void hear(String filter, Runnable told) {
    var command = new ArrayList<>(List.of("stdbuf", "-oL"));
    command.addAll(client("mosquitto_sub", "-t", filter, "-q", "1", "-C", "1", "-W", "3", "-d"));
    try (var listener = Program.start(gateway.folder(), Map.of(), command)) {
      listener.line(line -> line.contains("Subscribed"), SHORT);
      told.run();
      succeeded("hear of " + filter, listener.ended(SHORT));
    }
  }

  private void publish(String topic, byte[] payload) {
    try {
      Path file = Files.write(gateway.folder().resolve("payload"), payload);
      var command =
          client("mosquitto_pub", "-V", "mqttv5", "-q", "1", "-t", topic, "-f", file.toString());
      succeeded("publish on " + topic, Program.run(gateway.folder(), Map.of(), SHORT, command));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  // Mosquitto's clients end well after a refusal, and say it.
  private static void succeeded(String what, Program.Outcome outcome) {
    if (outcome.exitCode() != 0 || REFUSED.matcher(outcome.output()).find()) {
      throw new AssertionError("a device cannot " + what + ": " + outcome);
    }
  }

  private List<String> client(String program, String... arguments) {
    var command = new ArrayList<>(List.of(program));
    command.addAll(List.of("-h", "localhost", "-p", String.valueOf(pipeline.mqttPort())));
    command.addAll(List.of("--cafile", "ca.pem", "--cert", "device.pem.crt"));
    command.addAll(List.of("--key", "private.pem.key", "-i", THING));
    command.addAll(List.of(arguments));
    return command;
  }

  private byte[] batch(double temperature) {
    return batch(System.currentTimeMillis(), temperature);
  }

  private byte[] batch(long atMs, double temperature) {
    return """
    {"v":1,"device":"%s","epoch":%d,"firstSeq":1,"t0":%d,
     "sensors":[{"name":"temperature","rows":[[0,%s]]}]}
    """
        .formatted(THING, atMs, atMs, temperature)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] deflated(byte[] batch) {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(batch);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
