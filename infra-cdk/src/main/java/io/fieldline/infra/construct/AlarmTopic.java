// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.sns.CfnTopic;
import software.amazon.awscdk.services.sns.CfnTopicPolicy;
import software.constructs.Construct;

/// Who is told when an operational alarm goes off: a topic to which only the alarms of this stage
/// publish, and only encrypted.
///
/// Source: Amazon CloudWatch User Guide, "Notifying users on alarm changes": the service publishes
/// as `cloudwatch.amazonaws.com`, on behalf of the alarm.
final class AlarmTopic extends Construct {
  private final CfnTopic topic;

  AlarmTopic(Construct scope, String id, Names names, String email) {
    super(scope, id);
    this.topic =
        CfnTopic.Builder.create(this, "Topic")
            .topicName(names.of("alarms"))
            .subscription(
                List.of(
                    CfnTopic.SubscriptionProperty.builder()
                        .protocol("email")
                        .endpoint(email)
                        .build()))
            .build();
    var document = new LinkedHashMap<String, Object>();
    document.put("Version", "2012-10-17");
    document.put("Statement", List.of(alarmsOnly(names), encryptedOnly(topic.getRef())));
    CfnTopicPolicy.Builder.create(this, "Policy")
        .topics(List.of(topic.getRef()))
        .policyDocument(document)
        .build();
  }

  String arn() {
    return topic.getRef();
  }

  private Map<String, Object> alarmsOnly(Names names) {
    var condition = new LinkedHashMap<String, Object>();
    condition.put("StringEquals", Map.of("aws:SourceAccount", Stack.of(this).getAccount()));
    condition.put(
        "ArnLike",
        Map.of("aws:SourceArn", Deployment.arn(this, "cloudwatch", "alarm:" + names.of("") + "*")));
    var statement = new LinkedHashMap<String, Object>();
    statement.put("Effect", "Allow");
    statement.put("Principal", Map.of("Service", "cloudwatch.amazonaws.com"));
    statement.put("Action", "sns:Publish");
    statement.put("Resource", topic.getRef());
    statement.put("Condition", condition);
    return statement;
  }

  static Map<String, Object> encryptedOnly(String topicArn) {
    var statement = new LinkedHashMap<String, Object>();
    statement.put("Effect", "Deny");
    statement.put("Principal", Map.of("AWS", "*"));
    statement.put("Action", "sns:Publish");
    statement.put("Resource", topicArn);
    statement.put("Condition", Map.of("Bool", Map.of("aws:SecureTransport", "false")));
    return statement;
  }
}
