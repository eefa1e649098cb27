// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;

/// Publishes the result to an SNS topic.
///
/// Source: AWS IoT developer guide, "SNS".
record SnsAction(SubstitutionTemplate targetArn, Optional<String> messageStructure, String role)
    implements RuleAction {
  @Override
  public String name() {
    return "SnsAction";
  }

  @Override
  public Class<?> requestType() {
    return PublishRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(targetArn);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var request =
        PublishRequest.builder()
            .targetArn(firing.render(targetArn))
            .message(new String(firing.payload(), StandardCharsets.UTF_8));
    messageStructure.ifPresent(request::messageStructure);
    calls.asRole(role, firing.rule(), request.build(), PublishResponse.class);
  }
}
