// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.agent.doctor.DoctorCommand;
import io.fieldline.localstack.LocalStack;
import io.fieldline.messages.Topics;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.CreateKeysAndCertificateResponse;

/// The agent's doctor where AWS IoT says no: each time a real certificate and a real policy, with
/// one thing missing.
class AgentDoctorTest {
  private static final String CONNECT = "iot:Connect on client/doctor-1";
  private static LocalStack stack;
  private static AwsClients aws;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    aws = new AwsClients(stack.endpoint());
    aws.iot().createThing(create -> create.thingName("doctor-1"));
  }

  @AfterAll
  static void stop() {
    aws.close();
    stack.close();
  }

  @Test
  void withAllPermissionsNothingFails() throws Exception {
    certificate("all", "\"iot:*\"", "*");

    assertThat(doctor(0))
        .contains("ok       mqtt")
        .contains("ok       subscribe")
        .contains("ok       publish")
        .doesNotContain("FAILED");
  }

  @Test
  void certificateThatIsNotActiveIsNamed() throws Exception {
    var made = certificate("inactive", "\"iot:*\"", "*");
    aws.iot()
        .updateCertificate(update ->
            update.certificateId(made.certificateId()).newStatus(CertificateStatus.INACTIVE));

    assertThat(doctor(1))
        .contains("FAILED   mqtt")
        .contains("the certificate is not ACTIVE")
        .contains("aws iot describe-certificate --certificate-id " + made.certificateId())
        .contains("skipped  publish");
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
    certificate(name, "\"iot:" + actions.replace(" ", "\",\"iot:") + "\"", resource);

    assertThat(doctor(1))
        .contains("FAILED   " + step)
        .contains(
            switch (step) {
              case "mqtt" -> CONNECT;
              case "subscribe" -> "allows iot:Subscribe and iot:Receive";
              default -> "allows iot:Publish on " + Topics.ingest("dev", "doctor-1");
            });
  }

  private CreateKeysAndCertificateResponse certificate(String policy, String actions, String on)
      throws Exception {
    var made = aws.iot().createKeysAndCertificate(create -> create.setAsActive(true));
    String resource = on.equals("*") ? on : "arn:aws:iot:us-east-1:000000000000:" + on;
    String document =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[%s],"Resource":"%s"}]}
        """
            .formatted(actions, resource);
    aws.iot().createPolicy(create -> create.policyName(policy).policyDocument(document));
    aws.iot().attachPolicy(attach -> attach.policyName(policy).target(made.certificateArn()));
    aws.iot()
        .attachThingPrincipal(
            attach -> attach.thingName("doctor-1").principal(made.certificateArn()));
    Files.writeString(folder.resolve("cert.pem"), made.certificatePem());
    Files.writeString(folder.resolve("key.pem"), made.keyPair().privateKey());
    Files.writeString(folder.resolve("ca.pem"), stack.deviceAuthority());
    return made;
  }

  private String doctor(int expectedStatus) throws Exception {
    Path config =
        Files.writeString(
            folder.resolve("agent.yaml"),
            """
            thing: doctor-1
            cloud:
              endpoint: localhost:%d
              certificate: cert.pem
              key: key.pem
              ca: ca.pem
            """
                .formatted(stack.mqttPort()));
    var out = new ByteArrayOutputStream();
    var print = new PrintStream(out, true, StandardCharsets.UTF_8);
    int status =
        new DoctorCommand(print, print, Map.of()).run(List.of("--config", config.toString()));
    String said = out.toString(StandardCharsets.UTF_8);
    assertThat(status).as(said).isEqualTo(expectedStatus);
    return said;
  }
}
