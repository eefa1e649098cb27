// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import java.util.List;

/// What is kept, for how long, and who may read it.
final class KeepingPack {
  private KeepingPack() {}

  static List<PackRule> rules() {
    return List.of(
        PackRule.each(
            "Logs-Retention",
            "AWS::Logs::LogGroup",
            "Logs are kept, and paid for, for ever.",
            (_, group) -> group.path("RetentionInDays").isMissingNode()),
        PackRule.each(
            "Lambda-OwnLog",
            "AWS::Lambda::Function",
            "Lambda makes a group that nobody deletes and that keeps everything.",
            (template, function) ->
                Template.referred(function.at("/LoggingConfig/LogGroup"))
                    .filter(template.resources("AWS::Logs::LogGroup")::containsKey)
                    .isEmpty()),
        PackRule.each(
            "Table-Recovery",
            "AWS::DynamoDB::Table",
            "What a bad version has overwritten does not come back.",
            (_, table) ->
                !table
                    .at("/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled")
                    .asBoolean()),
        PackRule.each(
            "Table-Expiry",
            "AWS::DynamoDB::Table",
            "Readings are kept, and paid for, for ever.",
            (_, table) -> !table.at("/TimeToLiveSpecification/Enabled").asBoolean()),
        PackRule.each(
            "Api-RouteAuthorizer",
            "AWS::ApiGatewayV2::Route",
            "Anybody may call it.",
            (_, route) -> route.path("AuthorizerId").isMissingNode()));
  }
}
