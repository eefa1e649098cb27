// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Person;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A new device with a claim, each time another one, by the stage's template and its hook.
final class Provisioning {
  private static final Duration SHORT = Duration.ofSeconds(10);

  private final ObjectMapper json = new ObjectMapper();
  private final Person admin;
  private final Pipeline pipeline;
  private final Gateway claim;

  Provisioning(Pipeline pipeline, Person admin) throws IOException {
    this.pipeline = pipeline;
    this.admin = admin;
    // Its certificate is replaced by a claim's: what remains are the folder and its authority.
    this.claim = pipeline.gateway("removal-claim");
    var iot = pipeline.aws().iot();
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    iot.attachPolicy(
        attach -> attach.policyName("fieldline-dev-claim").target(made.certificateArn()));
    Files.writeString(claim.certificate(), made.certificatePem());
    Files.writeString(claim.key(), made.keyPair().privateKey());
  }

  void run() throws IOException {
    String serial = "removal-" + System.nanoTime();
    admin.put("/serials/" + serial, "");
    var asked = json.createObjectNode().put("certificateSigningRequest", signingRequest());
    JsonNode certificate = ask(Topics.createCertificateFromCsr(), asked);
    var registration = json.createObjectNode();
    registration.set("certificateOwnershipToken", certificate.path("certificateOwnershipToken"));
    registration.putObject("parameters").put("SerialNumber", serial);
    JsonNode answer = ask(Topics.registerThing("fieldline-dev-devices"), registration);
    if (!answer.path("thingName").asText().equals(serial)) {
      throw new AssertionError("a device is not registered: " + answer);
    }
  }

  private String signingRequest() {
    var made =
        Program.run(
            claim.folder(),
            Map.of(),
            SHORT,
            List.of(
                "openssl",
                "req",
                "-new",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-keyout",
                "new.key",
                "-subj",
                "/CN=new"));
    return made.output().substring(made.output().indexOf("-----BEGIN CERTIFICATE REQUEST"));
  }

  private JsonNode ask(String request, JsonNode payload) throws IOException {
    Files.writeString(claim.folder().resolve("asked"), payload.toString());
    var answer =
        claim.mosquitto(
            "mosquitto_rr",
            "fieldline-removal",
            "-W",
            "5",
            "-t",
            request,
            "-e",
            Topics.accepted(request),
            "-f",
            "asked");
    int begin = answer.output().indexOf('{');
    if (begin < 0) {
      throw new AssertionError("no answer on " + request + ": " + answer);
    }
    return json.readTree(answer.output().substring(begin));
  }
}
