// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.AgentConfig.TelemetryPath;

/// The topics of the agent's own thing.
record ThingTopics(String telemetry, String live, ShadowTopics classic, String thing) {
  static ThingTopics of(AgentConfig config) {
    String thing = config.thing();
    String plain = "fieldline/" + thing + "/telemetry";
    String telemetry =
        config.cloud().path() == TelemetryPath.TOPIC
            ? plain
            : "$aws/rules/fieldline_" + config.stage() + "_telemetry/" + plain;
    return new ThingTopics(
        telemetry,
        "fieldline/" + thing + "/live",
        new ShadowTopics("$aws/things/" + thing + "/shadow"),
        thing);
  }

  ShadowTopics shadow(String name) {
    return new ShadowTopics(classic.prefix() + "/name/" + name);
  }
}
