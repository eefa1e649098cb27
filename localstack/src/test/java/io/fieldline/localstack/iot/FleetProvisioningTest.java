// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.fieldline.localstack.iot.IotBench.Identity;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.DeleteConflictException;
import software.amazon.awssdk.services.iot.model.InvalidRequestException;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iot.model.ThingAttribute;
import software.amazon.awssdk.services.iot.model.VersionsLimitExceededException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.Runtime;

/// Devices that come with a claim and leave with a certificate of their own.
final class FleetProvisioningTest {
  private static final String CLAIM =
      """
      {"Effect":"Allow","Action":"iot:Connect","Resource":"*"},
      {"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":[
        "arn:aws:iot:us-east-1:000000000000:topic/$aws/certificates/create*",
        "arn:aws:iot:us-east-1:000000000000:topic/$aws/provisioning-templates/fleet/*",
        "arn:aws:iot:us-east-1:000000000000:topic/$aws/provisioning-templates/hooked/*"]},
      {"Effect":"Allow","Action":"iot:Subscribe","Resource":[
        "arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/certificates/create*",
        "arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/provisioning-templates/fleet/*",
        "arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/provisioning-templates/hooked/*"]}
      """;
  private static final String BODY =
      """
      {"Parameters":{"Serial":{"Type":"String"},"Site":{"Type":"String","Default":"north"},
        "Told":{"Type":"String","Default":""}},
       "Mappings":{"Url":{"north":{"web":"https://north.example"}}},
       "Resources":{
        "thing":{"Type":"AWS::IoT::Thing","Properties":{
          "ThingName":{"Fn::Join":["",["pump-",{"Ref":"Serial"}]]},
          "AttributePayload":{"serial":{"Ref":"Serial"},"site":{"Fn::Sub":"${Site}-1"}},
          "ThingGroups":["pumps"]},
         "OverrideSettings":{"AttributePayload":"MERGE","ThingGroups":"DO_NOTHING"}},
        "certificate":{"Type":"AWS::IoT::Certificate","Properties":{
          "CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"Active",
          "ThingPrincipalType":"EXCLUSIVE_THING"}},
        "policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyDocument":{
          "Version":"2012-10-17","Statement":[{"Effect":"Allow",
          "Action":["iot:Connect","iot:Publish","iot:Subscribe","iot:Receive"],"Resource":"*"}]}}}},
       "DeviceConfiguration":{"url":{"Fn::FindInMap":["Url",{"Ref":"Site"},"web"]},
        "told":{"Ref":"Told"}}}
      """;
  private static final String CREATE = "$aws/certificates/create/json";
  private static final String CREATE_FROM_CSR = "$aws/certificates/create-from-csr/json";
  private static final String REGISTRATION =
      IotBench.allow(
          "iot:CreateThing",
          "iot:DescribeThing",
          "iot:UpdateThing",
          "iot:AddThingToThingGroup",
          "iot:ListThingGroupsForThing",
          "iot:CreatePolicy",
          "iot:GetPolicy",
          "iot:AttachPolicy",
          "iot:AttachThingPrincipal",
          "iot:DescribeCertificate",
          "iot:UpdateCertificate");

  private static IotBench bench;
  private static String role;
  private static Identity claim;

  @BeforeAll
  static void start() {
    bench = new IotBench();
    role = bench.role("provisioning", "iot.amazonaws.com", REGISTRATION);
    bench.iot.createThingGroup(g -> g.thingGroupName("pumps"));
    template("fleet", BODY);
    claim = bench.identity(CLAIM);
  }

  @AfterAll
  static void stop() {
    bench.close();
  }

  private static void template(String name, String body) {
    bench.iot.createProvisioningTemplate(
        t -> t.templateName(name).templateBody(body).provisioningRoleArn(role).enabled(true));
  }

  private static String provision(String template) {
    return "$aws/provisioning-templates/" + template + "/provision/json";
  }

  private static void listen(MqttSocket mqtt, String topic) throws IOException {
    mqtt.subscribe(topic + "/accepted", 1);
    mqtt.subscribe(topic + "/rejected", 1);
  }

  private static JsonNode ask(MqttSocket mqtt, String topic, String payload, String answer)
      throws IOException {
    mqtt.publish(topic, payload, 1);
    return IotBench.receive(mqtt, topic + "/" + answer);
  }

  private static String registration(String token, String serial) {
    ObjectNode request = IotBench.JSON.createObjectNode();
    request.put("certificateOwnershipToken", token);
    request.putObject("parameters").put("Serial", serial);
    return request.toString();
  }

  /// A certificate for a key, which is not in force yet.
  private static JsonNode pending(MqttSocket mqtt, KeyPair pair) throws IOException {
    ObjectNode request = IotBench.JSON.createObjectNode();
    request.put("certificateSigningRequest", IotBench.signingRequest(pair));
    return ask(mqtt, CREATE_FROM_CSR, request.toString(), "accepted");
  }

  private static String status(String certificateId) {
    return bench
        .iot
        .describeCertificate(c -> c.certificateId(certificateId))
        .certificateDescription()
        .statusAsString();
  }

  @Test
  void aDeviceComesWithAClaimAndReconnectsWithItsOwnCertificate() throws Exception {
    JsonNode keys;
    try (MqttSocket mqtt = bench.connect(claim, "new-device")) {
      listen(mqtt, CREATE);
      listen(mqtt, provision("fleet"));
      keys = ask(mqtt, CREATE, "", "accepted");
      assertThat(status(keys.path("certificateId").asText())).isEqualTo("PENDING_ACTIVATION");
      assertThatThrownBy(() -> bench.connect(identity(keys), "pump-17").ping());

      JsonNode registered =
          ask(
              mqtt,
              provision("fleet"),
              registration(keys.path("certificateOwnershipToken").asText(), "17"),
              "accepted");

      assertThat(registered)
          .isEqualTo(
              IotBench.JSON.readTree(
                  """
                  {"deviceConfiguration":{"url":"https://north.example","told":""},
                   "thingName":"pump-17"}
                  """));
    }
    assertThat(status(keys.path("certificateId").asText())).isEqualTo("ACTIVE");
    var thing = bench.iot.describeThing(t -> t.thingName("pump-17"));
    assertThat(thing.attributes()).isEqualTo(Map.of("serial", "17", "site", "north-1"));
    assertThat(bench.iot.listThingsInThingGroup(g -> g.thingGroupName("pumps")).things())
        .contains("pump-17");
    try (MqttSocket mqtt = bench.connect(identity(keys), "pump-17")) {
      assertThat(mqtt.publish("fleet/pump-17/hello", "x", 1)).isZero();
    }
  }

  private static Identity identity(JsonNode keys) {
    return new Identity(
        keys.path("certificateId").asText(),
        keys.path("certificatePem").asText(),
        keys.path("privateKey").asText());
  }

  @Test
  void aKeyThatNeverLeavesTheDeviceIsCertifiedByItsSigningRequest() throws Exception {
    KeyPair pair = IotBench.keyPair();
    String topic = CREATE_FROM_CSR;
    try (MqttSocket mqtt = bench.connect(claim, "with-csr")) {
      listen(mqtt, topic);
      listen(mqtt, provision("fleet"));

      JsonNode made = pending(mqtt, pair);

      assertThat(made.has("privateKey")).isFalse();
      String token = made.path("certificateOwnershipToken").asText();
      ask(mqtt, provision("fleet"), registration(token, "18"), "accepted");
      var own =
          new Identity(
              made.path("certificateId").asText(),
              made.path("certificatePem").asText(),
              Pem.pkcs8(pair.getPrivate()));
      bench.connect(own, "pump-18").close();

      JsonNode rejected = ask(mqtt, topic, "{\"certificateSigningRequest\":\"none\"}", "rejected");
      assertThat(rejected.path("statusCode").asInt()).isEqualTo(400);
      assertThat(rejected.path("errorCode").asText()).isEqualTo("InvalidCSR");
    }
  }

  @Test
  void cborIsSpokenOnTheCborTopics() throws Exception {
    var cbor = new ObjectMapper(new CBORFactory());
    String topic = "$aws/provisioning-templates/fleet/provision/cbor";
    try (MqttSocket mqtt = bench.connect(claim, "cbor")) {
      listen(mqtt, topic);

      mqtt.publish(
          topic,
          "",
          1,
          p -> p.payload(Unpooled.wrappedBuffer(bytes(cbor, Map.of("parameters", Map.of())))));

      var message = mqtt.receivePublish();
      assertThat(message.variableHeader().topicName()).isEqualTo(topic + "/rejected");
      JsonNode rejected = cbor.readTree(ByteBufUtil.getBytes(message.payload()));
      assertThat(rejected.path("errorCode").asText()).isEqualTo("InvalidCertificateOwnershipToken");
      assertThat(rejected.path("errorMessage").asText())
          .isEqualTo("Certificate ownership token cannot be empty.");
    }
  }

  private static byte[] bytes(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsBytes(value);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatIsWrongIsRejectedByName() throws Exception {
    template("disabled", BODY);
    bench.iot.updateProvisioningTemplate(t -> t.templateName("disabled").enabled(false));
    Identity wide =
        bench.identity(
            IotBench.allow("iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"));
    try (MqttSocket mqtt = bench.connect(wide, "wrong")) {
      listen(mqtt, CREATE_FROM_CSR);
      String token = pending(mqtt, IotBench.keyPair()).path("certificateOwnershipToken").asText();
      listen(mqtt, provision("fleet"));
      assertThat(code(mqtt, "fleet", "nonsense")).isEqualTo("400 InvalidPayload");
      assertThat(code(mqtt, "fleet", registration("no-such-token", "1")))
          .isEqualTo("400 InvalidCertificateOwnershipToken");
      assertThat(code(mqtt, "fleet", "{\"certificateOwnershipToken\":\"" + token + "\"}"))
          .isEqualTo("400 InvalidParameters");
      assertThat(code(mqtt, "fleet", registration(token, "blank name")))
          .isEqualTo("400 InvalidParameters");
      listen(mqtt, provision("none"));
      assertThat(code(mqtt, "none", registration(token, "1"))).isEqualTo("404 ResourceNotFound");
      listen(mqtt, provision("disabled"));
      assertThat(code(mqtt, "disabled", registration(token, "1"))).isEqualTo("400 InvalidRequest");
    }
  }

  private static String code(MqttSocket mqtt, String template, String payload) throws IOException {
    JsonNode rejected = ask(mqtt, provision(template), payload, "rejected");
    return rejected.path("statusCode").asInt() + " " + rejected.path("errorCode").asText();
  }

  @Test
  void theClaimsPolicyBoundsWhatItsHolderMayAsk() throws Exception {
    try (MqttSocket mqtt = bench.connect(claim, "curious")) {
      assertThat(mqtt.publish(provision("other"), "{}", 1)).isEqualTo(0x87);
      assertThat(mqtt.publish("fleet/pump/hello", "x", 1)).isEqualTo(0x87);
      assertThat(mqtt.subscribeForCodes("$aws/things/pump/shadow/#", 1)).containsExactly(0x87);
    }
  }

  @Test
  void aRoleThatMayNotMakesNothingAndTheCertificateStaysPending() throws Exception {
    String weak =
        bench.role("weak", "iot.amazonaws.com", IotBench.allow("iot:DescribeCertificate"));
    bench.iot.createProvisioningTemplate(
        t -> t.templateName("weak").templateBody(BODY).provisioningRoleArn(weak).enabled(true));
    Identity wide =
        bench.identity(
            IotBench.allow("iot:Connect", "iot:Publish", "iot:Subscribe", "iot:Receive"));
    try (MqttSocket mqtt = bench.connect(wide, "weak-role")) {
      listen(mqtt, CREATE_FROM_CSR);
      JsonNode keys = pending(mqtt, IotBench.keyPair());
      listen(mqtt, provision("weak"));

      String token = keys.path("certificateOwnershipToken").asText();
      assertThat(code(mqtt, "weak", registration(token, "9"))).isEqualTo("403 AccessDenied");

      assertThat(status(keys.path("certificateId").asText())).isEqualTo("PENDING_ACTIVATION");
      assertThat(bench.iot.listThings().things().stream().map(ThingAttribute::thingName))
          .doesNotContain("pump-9");
    }
  }

  @Test
  void theHookDecidesAndChangesParameters() throws Exception {
    deployHook(bench);
    bench.iot.createProvisioningTemplate(t ->
        t.templateName("hooked")
            .templateBody(BODY)
            .provisioningRoleArn(role)
            .enabled(true)
            .preProvisioningHook(h ->
                h.targetArn("arn:aws:lambda:us-east-1:000000000000:function:hook")
                    .payloadVersion("2020-04-01")));
    try (MqttSocket mqtt = bench.connect(claim, "asked-about")) {
      listen(mqtt, CREATE_FROM_CSR);
      listen(mqtt, provision("hooked"));
      JsonNode keys = pending(mqtt, IotBench.keyPair());
      String token = keys.path("certificateOwnershipToken").asText();
      assertThat(code(mqtt, "hooked", registration(token, "known"))).isEqualTo("403 AccessDenied");

      // Until the function's own policy lets the service in, for this template.
      letIn(bench);
      assertThat(code(mqtt, "hooked", registration(token, "stranger")))
          .isEqualTo("403 AccessDenied");
      assertThat(code(mqtt, "hooked", registration(token, "broken"))).isEqualTo("403 AccessDenied");
      JsonNode accepted = ask(mqtt, provision("hooked"), registration(token, "known"), "accepted");

      JsonNode told = IotBench.JSON.readTree(accepted.at("/deviceConfiguration/told").asText());
      assertThat(told.path("claimCertificateId").asText()).isEqualTo(claim.id());
      assertThat(told.path("certificateId")).isEqualTo(keys.path("certificateId"));
      assertThat(told.path("certificatePem")).isEqualTo(keys.path("certificatePem"));
      assertThat(told.path("clientId").asText()).isEqualTo("asked-about");
      assertThat(told.path("templateArn").asText()).endsWith(":provisioningtemplate/hooked");
      assertThat(told.at("/parameters/Serial").asText()).isEqualTo("known");
    }
  }

  @Test
  @Tag("long")
  void aHookThatTakesLongerThanFiveSecondsAllowsNothing() throws Exception {
    try (var own = new IotBench()) {
      String itsRole = own.role("provisioning", "iot.amazonaws.com", REGISTRATION);
      deployHook(own);
      own.iot.createProvisioningTemplate(t ->
          t.templateName("hooked")
              .templateBody(BODY)
              .provisioningRoleArn(itsRole)
              .enabled(true)
              .preProvisioningHook(
                  h -> h.targetArn("arn:aws:lambda:us-east-1:000000000000:function:hook")));
      letIn(own);
      try (MqttSocket mqtt = own.connect(own.identity(CLAIM), "waiting")) {
        listen(mqtt, CREATE_FROM_CSR);
        listen(mqtt, provision("hooked"));
        JsonNode keys = pending(mqtt, IotBench.keyPair());
        String token = keys.path("certificateOwnershipToken").asText();
        long start = System.nanoTime();

        assertThat(code(mqtt, "hooked", registration(token, "slow"))).isEqualTo("403 AccessDenied");

        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8));
      }
    }
  }

  private static void letIn(IotBench to) {
    try (var lambda = to.client(LambdaClient.builder())) {
      lambda.addPermission(p ->
          p.functionName("hook")
              .statementId("iot")
              .action("lambda:InvokeFunction")
              .principal("iot.amazonaws.com")
              .sourceArn("arn:aws:iot:us-east-1:000000000000:provisioningtemplate/hooked"));
    }
  }

  private static void deployHook(IotBench to) {
    String functionRole = to.role("hook", "lambda.amazonaws.com", IotBench.allow("logs:*"));
    try (var lambda = to.client(LambdaClient.builder())) {
      lambda.createFunction(f ->
          f.functionName("hook")
              .runtime(Runtime.JAVA25)
              .role(functionRole)
              .handler(HookFunction.class.getName())
              .timeout(10)
              .code(c -> c.zipFile(SdkBytes.fromByteArray(zip()))));
    }
  }

  private static byte[] zip() {
    String entry = HookFunction.class.getName().replace('.', '/') + ".class";
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes);
        InputStream code = HookFunction.class.getClassLoader().getResourceAsStream(entry)) {
      zip.putNextEntry(new ZipEntry(entry));
      code.transferTo(zip);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return bytes.toByteArray();
  }

  @Test
  void aTrustedUsersClaimServesOneTemplateForFiveMinutes() throws Exception {
    try (var own = new IotBench()) {
      String itsRole = own.role("provisioning", "iot.amazonaws.com", REGISTRATION);
      own.iot.createThingGroup(g -> g.thingGroupName("pumps"));
      own.iot.createProvisioningTemplate(t ->
          t.templateName("fleet").templateBody(BODY).provisioningRoleArn(itsRole).enabled(true));
      var made = own.iot.createProvisioningClaim(c -> c.templateName("fleet"));
      var temporary =
          new Identity(made.certificateId(), made.certificatePem(), made.keyPair().privateKey());
      assertThat(own.iot.listCertificates().certificates()).isEmpty();
      String pending;
      try (MqttSocket mqtt = own.connect(temporary, "installer")) {
        listen(mqtt, CREATE_FROM_CSR);
        listen(mqtt, provision("fleet"));
        JsonNode keys = pending(mqtt, IotBench.keyPair());
        String token = keys.path("certificateOwnershipToken").asText();
        ask(mqtt, provision("fleet"), registration(token, "7"), "accepted");
        assertThat(mqtt.publish("fleet/pump-7/hello", "x", 1)).isEqualTo(0x87);
        assertThat(mqtt.publish(provision("other"), "{}", 1)).isEqualTo(0x87);
        JsonNode unused = pending(mqtt, IotBench.keyPair());
        pending = unused.path("certificateId").asText();

        own.stack.clock().advance(Duration.ofMinutes(61));

        String late = unused.path("certificateOwnershipToken").asText();
        JsonNode rejected = ask(mqtt, provision("fleet"), registration(late, "8"), "rejected");
        assertThat(rejected.path("errorCode").asText())
            .isEqualTo("InvalidCertificateOwnershipToken");
      }
      assertThatThrownBy(() -> own.iot.describeCertificate(c -> c.certificateId(pending)))
          .isInstanceOf(ResourceNotFoundException.class);
      assertThatThrownBy(() -> own.connect(temporary, "installer").ping())
          .isInstanceOfAny(IOException.class, AssertionError.class);
    }
  }

  @Test
  void templatesHaveUpToFiveVersionsOneOfThemInForce() {
    template("versioned", BODY);
    for (int i = 2; i <= 5; i++) {
      int wanted = i;
      assertThat(
              bench
                  .iot
                  .createProvisioningTemplateVersion(
                      v -> v.templateName("versioned").templateBody(BODY))
                  .versionId())
          .isEqualTo(wanted);
    }
    assertThatThrownBy(() ->
            bench.iot.createProvisioningTemplateVersion(
                v -> v.templateName("versioned").templateBody(BODY)))
        .isInstanceOf(VersionsLimitExceededException.class);
    bench.iot.updateProvisioningTemplate(
        t -> t.templateName("versioned").defaultVersionId(3).description("third"));
    assertThatThrownBy(() ->
            bench.iot.deleteProvisioningTemplateVersion(
                v -> v.templateName("versioned").versionId(3)))
        .isInstanceOf(DeleteConflictException.class);
    bench.iot.deleteProvisioningTemplateVersion(v -> v.templateName("versioned").versionId(1));

    var described = bench.iot.describeProvisioningTemplate(t -> t.templateName("versioned"));
    assertThat(described.defaultVersionId()).isEqualTo(3);
    assertThat(described.description()).isEqualTo("third");
    assertThat(described.enabled()).isTrue();
    assertThat(
            bench.iot.listProvisioningTemplateVersions(v -> v.templateName("versioned")).versions())
        .hasSize(4);
    bench.iot.deleteProvisioningTemplate(t -> t.templateName("versioned"));
    assertThatThrownBy(
            () -> bench.iot.describeProvisioningTemplate(t -> t.templateName("versioned")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void aTemplateThatCannotWorkIsRefusedWhenItIsMade() {
    assertThatThrownBy(() -> template("bad", "{\"Resources\":{}}"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("Resources: expected at least one");
    assertThatThrownBy(
            () -> template("bad", BODY.replace("{\"Ref\":\"Site\"}", "{\"Ref\":\"Sit\"}")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the parameter Sit is not declared");
    assertThatThrownBy(
            () -> template("bad", BODY.replace("\"ThingGroups\":[", "\"BillingGroup\":[")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("BillingGroup is not supported by this local stack");
    assertThatThrownBy(() ->
            bench.iot.createProvisioningTemplate(t ->
                t.templateName("bad")
                    .templateBody(BODY)
                    .provisioningRoleArn("arn:aws:iam::000000000000:role/nobody")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cannot assume the provisioning role");
  }

  @Test
  void registerThingMakesTheCertificateFromItsRequest() {
    var made =
        bench.iot.registerThing(r ->
            r.templateBody(BODY)
                .parameters(
                    Map.of(
                        "Serial",
                        "21",
                        "AWS::IoT::Certificate::Id",
                        bench.iot.createKeysAndCertificate().certificateId())));

    assertThat(made.resourceArns()).containsOnlyKeys("thing", "certificate", "policy");
    String id = made.resourceArns().get("certificate").replaceAll(".*/", "");
    assertThat(made.certificatePem()).startsWith("-----BEGIN CERTIFICATE-----");
    // An inactive certificate that was there before is left as it is.
    assertThat(status(id)).isEqualTo(CertificateStatus.INACTIVE.toString());
  }
}
