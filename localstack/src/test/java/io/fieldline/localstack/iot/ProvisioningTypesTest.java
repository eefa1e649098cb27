// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;

/// A template's provisioning template: made, changed in place, and gone with the stack.
final class ProvisioningTypesTest {
  private static final String TEMPLATE =
      """
      {"Resources":{
        "Role":{"Type":"AWS::IAM::Role","Properties":{
          "ManagedPolicyArns":["arn:aws:iam::aws:policy/service-role/AWSIoTThingsRegistration"],
          "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
            "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}}},
        "Fleet":{"Type":"AWS::IoT::ProvisioningTemplate","Properties":{
          "TemplateName":"fleet","Enabled":true,"Description":"%1$s",
          "ProvisioningRoleArn":{"Fn::GetAtt":["Role","Arn"]},%2$s
          "TemplateBody":"{\\"Resources\\":{\\"thing\\":{\\"Type\\":\\"AWS::IoT::Thing\\",\\"Properties\\":{\\"ThingName\\":\\"%1$s\\"}}}}"}}},
       "Outputs":{"Arn":{"Value":{"Fn::GetAtt":["Fleet","TemplateArn"]}}}}
      """;
  private static final String HOOK =
      """
      "PreProvisioningHook":{"PayloadVersion":"2020-04-01",
        "TargetArn":"arn:aws:lambda:us-east-1:000000000000:function:hook"},\
      """;

  @Test
  void aTemplatesProvisioningTemplateIsMadeChangedAndDeleted() {
    try (var bench = new IotBench();
        var cloud = bench.client(CloudFormationClient.builder())) {
      cloud.createStack(s ->
          s.stackName("s")
              .capabilitiesWithStrings("CAPABILITY_IAM")
              .templateBody(TEMPLATE.formatted("first", HOOK)));
      Stack made = settled(cloud);
      assertThat(made.stackStatusAsString())
          .as(String.valueOf(made.stackStatusReason()))
          .isEqualTo("CREATE_COMPLETE");
      assertThat(made.outputs().getFirst().outputValue())
          .isEqualTo("arn:aws:iot:us-east-1:000000000000:provisioningtemplate/fleet");
      assertThat(
              bench
                  .iot
                  .describeProvisioningTemplate(t -> t.templateName("fleet"))
                  .preProvisioningHook()
                  .payloadVersion())
          .isEqualTo("2020-04-01");

      cloud.updateStack(s ->
          s.stackName("s")
              .capabilitiesWithStrings("CAPABILITY_IAM")
              .templateBody(TEMPLATE.formatted("second", "")));

      assertThat(settled(cloud).stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
      var changed = bench.iot.describeProvisioningTemplate(t -> t.templateName("fleet"));
      assertThat(changed.defaultVersionId()).isEqualTo(2);
      assertThat(changed.templateBody()).contains("second");
      assertThat(changed.description()).isEqualTo("second");
      assertThat(changed.preProvisioningHook()).isNull();

      cloud.deleteStack(s -> s.stackName("s"));
      assertThat(settled(cloud).stackStatusAsString()).isEqualTo("DELETE_COMPLETE");
      assertThatThrownBy(() -> bench.iot.describeProvisioningTemplate(t -> t.templateName("fleet")))
          .isInstanceOf(ResourceNotFoundException.class);
    }
  }

  private static Stack settled(CloudFormationClient cloud) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    String id = cloud.listStacks().stackSummaries().getFirst().stackId();
    Stack seen = cloud.describeStacks(s -> s.stackName(id)).stacks().getFirst();
    while (seen.stackStatusAsString().endsWith("IN_PROGRESS")) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not settled: " + seen);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      seen = cloud.describeStacks(s -> s.stackName(id)).stacks().getFirst();
    }
    return seen;
  }
}
