// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.authorizer;

import io.fieldline.messages.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a signed-in browser may do over MQTT: connect under its own client identifier, and hear the
/// live values of any thing. Nothing can be published.
final class LivePolicy {
  private final String iotArn;

  /// @param functionArn an ARN of the same partition, region and account
  LivePolicy(String functionArn) {
    var parts = functionArn.split(":", -1);
    if (parts.length < 6) {
      throw new IllegalArgumentException("expected a function's ARN, got '" + functionArn + "'");
    }
    this.iotArn = "arn:%s:iot:%s:%s:".formatted(parts[1], parts[3], parts[4]);
  }

  Map<String, Object> of(String clientId) {
    var live = Topics.live("*");
    return ordered(
        "Version",
        "2012-10-17",
        "Statement",
        List.of(
            allow("iot:Connect", "client/" + clientId),
            allow("iot:Subscribe", "topicfilter/" + live),
            allow("iot:Receive", "topic/" + live)));
  }

  private Map<String, Object> allow(String action, String resource) {
    var statement = ordered("Effect", "Allow", "Action", action);
    statement.put("Resource", iotArn + resource);
    return statement;
  }

  private static Map<String, Object> ordered(
      String firstName, Object first, String secondName, Object second) {
    var ordered = new LinkedHashMap<String, Object>();
    ordered.put(firstName, first);
    ordered.put(secondName, second);
    return ordered;
  }
}
