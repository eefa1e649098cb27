// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.iot.provisioning.Plan.CertificatePart;
import io.fieldline.localstack.iot.provisioning.Plan.Override;
import io.fieldline.localstack.iot.provisioning.Plan.PolicyPart;
import io.fieldline.localstack.iot.provisioning.Plan.ThingPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The body of a provisioning template, checked as far as it can be without a device.
///
/// Source: AWS IoT Core Developer Guide, "Provisioning templates". Assumed: where the template does
/// not say, what is there already is left as it is.
final class TemplateBody {
  static final String CERTIFICATE_ID = "AWS::IoT::Certificate::Id";
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);
  private static final Map<String, Set<String>> PROPERTIES =
      Map.of(
          "AWS::IoT::Thing",
              Set.of("ThingName", "AttributePayload", "ThingTypeName", "ThingGroups"),
          "AWS::IoT::Certificate",
              Set.of("CertificateId", "CertificateSigningRequest", "Status", "ThingPrincipalType"),
          "AWS::IoT::Policy", Set.of("PolicyName", "PolicyDocument"));

  /// AWS has them, this stack has not.
  private static final Set<String> UNSUPPORTED =
      Set.of("BillingGroup", "PackageVersions", "CertificatePem", "CACertificatePem");

  private final JsonNode root;

  private TemplateBody(JsonNode root) {
    this.root = root;
  }

  /// @throws TemplateProblem where it is none
  static TemplateBody parse(String text) {
    JsonNode root;
    try {
      root = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new TemplateProblem("The template body is not JSON: " + e.getOriginalMessage());
    }
    expect(root.isObject(), "The template body: expected a JSON object, got " + root);
    var sections = Set.of("Parameters", "Mappings", "Resources", "DeviceConfiguration");
    root.fieldNames()
        .forEachRemaining(
            n -> expect(sections.contains(n), n + " is no section of a template: " + sections));
    var body = new TemplateBody(root);
    body.checkParameters();
    body.checkResources();
    body.root
        .path("DeviceConfiguration")
        .properties()
        .forEach(e ->
            expect(
                e.getValue().isValueNode() || isCall(e.getValue()),
                "DeviceConfiguration/" + e.getKey() + ": nested values are not supported"));
    body.checkFunctions(root.path("Resources"));
    body.checkFunctions(root.path("DeviceConfiguration"));
    return body;
  }

  private static void expect(boolean holds, String message) {
    if (!holds) {
      throw new TemplateProblem(message);
    }
  }

  private static boolean isCall(JsonNode node) {
    return node.size() == 1
        && node.isObject()
        && TemplateFunctions.isFunction(node.fieldNames().next());
  }

  private void checkParameters() {
    for (var entry : root.path("Parameters").properties()) {
      JsonNode declared = entry.getValue();
      expect(
          declared.path("Type").asText().equals("String"),
          "Parameters/" + entry.getKey() + "/Type: expected String, got " + declared.path("Type"));
    }
  }

  private void checkResources() {
    JsonNode resources = root.path("Resources");
    expect(resources.isObject() && !resources.isEmpty(), "Resources: expected at least one");
    for (var entry : resources.properties()) {
      String at = "Resources/" + entry.getKey();
      String type = entry.getValue().path("Type").asText();
      Set<String> known = PROPERTIES.get(type);
      expect(known != null, at + "/Type: expected one of " + PROPERTIES.keySet() + ", got " + type);
      for (var property : entry.getValue().path("Properties").properties()) {
        String name = property.getKey();
        expect(
            !UNSUPPORTED.contains(name),
            at + "/Properties/" + name + " is not supported by this local stack");
        expect(
            known != null && known.contains(name),
            at + "/Properties/" + name + " is not one of " + known);
      }
    }
    expect(ofType("AWS::IoT::Thing").size() <= 1, "Resources: expected one AWS::IoT::Thing");
    expect(
        ofType("AWS::IoT::Certificate").size() <= 1,
        "Resources: expected one AWS::IoT::Certificate");
    ofType("AWS::IoT::Policy")
        .forEach((name, policy) ->
            expect(
                policy.path("Properties").has("PolicyName")
                    != policy.path("Properties").has("PolicyDocument"),
                "Resources/" + name + ": expected either PolicyName or PolicyDocument"));
  }

  private void checkFunctions(JsonNode node) {
    if (isCall(node)) {
      String name = node.fieldNames().next();
      if (name.equals("Ref")) {
        String parameter = node.path(name).asText();
        expect(
            parameter.equals(CERTIFICATE_ID) || root.path("Parameters").has(parameter),
            "Ref: the parameter " + parameter + " is not declared");
      }
    }
    node.forEach(this::checkFunctions);
  }

  /// Whether the device's certificate is given by its id: the only way over MQTT.
  boolean takesOnlyCertificateIds() {
    return ofType("AWS::IoT::Certificate").values().stream()
        .noneMatch(c -> c.path("Properties").has("CertificateSigningRequest"));
  }

  private Map<String, JsonNode> ofType(String type) {
    var found = new TreeMap<String, JsonNode>();
    for (var entry : root.path("Resources").properties()) {
      if (entry.getValue().path("Type").asText().equals(type)) {
        found.put(entry.getKey(), entry.getValue());
      }
    }
    return found;
  }

  /// @throws TemplateProblem where a parameter is missing, or makes no sense
  Plan plan(Map<String, String> given) {
    var parameters = new HashMap<String, String>();
    for (var entry : root.path("Parameters").properties()) {
      JsonNode byDefault = entry.getValue().path("Default");
      if (byDefault.isValueNode()) {
        parameters.put(entry.getKey(), byDefault.asText());
      }
    }
    parameters.putAll(given);
    var functions = new TemplateFunctions(parameters, root.path("Mappings"));
    var policies = new ArrayList<PolicyPart>();
    ofType("AWS::IoT::Policy")
        .forEach((name, resource) ->
            policies.add(policy(name, functions.resolve(resource.path("Properties")))));
    return new Plan(
        first("AWS::IoT::Thing").map(e -> thing(e.getKey(), e.getValue(), functions)),
        first("AWS::IoT::Certificate").map(e -> certificate(e.getKey(), e.getValue(), functions)),
        policies,
        configuration(functions.resolve(root.path("DeviceConfiguration"))));
  }

  private Optional<Map.Entry<String, JsonNode>> first(String type) {
    return ofType(type).entrySet().stream().findFirst();
  }

  private static ObjectNode configuration(JsonNode resolved) {
    return resolved instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
  }

  private static ThingPart thing(String name, JsonNode resource, TemplateFunctions functions) {
    JsonNode p = functions.resolve(resource.path("Properties"));
    String thing = p.path("ThingName").asText();
    expect(
        thing.matches("[a-zA-Z0-9:_-]{1,128}"),
        "ThingName: expected 1 to 128 of a-z A-Z 0-9 : _ -, got \"" + thing + "\"");
    var attributes = new TreeMap<String, String>();
    p.path("AttributePayload")
        .properties()
        .forEach(a -> attributes.put(a.getKey(), a.getValue().asText()));
    var groups = new ArrayList<String>();
    p.path("ThingGroups").forEach(g -> groups.add(g.asText()));
    return new ThingPart(
        name,
        thing,
        attributes,
        text(p, "ThingTypeName"),
        List.copyOf(groups),
        override(resource, "AttributePayload", true),
        override(resource, "ThingTypeName", false),
        override(resource, "ThingGroups", true));
  }

  private static CertificatePart certificate(
      String name, JsonNode resource, TemplateFunctions functions) {
    JsonNode p = functions.resolve(resource.path("Properties"));
    String status = p.path("Status").asText("ACTIVE").toUpperCase(Locale.ROOT);
    expect(
        status.equals("ACTIVE") || status.equals("INACTIVE"),
        "Status: expected ACTIVE or INACTIVE, got " + status);
    return new CertificatePart(
        name,
        text(p, "CertificateId"),
        text(p, "CertificateSigningRequest"),
        status,
        text(p, "ThingPrincipalType"),
        override(resource, "Status", false));
  }

  private static PolicyPart policy(String name, JsonNode p) {
    JsonNode document = p.path("PolicyDocument");
    String text = document.isTextual() ? document.asText() : document.toString();
    return new PolicyPart(name, text(p, "PolicyName"), document.isMissingNode() ? null : text);
  }

  private static @Nullable String text(JsonNode properties, String name) {
    return properties.hasNonNull(name) ? properties.path(name).asText() : null;
  }

  /// Source: the names in upper case are the text's, those of the properties its examples'.
  private static Override override(JsonNode resource, String property, boolean mayMerge) {
    for (var setting : resource.path("OverrideSettings").properties()) {
      if (setting.getKey().replace("_", "").equalsIgnoreCase(property)) {
        try {
          var override = Override.valueOf(setting.getValue().asText());
          expect(
              mayMerge || override != Override.MERGE,
              "OverrideSettings/" + property + ": MERGE is for AttributePayload and ThingGroups");
          return override;
        } catch (IllegalArgumentException e) {
          throw new TemplateProblem(
              "OverrideSettings/" + property + ": unknown setting " + setting.getValue());
        }
      }
    }
    return Override.DO_NOTHING;
  }
}
