// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.LinkedHashMap;
import java.util.List;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.sns.CfnSubscription;
import software.amazon.awscdk.services.sns.CfnTopic;
import software.amazon.awscdk.services.sns.CfnTopicPolicy;
import software.constructs.Construct;

/// Who is told when an alarm of a device is raised or cleared: a topic to which the functions that
/// judge rules publish, and its subscribers, as far as the stage's configuration names them.
final class DeviceAlarms extends Construct {
  private final CfnTopic topic;

  DeviceAlarms(Construct scope, String id, Deployment deployment) {
    super(scope, id);
    this.topic =
        CfnTopic.Builder.create(this, "Topic")
            .topicName(deployment.names().of("device-alarms"))
            .build();
    // In one order, so that the template is the same each time.
    var document = new LinkedHashMap<String, Object>();
    document.put("Version", "2012-10-17");
    document.put("Statement", List.of(AlarmTopic.encryptedOnly(topic.getRef())));
    CfnTopicPolicy.Builder.create(this, "Policy")
        .topics(List.of(topic.getRef()))
        .policyDocument(document)
        .build();
    for (var recipient : deployment.config().tellAlarmsTo()) {
      CfnSubscription.Builder.create(
              this, recipient.protocol() + " " + recipient.endpoint().replace('/', '|'))
          .topicArn(topic.getRef())
          .protocol(recipient.protocol())
          .endpoint(recipient.endpoint())
          .build();
    }
  }

  String topicArn() {
    return topic.getRef();
  }

  PolicyStatement telling() {
    return Allow.on(topic.getRef(), "sns:Publish");
  }
}
