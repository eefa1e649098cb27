// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.control.AgentCtl;
import io.fieldline.agent.control.AgentOperations;
import io.fieldline.agent.control.ControlServer;
import io.fieldline.agent.doctor.DoctorCommand;
import io.fieldline.agent.reload.Reconfiguration;
import io.fieldline.localstack.LocalStack;
import io.fieldline.messages.Topics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.CreateKeysAndCertificateResponse;

/// What a person at the device asks of AWS IoT through the agent or past it, each time with a real
/// certificate and a real policy in which one thing is missing.
class AgentOperationsTest {
  private static final String CONNECT = "iot:Connect on client/doctor-1";
  private static LocalStack stack;
  private static AwsClients aws;
  private static CreateKeysAndCertificateResponse certificate;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    aws = new AwsClients(stack.endpoint());
    aws.iot().createThing(create -> create.thingName("doctor-1"));
    certificate = aws.iot().createKeysAndCertificate(create -> create.setAsActive(true));
    aws.iot()
        .attachThingPrincipal(
            attach -> attach.thingName("doctor-1").principal(certificate.certificateArn()));
  }

  @AfterAll
  static void stop() {
    aws.close();
    stack.close();
  }

  @Test
  void withAllPermissionsNothingFails() throws Exception {
    policy("all", allow("*", "*"));

    assertThat(doctor(0))
        .contains("ok       mqtt")
        .contains("ok       subscribe")
        .contains("ok       publish")
        .doesNotContain("FAILED");
  }

  @Test
  void certificateThatIsNotActiveIsNamed() throws Exception {
    policy("inactive", allow("*", "*"));
    status(CertificateStatus.INACTIVE);
    try {
      assertThat(doctor(1))
          .contains("FAILED   mqtt")
          .contains("the certificate is not ACTIVE")
          .contains("describe-certificate --certificate-id " + certificate.certificateId())
          .contains("skipped  publish");
    } finally {
      status(CertificateStatus.ACTIVE);
    }
  }

  private static void status(CertificateStatus status) {
    aws.iot()
        .updateCertificate(
            update -> update.certificateId(certificate.certificateId()).newStatus(status));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no-connect   | Publish Subscribe Receive | *            | mqtt",
        "other-client | Connect                   | client/other | mqtt",
        "no-subscribe | Connect Publish           | *            | subscribe",
        "no-publish   | Connect Subscribe Receive | *            | publish",
      })
  void permissionThatIsMissingIsNamed(String name, String actions, String resource, String step)
      throws Exception {
    policy(name, allow(actions, resource));

    assertThat(doctor(1))
        .contains("FAILED   " + step)
        .contains(
            switch (step) {
              case "mqtt" -> CONNECT;
              case "subscribe" -> "allows iot:Subscribe and iot:Receive";
              default -> "allows iot:Publish on " + Topics.ingest("dev", "doctor-1");
            });
  }

  /// The token of a request comes back in the answer of AWS IoT; where the policy lacks the
  /// answer's topic, that is said before anything is published.
  @Test
  void shadowsAreReadAndChangedByTheRunningAgentAsFarAsItsPolicyGoes() throws Exception {
    policy(
        "no-place",
        allow("Connect Publish Receive", "*"),
        allow(
            "Subscribe",
            "topicfilter/$aws/things/doctor-1/shadow/name/commands/*",
            "topicfilter/$aws/things/doctor-1/shadow/name/live/*"));
    var configuration = Reconfiguration.open(configuration(), Clock.systemUTC());
    AgentConfig config = configuration.config();
    try (var agent =
            new DeviceAgent(configuration, Clock.systemUTC(), RandomGenerator.getDefault());
        var _ =
            new ControlServer(
                config.control().orElseThrow(),
                new AgentOperations(agent, config, Clock.systemUTC())
                    .all(configuration, List::of))) {
      assertThat(agent.link().awaitSessionAfter(0, Duration.ofSeconds(30))).isEqualTo(1);

      assertThat(ctl(0, "shadow", "set", "{\"reported\":{\"x\":7}}", "commands"))
          .contains("version");
      assertThat(ctl(0, "--json", "shadow", "get", "commands")).contains("\"reported\":{\"x\":7}");
      assertThat(ctl(1, "shadow", "get", "live")).contains("404").contains("No shadow exists");
      assertThat(ctl(1, "shadow", "get", "place"))
          .contains("not allowed to subscribe to $aws/things/doctor-1/shadow/name/place/get/");
      assertThat(doctor(0)).contains("skipped  mqtt").contains("an agent runs as this thing");
      assertThat(agent.link().session()).isEqualTo(1);
    }
  }

  private String ctl(int expectedStatus, String... words) {
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    List<String> all =
        new ArrayList<>(List.of("--config", folder.resolve("agent.yaml").toString()));
    all.addAll(List.of(words));
    int status = new AgentCtl(print, print).run(all);
    String said = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(said).isEqualTo(expectedStatus);
    return said;
  }

  private static String allow(String actions, String... resources) {
    String named =
        Stream.of(resources)
            .map(each -> each.equals("*") ? each : "arn:aws:iot:us-east-1:000000000000:" + each)
            .collect(Collectors.joining("\",\""));
    return """
    {"Effect":"Allow","Action":["iot:%s"],"Resource":["%s"]}
    """
        .formatted(actions.replace(" ", "\",\"iot:"), named);
  }

  /// The one policy that the certificate has.
  private static void policy(String name, String... statements) {
    String target = certificate.certificateArn();
    aws.iot()
        .listAttachedPolicies(list -> list.target(target))
        .policies()
        .forEach(each ->
            aws.iot().detachPolicy(detach -> detach.policyName(each.policyName()).target(target)));
    String document =
        "{\"Version\":\"2012-10-17\",\"Statement\":[" + String.join(",", statements) + "]}";
    aws.iot().createPolicy(create -> create.policyName(name).policyDocument(document));
    aws.iot().attachPolicy(attach -> attach.policyName(name).target(target));
  }

  private Path configuration() throws IOException {
    Files.writeString(folder.resolve("cert.pem"), certificate.certificatePem());
    Files.writeString(folder.resolve("key.pem"), certificate.keyPair().privateKey());
    Files.writeString(folder.resolve("ca.pem"), stack.deviceAuthority());
    return Files.writeString(
        folder.resolve("agent.yaml"),
        """
        thing: doctor-1
        cloud:
          endpoint: localhost:%d
          certificate: cert.pem
          key: key.pem
          ca: ca.pem
        tcp: {enabled: false}
        http: {enabled: false}
        mqtt: {enabled: false}
        metrics: {enabled: false}
        machine: {enabled: false}
        """
            .formatted(stack.mqttPort()));
  }

  private String doctor(int expectedStatus) throws Exception {
    Path config = configuration();
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int status =
        new DoctorCommand(print, print, Map.of()).run(List.of("--config", config.toString()));
    String said = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(said).isEqualTo(expectedStatus);
    return said;
  }
}
