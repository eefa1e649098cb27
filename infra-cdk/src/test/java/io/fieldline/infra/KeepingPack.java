// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What is kept, for how long, and who may read it; and that the services it is kept in go on.
final class KeepingPack {
  /// Services and features that AWS has ended, or closed to new customers: whoever begins today
  /// cannot deploy a template with one.
  ///
  /// Source: AWS product lifecycle pages and the developer guides' notices: AWS IoT Analytics
  /// (ended 2025-12), AWS IoT Events (2026-05), AWS IoT 1-Click (2024-12), AWS IoT Things Graph,
  /// AWS IoT Fleet Hub (2025-10), AWS IoT Device Defender Detect (closed 2026-08), Amazon
  /// Timestream for LiveAnalytics (closed 2025-06), Amazon QLDB (2025-07), AWS IoT Greengrass
  /// version 1.
  private static final List<String> CLOSED =
      List.of(
          "AWS::IoTAnalytics::",
          "AWS::IoTEvents::",
          "AWS::IoT1Click::",
          "AWS::IoTThingsGraph::",
          "AWS::IoTFleetHub::",
          "AWS::IoT::SecurityProfile",
          "AWS::Timestream::Database",
          "AWS::Timestream::Table",
          "AWS::QLDB::",
          "AWS::Greengrass::");

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
            (_, route) -> route.path("AuthorizerId").isMissingNode()),
        new PackRule("Service-Open", "A new account cannot deploy it.", KeepingPack::closed));
  }

  private static Set<String> closed(Template template) {
    var found = new TreeSet<String>();
    for (var resource : template.root().path("Resources").properties()) {
      var type = resource.getValue().path("Type").asText();
      if (CLOSED.stream().anyMatch(type::startsWith)) {
        found.add(resource.getKey());
      }
    }
    return found;
  }
}
