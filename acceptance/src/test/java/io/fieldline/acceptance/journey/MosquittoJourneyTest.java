// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A certificate made with the AWS command line, used by Mosquitto's clients: what the device
/// policies allow goes through, what they do not is refused.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SharesPipeline
class MosquittoJourneyTest {
  private static final String THING = "mosquitto-1";
  private static final String INGEST =
      "$aws/rules/fieldline_dev_telemetry/fieldline/" + THING + "/telemetry";

  private final Pipeline pipeline;
  private Path folder = Path.of("");

  MosquittoJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
  }

  @BeforeAll
  void register(@TempDir Path temporary) throws Exception {
    folder = temporary;
    aws("create-thing", "--thing-name", THING);
    String arn =
        new ObjectMapper()
            .readTree(
                aws(
                    "create-keys-and-certificate",
                    "--set-as-active",
                    "--certificate-pem-outfile",
                    folder.resolve("cert.pem").toString(),
                    "--private-key-outfile",
                    folder.resolve("key.pem").toString()))
            .path("certificateArn")
            .asText();
    for (String part : List.of("data", "shadow", "jobs")) {
      String policy = "fieldline-dev-device-" + part;
      aws("attach-policy", "--policy-name", policy, "--target", arn);
    }
    aws("attach-thing-principal", "--thing-name", THING, "--principal", arn);
    try (var ca = URI.create(pipeline.endpoint() + "/_local/ca.pem").toURL().openStream()) {
      Files.copy(ca, folder.resolve("ca.pem"));
    }
  }

  private String aws(String... arguments) {
    var command = new ArrayList<>(List.of("iot"));
    command.addAll(List.of(arguments));
    var done = pipeline.aws(command.toArray(String[]::new));
    assertThat(done.exitCode()).as(done.output()).isZero();
    return done.output();
  }

  @Test
  void aPublishThatThePolicyAllowsBecomesAReadingInTheApi() throws IOException {
    long nowMs = System.currentTimeMillis();
    String batch =
        """
        {"v":1,"device":"%s","epoch":%d,"firstSeq":1,"t0":%d,
         "sensors":[{"name":"pressure","unit":"hPa","rows":[[0,1013.25]]}]}
        """
            .formatted(THING, nowMs, nowMs);
    Path file = Files.writeString(folder.resolve("batch.json"), batch);

    var sent = mosquitto("mosquitto_pub", THING, "-q", "1", "-t", INGEST, "-f", file.toString());

    assertThat(sent.exitCode()).as(sent.output()).isZero();
    Person viewer = pipeline.person("viewer");
    var points =
        Await.until(
            "the published reading",
            Duration.ofSeconds(30),
            () -> viewer.readings(THING, "pressure", nowMs, nowMs),
            found -> !found.isEmpty());
    assertThat(points).containsExactly(new Person.Point(nowMs, 1013.25));
  }

  /// As AWS's port 443 does, for networks that let nothing else out.
  @Test
  void thePortOfHttpTakesMqttThatIsNamedInTheHandshake() {
    int port = pipeline.endpoint().getPort();
    String own = "$aws/things/" + THING + "/shadow/name/commands/get";

    var sent =
        mosquitto(
            port,
            "mosquitto_pub",
            THING,
            "--tls-alpn",
            "x-amzn-mqtt-ca",
            "-q",
            "1",
            "-t",
            own,
            "-m",
            "{}");

    assertThat(sent.exitCode()).as(sent.output()).isZero();
  }

  @Test
  void aPublishToTheTopicOfAnotherThingIsRefused() {
    String other = INGEST.replace(THING, "gateway-2");

    var mqtt5 =
        mosquitto("mosquitto_pub", THING, "-V", "mqttv5", "-q", "1", "-m", "{}", "-t", other);
    assertThat(mqtt5.output()).contains("Publish 1 failed: Not authorized");

    // MQTT 3.1.1 has no reason in its acknowledgement: the connection ends.
    var mqtt3 = mosquitto("mosquitto_pub", THING, "-q", "1", "-m", "{}", "-t", other);
    assertThat(mqtt3.exitCode()).as(mqtt3.output()).isNotZero();
    assertThat(mqtt3.output()).contains("connection was lost");
  }

  @Test
  void aSubscriptionThatThePolicyDoesNotNameIsRefused() {
    var refused = mosquitto("mosquitto_sub", THING, "-t", "fieldline/+/telemetry", "-C", "1");

    assertThat(refused.output()).contains("All subscription requests were denied");
  }

  @Test
  void theClientIdentifierOfAnotherThingIsRefused() {
    var refused = mosquitto("mosquitto_pub", "gateway-2", "-q", "1", "-t", INGEST, "-m", "{}");

    assertThat(refused.exitCode()).as(refused.output()).isNotZero();
  }

  /// Neither on the port for devices, nor on the one that shows browsers no such demand.
  @Test
  void withoutACertificateThereIsNoConnection() {
    for (int port : List.of(pipeline.mqttPort(), pipeline.endpoint().getPort())) {
      for (var tls : List.of(List.of("--cafile", "ca.pem"), List.<String>of())) {
        var command = new ArrayList<>(List.of("mosquitto_pub", "-h", "localhost"));
        command.addAll(List.of("-p", String.valueOf(port), "-i", THING, "-q", "1", "-m", "{}"));
        command.addAll(List.of("-t", INGEST));
        command.addAll(tls);

        var refused = Program.run(folder, Map.of(), Duration.ofSeconds(20), command);

        assertThat(refused.exitCode()).as(port + " " + tls + refused.output()).isNotZero();
      }
    }
  }

  private Program.Outcome mosquitto(String program, String clientId, String... arguments) {
    return mosquitto(pipeline.mqttPort(), program, clientId, arguments);
  }

  private Program.Outcome mosquitto(
      int port, String program, String clientId, String... arguments) {
    var command = new ArrayList<>(List.of(program));
    command.addAll(List.of("-h", "localhost", "-p", String.valueOf(port)));
    command.addAll(List.of("--cafile", "ca.pem", "--cert", "cert.pem", "--key", "key.pem"));
    command.addAll(List.of("-i", clientId));
    command.addAll(List.of(arguments));
    return Program.run(folder, Map.of(), Duration.ofSeconds(20), command);
  }
}
