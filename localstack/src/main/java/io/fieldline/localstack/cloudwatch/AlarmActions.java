// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudwatch;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.services.cloudwatch.model.MetricAlarm;
import software.amazon.awssdk.services.cloudwatch.model.StateValue;
import software.amazon.awssdk.services.sns.model.PublishRequest;
import software.amazon.awssdk.services.sns.model.PublishResponse;

/// Tells topics of an alarm's new state, as the service, on behalf of the alarm: a topic's policy
/// decides whether it may.
///
/// Source: Amazon CloudWatch User Guide, "Notifying users on alarm changes". Assumed: the subject
/// has the region's code, where AWS writes its name.
final class AlarmActions {
  private static final System.Logger LOG = System.getLogger(AlarmActions.class.getName());

  private final Api api;
  private final StackInfo stack;

  AlarmActions(Api api, StackInfo stack) {
    this.api = api;
    this.stack = stack;
  }

  /// The actions of the state that an alarm is in.
  static List<String> of(MetricAlarm alarm) {
    return switch (alarm.stateValue()) {
      case ALARM -> alarm.alarmActions();
      case OK -> alarm.okActions();
      case INSUFFICIENT_DATA -> alarm.insufficientDataActions();
      case UNKNOWN_TO_SDK_VERSION ->
          throw CloudWatchFailures.invalidValue(
              "StateValue must be one of OK, ALARM, INSUFFICIENT_DATA, got "
                  + alarm.stateValueAsString());
    };
  }

  /// @param before the state that it was in
  void carryOut(MetricAlarm alarm, StateValue before) {
    if (!Boolean.TRUE.equals(alarm.actionsEnabled())) {
      return;
    }
    for (String topic : of(alarm)) {
      try {
        api.call(
            service(alarm),
            PublishRequest.builder()
                .topicArn(topic)
                .subject(subject(alarm))
                .message(message(alarm, before).toString())
                .build(),
            PublishResponse.class);
      } catch (AwsFailure failure) {
        LOG.log(
            System.Logger.Level.WARNING,
            "alarm {0} is {1} and could not tell {2}: {3}",
            alarm.alarmName(),
            alarm.stateValueAsString(),
            topic,
            failure.message());
      }
    }
  }

  private Caller service(MetricAlarm alarm) {
    return new Caller(
        new Principal.Service("cloudwatch.amazonaws.com"),
        stack.accountId(),
        stack.region(),
        UUID.randomUUID().toString(),
        Map.of(
            "aws:SourceArn",
            alarm.alarmArn(),
            "aws:SourceAccount",
            stack.accountId(),
            "aws:SourceOwner",
            stack.accountId()));
  }

  private String subject(MetricAlarm alarm) {
    var subject =
        "%s: \"%s\" in %s".formatted(alarm.stateValueAsString(), alarm.alarmName(), stack.region());
    return subject.substring(0, Math.min(subject.length(), 100));
  }

  private ObjectNode message(MetricAlarm alarm, StateValue before) {
    var message = JsonNodeFactory.instance.objectNode();
    message.put("AlarmName", alarm.alarmName());
    message.put("AlarmDescription", alarm.alarmDescription());
    message.put("AWSAccountId", stack.accountId());
    message.put(
        "AlarmConfigurationUpdatedTimestamp",
        String.valueOf(alarm.alarmConfigurationUpdatedTimestamp()));
    message.put("NewStateValue", alarm.stateValueAsString());
    message.put("NewStateReason", alarm.stateReason());
    message.put("StateChangeTime", String.valueOf(alarm.stateUpdatedTimestamp()));
    message.put("Region", stack.region());
    message.put("AlarmArn", alarm.alarmArn());
    message.put("OldStateValue", before.toString());
    alarm.okActions().forEach(message.putArray("OKActions")::add);
    alarm.alarmActions().forEach(message.putArray("AlarmActions")::add);
    alarm.insufficientDataActions().forEach(message.putArray("InsufficientDataActions")::add);
    trigger(message.putObject("Trigger"), alarm);
    return message;
  }

  private static void trigger(ObjectNode trigger, MetricAlarm alarm) {
    trigger.put("MetricName", alarm.metricName());
    trigger.put("Namespace", alarm.namespace());
    trigger.put("StatisticType", "Statistic");
    trigger.put("Statistic", alarm.statisticAsString().toUpperCase(java.util.Locale.ROOT));
    trigger.put("Unit", alarm.unitAsString());
    var dimensions = trigger.putArray("Dimensions");
    alarm
        .dimensions()
        .forEach(one -> dimensions.addObject().put("value", one.value()).put("name", one.name()));
    trigger.put("Period", alarm.period());
    trigger.put("EvaluationPeriods", alarm.evaluationPeriods());
    trigger.put("ComparisonOperator", alarm.comparisonOperatorAsString());
    trigger.put("Threshold", alarm.threshold());
    trigger.put("TreatMissingData", alarm.treatMissingData());
  }
}
