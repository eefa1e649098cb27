// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import static io.fieldline.localstack.sns.SnsBench.eventually;
import static io.fieldline.localstack.sns.SnsBench.topicArn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.sns.model.Tag;

/// A template's topic, its policy and its subscription: made, changed, and gone with the stack.
class SnsTypesTest {
  private static final String TEMPLATE =
      """
      {"Resources":{
        "Topic":{"Type":"AWS::SNS::Topic","Properties":{
          "TopicName":"alarms","DisplayName":"%1$s","Tags":[{"Key":"stage","Value":"%1$s"}]}},
        "Queue":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"alarms"}},
        "QueuePolicy":{"Type":"AWS::SQS::QueuePolicy","Properties":{
          "Queues":[{"Ref":"Queue"}],"PolicyDocument":{"Version":"2012-10-17","Statement":[{
            "Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"sqs:SendMessage",
            "Resource":{"Fn::GetAtt":["Queue","Arn"]},
            "Condition":{"ArnEquals":{"aws:SourceArn":{"Ref":"Topic"}}}}]}}},
        "Subscription":{"Type":"AWS::SNS::Subscription","DependsOn":"QueuePolicy","Properties":{
          "TopicArn":{"Ref":"Topic"},"Protocol":"sqs","Endpoint":{"Fn::GetAtt":["Queue","Arn"]},
          "RawMessageDelivery":true,%2$s}},
        "Policy":{"Type":"AWS::SNS::TopicPolicy","Properties":{"Topics":[{"Ref":"Topic"}],
          "PolicyDocument":{"Version":"2012-10-17","Id":"of-the-template","Statement":[{
            "Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},
            "Action":"sns:Publish","Resource":{"Ref":"Topic"}}]}}}},
       "Outputs":{"Name":{"Value":{"Fn::GetAtt":["Topic","TopicName"]}}}}
      """;

  @Test
  void aTemplatesTopicIsMadeChangedAndDeleted() {
    try (var bench = new SnsBench();
        var cloud = bench.client(CloudFormationClient.builder(), SnsBench.OWNER)) {
      var first = TEMPLATE.formatted("dev", "\"FilterPolicy\":{\"kind\":[\"alarm\"]}");
      cloud.createStack(r -> r.stackName("s").templateBody(first));

      assertThat(settled(cloud).stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
      assertThat(settled(cloud).outputs())
          .extracting(Output::outputValue)
          .containsExactly("alarms");
      assertThat(topic(bench))
          .containsEntry("DisplayName", "dev")
          .hasEntrySatisfying("Policy", p -> assertThat(p).contains("of-the-template"));
      assertThat(subscription(bench))
          .containsEntry("RawMessageDelivery", "true")
          .containsEntry("FilterPolicy", "{\"kind\":[\"alarm\"]}");

      var second =
          TEMPLATE.formatted(
              "prod", "\"FilterPolicyScope\":\"MessageBody\",\"FilterPolicy\":{\"a\":{\"b\":[1]}}");
      cloud.updateStack(r -> r.stackName("s").templateBody(second));

      assertThat(settled(cloud).stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
      assertThat(topic(bench)).containsEntry("DisplayName", "prod");
      assertThat(bench.sns.listTagsForResource(r -> r.resourceArn(topicArn("alarms"))).tags())
          .extracting(Tag::value)
          .contains("prod");
      bench.sns.publish(r -> r.topicArn(topicArn("alarms")).message("{\"a\":{\"b\":1}}"));
      bench.sns.publish(r -> r.topicArn(topicArn("alarms")).message("{\"a\":{\"b\":2}}"));
      assertThat(bench.only(bench.stack.endpoint() + "/000000000000/alarms"))
          .isEqualTo("{\"a\":{\"b\":1}}");

      cloud.deleteStack(r -> r.stackName("s"));

      eventually(bench.sns::listTopics, l -> l.topics().isEmpty());
      assertThat(bench.sns.listSubscriptions().subscriptions()).isEmpty();
    }
  }

  private static Map<String, String> topic(SnsBench bench) {
    return bench.sns.getTopicAttributes(r -> r.topicArn(topicArn("alarms"))).attributes();
  }

  private static Map<String, String> subscription(SnsBench bench) {
    String arn = bench.sns.listSubscriptions().subscriptions().getFirst().subscriptionArn();
    return bench.sns.getSubscriptionAttributes(r -> r.subscriptionArn(arn)).attributes();
  }

  private static Stack settled(CloudFormationClient cloud) {
    return eventually(
        () -> cloud.describeStacks(r -> r.stackName("s")).stacks().getFirst(),
        stack -> !stack.stackStatusAsString().endsWith("IN_PROGRESS"));
  }
}
