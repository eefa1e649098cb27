// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// What a topic rule must have, so that it loses no message and can do no more than it should.
final class TopicRulePack {
  private static final String RULE = "AWS::IoT::TopicRule";
  private static final String ROLE = "AWS::IAM::Role";
  private static final Pattern FROM_EVERYTHING =
      Pattern.compile("\\bFROM\\s+'[#+]", Pattern.CASE_INSENSITIVE);

  private TopicRulePack() {}

  static List<PackRule> rules() {
    return List.of(
        PackRule.each(
            "IoT-RuleErrorAction",
            RULE,
            "A message whose action fails is gone, and nobody is told.",
            (_, rule) -> rule.at("/TopicRulePayload/ErrorAction").isMissingNode()),
        PackRule.each(
            "IoT-RuleErrorActionElsewhere",
            RULE,
            "What could not be delivered to a place cannot be put aside in the same place.",
            (_, rule) ->
                rule.at("/TopicRulePayload/Actions")
                    .valueStream()
                    .anyMatch(rule.at("/TopicRulePayload/ErrorAction")::equals)),
        PackRule.each(
            "IoT-RuleSqlVersion",
            RULE,
            "Without a version a rule has the language of 2015, in which arrays and types differ.",
            (_, rule) ->
                !rule.at("/TopicRulePayload/AwsIotSqlVersion").asText().equals("2016-03-23")),
        PackRule.each(
            "IoT-RuleFilter",
            RULE,
            "A filter that begins with a wildcard takes in, and bills, what every device sends.",
            (_, rule) ->
                FROM_EVERYTHING
                    .matcher(Template.resolved(rule.at("/TopicRulePayload/Sql")))
                    .find()),
        PackRule.each(
            "IoT-RoleTrust",
            ROLE,
            "Without account and source, AWS IoT may act as this role for anybody's rule.",
            (_, role) -> assumedByIot(role) && !namesAccountAndSource(role)),
        PackRule.each(
            "IoT-RoleScope",
            ROLE,
            "A rule's role that may do more than its action lets a rule's change do it.",
            (template, role) -> assumedByIot(role) && isWide(template, role)));
  }

  private static boolean assumedByIot(JsonNode role) {
    return role.at("/AssumeRolePolicyDocument/Statement")
        .valueStream()
        .anyMatch(
            statement -> statement.at("/Principal/Service").asText().equals("iot.amazonaws.com"));
  }

  private static boolean namesAccountAndSource(JsonNode role) {
    return role.at("/AssumeRolePolicyDocument/Statement")
        .valueStream()
        .allMatch(statement -> {
          var keys = new HashSet<String>();
          statement
              .path("Condition")
              .forEach(operator -> operator.fieldNames().forEachRemaining(keys::add));
          return keys.contains("aws:SourceAccount") && keys.contains("aws:SourceArn");
        });
  }

  private static boolean isWide(Template template, JsonNode role) {
    return !role.path("ManagedPolicyArns").isEmpty()
        || Template.statements(role)
            .anyMatch(statement ->
                Template.list(statement.get("Action")).stream()
                        .anyMatch(action -> action.asText().contains("*"))
                    || Template.list(statement.get("Resource")).stream()
                        .anyMatch(resource -> Template.resolved(resource).equals("*")));
  }
}
