// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.iot.Certificates;
import io.fieldline.localstack.iot.OnBehalf;
import io.fieldline.localstack.iot.mqtt.ReservedRequest;
import io.fieldline.localstack.store.Store;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Devices that ask for a certificate, and to be registered with it, over MQTT.
///
/// Source: AWS IoT Core Developer Guide, "Device provisioning MQTT API".
public final class FleetProvisioning {
  private static final System.Logger LOG = System.getLogger(FleetProvisioning.class.getName());
  private static final Pattern TOPIC =
      Pattern.compile(
          "\\$aws/(?:certificates/(create|create-from-csr)"
              + "|provisioning-templates/([^/]+)/provision)/(json|cbor)");
  private static final String SESSION = "IoTProvisioning";
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final Api api;
  private final StackInfo info;
  private final Store store;
  private final ProvisioningTemplates templates;
  private final Certificates certificates;
  private final OwnershipTokens tokens;
  private final Answers answers;

  /// Answers the client that asked.
  @FunctionalInterface
  public interface Answers {
    void send(String clientId, String topic, byte[] payload);
  }

  public FleetProvisioning(
      Api api,
      Store store,
      StackInfo info,
      StackClock clock,
      Timers timers,
      ProvisioningTemplates templates,
      Certificates certificates,
      Answers answers) {
    this.api = api;
    this.store = store;
    this.info = info;
    this.templates = templates;
    this.certificates = certificates;
    this.tokens = new OwnershipTokens(store, certificates, clock);
    this.answers = answers;
    timers.every(
        SWEEP,
        () -> {
          tokens.forgetExpired();
          store.commit();
        });
  }

  /// True where the message was a request of these topics.
  public boolean take(ReservedRequest request) {
    Matcher topic = TOPIC.matcher(request.topic());
    if (!topic.matches()) {
      return false;
    }
    if (request.clientId().isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "nobody to answer: only clients of MQTT are provisioned topic={0}",
          request.topic());
      return true;
    }
    PayloadFormat format = PayloadFormat.of(topic.group(3));
    String clientId = request.clientId().get();
    try {
      ObjectNode answer =
          topic.group(1) != null
              ? certificate(topic.group(1), format, request.payload())
              : register(topic.group(2), format, request);
      store.commit();
      answers.send(clientId, request.topic() + "/accepted", format.write(answer));
    } catch (ProvisioningFailure e) {
      LOG.log(
          System.Logger.Level.INFO,
          "provisioning rejected client={0} topic={1} code={2} reason={3}",
          clientId,
          request.topic(),
          e.code(),
          e.text());
      ObjectNode rejected = JsonNodeFactory.instance.objectNode();
      rejected.put("statusCode", e.status()).put("errorCode", e.code());
      rejected.put("errorMessage", e.text());
      answers.send(clientId, request.topic() + "/rejected", format.write(rejected));
    }
    return true;
  }

  private ObjectNode certificate(String operation, PayloadFormat format, byte[] payload) {
    Certificates.Issued issued =
        operation.equals("create")
            ? certificates.createPending()
            : fromCsr(format.read(payload).path("certificateSigningRequest").asText());
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("certificateId", issued.id()).put("certificatePem", issued.pem());
    issued.privateKey().ifPresent(key -> answer.put("privateKey", key));
    return answer.put("certificateOwnershipToken", tokens.issue(issued.id()));
  }

  private Certificates.Issued fromCsr(String signingRequest) {
    try {
      return certificates.createPending(signingRequest);
    } catch (AwsFailure e) {
      throw new ProvisioningFailure(400, "InvalidCSR", e.message());
    }
  }

  private ObjectNode register(String name, PayloadFormat format, ReservedRequest request) {
    JsonNode asked = format.read(request.payload());
    String token = asked.path("certificateOwnershipToken").asText();
    if (token.isEmpty()) {
      throw ProvisioningFailure.invalidToken("Certificate ownership token cannot be empty.");
    }
    String certificateId =
        tokens
            .certificateId(token)
            .orElseThrow(() ->
                ProvisioningFailure.invalidToken("Certificate ownership token is not valid."));
    ProvisioningTemplate template =
        templates
            .find(name)
            .orElseThrow(() ->
                new ProvisioningFailure(
                    404, "ResourceNotFound", "Provisioning template " + name + " not found"));
    if (!template.enabled()) {
      throw new ProvisioningFailure(
          400, "InvalidRequest", "Provisioning template " + name + " is not enabled");
    }
    Map<String, String> parameters = parameters(asked.path("parameters"));
    parameters.putAll(hook(template, request, certificateId, parameters));
    parameters.put(TemplateBody.CERTIFICATE_ID, certificateId);
    return carryOut(template, parameters);
  }

  private static Map<String, String> parameters(JsonNode given) {
    var parameters = new HashMap<String, String>();
    for (var entry : given.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new ProvisioningFailure(
            400,
            "InvalidParameters",
            "parameters/" + entry.getKey() + ": expected text, got " + entry.getValue());
      }
      parameters.put(entry.getKey(), entry.getValue().asText());
    }
    return parameters;
  }

  private Map<String, String> hook(
      ProvisioningTemplate template,
      ReservedRequest request,
      String certificateId,
      Map<String, String> parameters) {
    ProvisioningTemplate.Hook hook = template.hook();
    if (hook == null) {
      return Map.of();
    }
    String templateArn = templates.arn(template.name());
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    request.certificateId().ifPresent(id -> event.put("claimCertificateId", id));
    event.put("certificateId", certificateId);
    certificates.pem(certificateId).ifPresent(pem -> event.put("certificatePem", pem));
    event.put("templateArn", templateArn);
    request.clientId().ifPresent(id -> event.put("clientId", id));
    ObjectNode told = event.putObject("parameters");
    parameters.forEach(told::put);
    var service = OnBehalf.service(api, info, templateArn);
    return new PreProvisioningHook(service, hook.targetArn()).ask(event);
  }

  private ObjectNode carryOut(ProvisioningTemplate template, Map<String, String> parameters) {
    try {
      Plan plan = TemplateBody.parse(template.body()).plan(parameters);
      var role =
          OnBehalf.role(api, info, template.roleArn(), SESSION, templates.arn(template.name()));
      new Registration(role).carryOut(plan);
      ObjectNode answer = JsonNodeFactory.instance.objectNode();
      answer.set("deviceConfiguration", plan.deviceConfiguration());
      plan.thing().ifPresent(t -> answer.put("thingName", t.name()));
      return answer;
    } catch (TemplateProblem e) {
      throw new ProvisioningFailure(400, "InvalidParameters", e.text());
    } catch (AwsFailure e) {
      throw failed(template, e);
    }
  }

  private static ProvisioningFailure failed(ProvisioningTemplate template, AwsFailure cause) {
    LOG.log(
        System.Logger.Level.WARNING,
        "provisioning failed template={0} role={1} reason={2}: {3}",
        template.name(),
        template.roleArn(),
        cause.code(),
        cause.message());
    return switch (cause.code()) {
      case "AccessDenied", "AccessDeniedException", "UnauthorizedException" ->
          ProvisioningFailure.accessDenied();
      case "ResourceConflictsException" ->
          new ProvisioningFailure(409, "ResourceConflicts", cause.message());
      default -> new ProvisioningFailure(400, "ResourceRegistrationFailure", cause.message());
    };
  }
}
