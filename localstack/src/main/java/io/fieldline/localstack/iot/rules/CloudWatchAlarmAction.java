// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import java.util.Optional;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateRequest;
import software.amazon.awssdk.services.cloudwatch.model.SetAlarmStateResponse;

/// Sets the state of an alarm.
///
/// Source: AWS IoT developer guide, "CloudWatch alarms".
record CloudWatchAlarmAction(
    SubstitutionTemplate alarm,
    SubstitutionTemplate reason,
    SubstitutionTemplate state,
    String role)
    implements RuleAction {
  @Override
  public String name() {
    return "CloudwatchAlarmAction";
  }

  @Override
  public Class<?> requestType() {
    return SetAlarmStateRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(alarm);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    calls.asRole(
        role,
        firing.rule(),
        SetAlarmStateRequest.builder()
            .alarmName(firing.render(alarm))
            .stateReason(firing.render(reason))
            .stateValue(firing.render(state))
            .build(),
        SetAlarmStateResponse.class);
  }
}
