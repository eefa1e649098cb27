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

/// A new device with a claim, each time another one, and a known one with another certificate: by
/// the stage's two templates and their hook.
final class Provisioning {
  private static final Duration SHORT = Duration.ofSeconds(10);

  private final ObjectMapper json = new ObjectMapper();
  private final Person admin;
  private final Gateway claim;
  private final Gateway device;

  Provisioning(Pipeline pipeline, Person admin) throws IOException {
    this.admin = admin;
    this.device = pipeline.gateway("removal-rotated");
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
    registered(claim, "fieldline-removal", "devices", Map.of("SerialNumber", serial), serial);
    registered(device, device.thing(), "rotation", Map.of(), device.thing());
  }

  private void registered(
      Gateway as, String clientId, String template, Map<String, String> parameters, String thing)
      throws IOException {
    var asked = json.createObjectNode().put("certificateSigningRequest", signingRequest());
    JsonNode certificate = ask(as, clientId, Topics.createCertificateFromCsr(), asked);
    var registration = json.createObjectNode();
    registration.set("certificateOwnershipToken", certificate.path("certificateOwnershipToken"));
    registration.set("parameters", json.valueToTree(parameters));
    JsonNode answer =
        ask(as, clientId, Topics.registerThing("fieldline-dev-" + template), registration);
    if (!answer.path("thingName").asText().equals(thing)) {
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

  private JsonNode ask(Gateway as, String clientId, String request, JsonNode payload)
      throws IOException {
    var answer =
        as.mosquitto(
            "mosquitto_rr",
            clientId,
            "-W",
            "5",
            "-t",
            request,
            "-e",
            Topics.accepted(request),
            // From a file (-f) Debian's mosquitto_rr sends nothing.
            "-m",
            payload.toString());
    int begin = answer.output().indexOf('{');
    if (begin < 0) {
      throw new AssertionError("no answer on " + request + ": " + answer);
    }
    return json.readTree(answer.output().substring(begin));
  }
}
