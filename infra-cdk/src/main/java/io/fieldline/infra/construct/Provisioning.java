// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iot.CfnPolicy;
import software.amazon.awscdk.services.iot.CfnProvisioningTemplate;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/// How a device comes by its certificate: with a claim and a serial number that is on the list, or
/// with the certificate that it has, for its next one. Both templates ask the same hook, which
/// names the thing: no device does.
///
/// Source: AWS IoT Core Developer Guide, "Provisioning devices that don't have device certificates
/// using fleet provisioning".
final class Provisioning extends Construct {
  private static final String DEVICES = "devices";
  private static final String THING = "ThingName";

  private final Deployment deployment;
  private final LiveFunction admission;

  /// @param work where is told what was provisioned
  Provisioning(Construct scope, String id, Deployment deployment, Data data, Queue work) {
    super(scope, id);
    this.deployment = deployment;
    var names = deployment.names();
    this.admission =
        new LiveFunction(
            this,
            PipelineFunction.ADMISSION,
            deployment,
            FunctionProps.of(
                Map.of(
                    "FLEET_TABLE", data.fleet().getRef(),
                    "FLEET_QUEUE_URL", work.getQueueUrl(),
                    "DEVICES_TEMPLATE", names.of(DEVICES),
                    "ROTATION_TEMPLATE", names.of(DevicePolicies.ROTATION)),
                List.of(
                    Allow.on(work.getQueueArn(), "sqs:SendMessage"),
                    Allow.on(
                        data.fleet().getAttrArn(), "dynamodb:GetItem", "dynamodb:UpdateItem"))));
    var role = role();
    template("Devices", DEVICES, role, devices());
    template("Rotation", DevicePolicies.ROTATION, role, rotation());
    claim();
  }

  LiveFunction admission() {
    return admission;
  }

  private void template(String id, String name, Role role, Map<String, Object> body) {
    var named = deployment.names().of(name);
    var mayAsk = admission.allowFromThisAccount("Allow" + id, "iot.amazonaws.com", arn(name));
    CfnProvisioningTemplate.Builder.create(this, id)
        .templateName(named)
        .enabled(true)
        .provisioningRoleArn(role.getRoleArn())
        .preProvisioningHook(
            CfnProvisioningTemplate.ProvisioningHookProperty.builder()
                .payloadVersion("2020-04-01")
                .targetArn(admission.arn())
                .build())
        .templateBody(Stack.of(this).toJsonString(body))
        .build()
        .addResourceDependency(mayAsk);
  }

  private String arn(String template) {
    return Deployment.arn(this, "iot", "provisioningtemplate/" + deployment.names().of(template));
  }

  private Map<String, Object> devices() {
    var thing = new LinkedHashMap<String, Object>();
    thing.put("ThingName", Map.of("Ref", THING));
    thing.put("ThingTypeName", deployment.names().of("gateway"));
    var resources = resources(thing);
    Stream.of("data", "shadow", "jobs")
        .forEach(policy ->
            resources.put(
                policy,
                resource(
                    "AWS::IoT::Policy",
                    Map.of("PolicyName", deployment.names().of("device-" + policy)))));
    return body(List.of("SerialNumber", THING), resources);
  }

  /// The policies of the new certificate are those of any device.
  private Map<String, Object> rotation() {
    var body = devices();
    body.put("Parameters", parameters(List.of(THING)));
    return body;
  }

  private static Map<String, Object> resources(Map<String, Object> thing) {
    var certificate = new LinkedHashMap<String, Object>();
    certificate.put("CertificateId", Map.of("Ref", "AWS::IoT::Certificate::Id"));
    certificate.put("Status", "Active");
    var resources = new LinkedHashMap<String, Object>();
    resources.put("thing", resource("AWS::IoT::Thing", thing));
    resources.put("certificate", resource("AWS::IoT::Certificate", certificate));
    return resources;
  }

  private static Map<String, Object> resource(String type, Map<String, Object> properties) {
    var resource = new LinkedHashMap<String, Object>();
    resource.put("Type", type);
    resource.put("Properties", properties);
    return resource;
  }

  private static Map<String, Object> body(List<String> parameters, Map<String, Object> resources) {
    var body = new LinkedHashMap<String, Object>();
    body.put("Parameters", parameters(parameters));
    body.put("Resources", resources);
    return body;
  }

  private static Map<String, Object> parameters(List<String> names) {
    var parameters = new LinkedHashMap<String, Object>();
    names.forEach(name -> parameters.put(name, Map.of("Type", "String")));
    return parameters;
  }

  /// What the templates do. Things and certificates are made as devices come.
  ///
  /// Assumed: no more is needed. AWS's managed policy for it, `AWSIoTThingsRegistration`, allows
  /// more, on everything.
  private Role role() {
    var thing = Deployment.arn(this, "iot", "thing/*");
    var certificate = Deployment.arn(this, "iot", "cert/*");
    var policies = Deployment.arn(this, "iot", "policy/" + deployment.names().of("device-*"));
    return ServiceRole.of(
        this,
        "Role",
        "iot",
        ServiceRole.onlyFor(List.of(arn(DEVICES), arn(DevicePolicies.ROTATION))),
        List.of(
            Allow.on(thing, "iot:DescribeThing", "iot:CreateThing", "iot:AttachThingPrincipal"),
            Allow.on(
                certificate,
                "iot:DescribeCertificate",
                "iot:UpdateCertificate",
                "iot:AttachPolicy"),
            Allow.on(policies, "iot:GetPolicy")));
  }

  /// What a claim's certificate may do: have a certificate made for a key that the device keeps,
  /// and have that registered. Agents that are no thing yet connect as `fieldline-…`.
  private void claim() {
    var certificate = Topics.createCertificateFromCsr();
    var registration = Topics.registerThing(deployment.names().of(DEVICES));
    var document = new LinkedHashMap<String, Object>();
    document.put("Version", "2012-10-17");
    document.put(
        "Statement",
        List.of(
            allow("iot:Connect", "client/fieldline-*"),
            allow("iot:Publish", "topic/" + certificate, "topic/" + registration),
            allow(
                "iot:Subscribe",
                "topicfilter/" + certificate + "/*",
                "topicfilter/" + registration + "/*"),
            allow("iot:Receive", "topic/" + certificate + "/*", "topic/" + registration + "/*")));
    CfnPolicy.Builder.create(this, "Claim")
        .policyName(deployment.names().of("claim"))
        .policyDocument(document)
        .build();
  }

  private Map<String, Object> allow(String action, String... resources) {
    var statement = new LinkedHashMap<String, Object>();
    statement.put("Effect", "Allow");
    statement.put("Action", action);
    statement.put(
        "Resource",
        Stream.of(resources).map(resource -> Deployment.arn(this, "iot", resource)).toList());
    return statement;
  }
}
