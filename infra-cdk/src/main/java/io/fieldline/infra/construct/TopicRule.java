// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iot.CfnTopicRule;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/// A topic rule that cannot lose a message silently: whatever its action cannot deliver goes to the
/// quarantine. SQL version 2016-03-23; its role may put to these places only, and only AWS IoT may
/// assume it, on behalf of this rule of this account.
final class TopicRule extends Construct {

  /// @param name the rule's explicit name
  /// @param sql its statement
  /// @param quarantine the queue of its error action
  record Props(String name, String sql, IQueue quarantine) {}

  /// A rule whose actions put each message to one of these.
  static TopicRule to(Construct scope, String id, Props props, List<RuleAction> actions) {
    var rule = new TopicRule(scope, id);
    var quarantine = RuleAction.queue(props.quarantine());
    var grants =
        Stream.concat(actions.stream(), Stream.of(quarantine)).map(RuleAction::grant).toList();
    var role = rule.role(props, grants).getRoleArn();
    rule.create(
        props,
        actions.stream().map(action -> action.made().apply(role)).toList(),
        quarantine.made().apply(role));
    return rule;
  }

  /// A rule whose action invokes a function.
  static TopicRule toFunction(Construct scope, String id, Props props, LiveFunction function) {
    var rule = new TopicRule(scope, id);
    var quarantine = RuleAction.queue(props.quarantine());
    var role = rule.role(props, List.of(quarantine.grant())).getRoleArn();
    // Source: AWS IoT Core Developer Guide, Lambda rule action: grant with SourceArn and
    // SourceAccount, else any account's rule may invoke the function.
    function.allowFromThisAccount(
        "AllowRule", "iot.amazonaws.com", Deployment.arn(rule, "iot", "rule/" + props.name()));
    var action =
        CfnTopicRule.ActionProperty.builder()
            .lambda(CfnTopicRule.LambdaActionProperty.builder().functionArn(function.arn()).build())
            .build();
    rule.create(props, List.of(action), quarantine.made().apply(role));
    return rule;
  }

  private TopicRule(Construct scope, String id) {
    super(scope, id);
  }

  private void create(
      Props props,
      List<CfnTopicRule.ActionProperty> actions,
      CfnTopicRule.ActionProperty errorAction) {
    CfnTopicRule.Builder.create(this, "Rule")
        .ruleName(props.name())
        .topicRulePayload(
            CfnTopicRule.TopicRulePayloadProperty.builder()
                .sql(props.sql())
                .awsIotSqlVersion("2016-03-23")
                .ruleDisabled(false)
                .actions(actions)
                .errorAction(errorAction)
                .build())
        .build();
  }

  private Role role(Props props, List<PolicyStatement> grants) {
    return ServiceRole.of(
        this,
        "Role",
        "iot",
        ServiceRole.onlyFor(Deployment.arn(this, "iot", "rule/" + props.name())),
        grants);
  }
}
