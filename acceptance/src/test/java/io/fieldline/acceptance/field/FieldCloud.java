// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.IotClient;

/// A local stack with nothing of the pipeline in it, and what a fleet needs of AWS IoT.
final class FieldCloud implements AutoCloseable {
  final LocalStack stack = LocalStack.start();
  final AwsClients aws = new AwsClients(stack.endpoint());
  final IotClient iot = aws.iot();

  /// What every device may do: all there is on the topics of its own thing.
  static final String DEVICE =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect",
      "Resource":"arn:aws:iot:us-east-1:000000000000:client/${iot:Connection.Thing.ThingName}"},
      {"Effect":"Allow","Action":["iot:Publish","iot:Receive","iot:Subscribe"],"Resource":"*"}]}
      """;

  private static final String CLAIM =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Connect","Resource":"*"},
      {"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":[
      "arn:aws:iot:us-east-1:000000000000:topic/$aws/certificates/create*",
      "arn:aws:iot:us-east-1:000000000000:topic/$aws/provisioning-templates/*"]},
      {"Effect":"Allow","Action":"iot:Subscribe","Resource":[
      "arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/certificates/create*",
      "arn:aws:iot:us-east-1:000000000000:topicfilter/$aws/provisioning-templates/*"]}]}
      """;

  /// A gateway's template, which names the thing by the device's serial number.
  static final String TEMPLATE =
      """
      {"Parameters":{"SerialNumber":{"Type":"String"}},
       "Resources":{
        "thing":{"Type":"AWS::IoT::Thing","Properties":{
          "ThingName":{"Fn::Join":["",["box-",{"Ref":"SerialNumber"}]]}}},
        "certificate":{"Type":"AWS::IoT::Certificate","Properties":{
          "CertificateId":{"Ref":"AWS::IoT::Certificate::Id"},"Status":"Active"}},
        "policy":{"Type":"AWS::IoT::Policy","Properties":{"PolicyName":"device"}}}}
      """;

  FieldCloud() {
    iot.createPolicy(create -> create.policyName("device").policyDocument(DEVICE));
    iot.createPolicy(create -> create.policyName("claim").policyDocument(CLAIM));
  }

  /// A claim certificate in a device's folder, with the authority that it trusts.
  String claim(Path folder) throws IOException {
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    iot.attachPolicy(attach -> attach.policyName("claim").target(made.certificateArn()));
    Files.writeString(folder.resolve("claim.crt"), made.certificatePem());
    Files.writeString(folder.resolve("claim.key"), made.keyPair().privateKey());
    Files.writeString(folder.resolve("ca.pem"), stack.deviceAuthority());
    return made.certificateId();
  }

  /// A provisioning template with a role that may do what it says.
  void template(String name, String body) {
    String document =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}
        """;
    var iam = aws.client(IamClient.builder());
    String role =
        iam.createRole(create -> create.roleName("for-" + name).assumeRolePolicyDocument(document))
            .role()
            .arn();
    iam.attachRolePolicy(attach ->
        attach
            .roleName("for-" + name)
            .policyArn("arn:aws:iam::aws:policy/service-role/AWSIoTThingsRegistration"));
    iot.createProvisioningTemplate(create ->
        create.templateName(name).templateBody(body).provisioningRoleArn(role).enabled(true));
  }

  /// A thing with an active certificate in a device's folder.
  String thing(String name, Path folder) throws IOException {
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    iot.createThing(create -> create.thingName(name));
    iot.attachPolicy(attach -> attach.policyName("device").target(made.certificateArn()));
    iot.attachThingPrincipal(attach -> attach.thingName(name).principal(made.certificateArn()));
    Files.writeString(folder.resolve("device.crt"), made.certificatePem());
    Files.writeString(folder.resolve("device.key"), made.keyPair().privateKey());
    Files.writeString(folder.resolve("ca.pem"), stack.deviceAuthority());
    return made.certificateArn();
  }

  /// The configuration of a device in its folder, with no listeners.
  Path config(Path folder, String more) throws IOException {
    return Files.writeString(
        folder.resolve("agent.yaml"),
        """
        cloud:
          endpoint: localhost:%d
          certificate: device.crt
          key: device.key
          ca: ca.pem
          minBackoffMs: 100
          maxBackoffMs: 1000
        tcp: {enabled: false}
        http: {enabled: false}
        mqtt: {enabled: false}
        metrics: {enabled: false}
        machine: {enabled: false}
        """
                .formatted(stack.mqttPort())
            + more);
  }

  @Override
  public void close() {
    aws.close();
    stack.close();
  }
}
