// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import io.fieldline.localstack.iot.rules.ErrorDocument.Failure;
import io.fieldline.localstack.iot.rules.EventLog.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The steps of one rule in the event log.
///
/// Source: AWS IoT developer guide, "CloudWatch Logs AWS IoT log entries", rules engine. Assumed:
/// the key under `resources`, of which AWS shows those of the republish and HTTP actions only.
record RuleLog(String rule, EventLog log) {
  void matched(Message message) {
    write(Level.INFO, "RuleMatch", message, Map.of());
  }

  void starts(Message message) {
    write(Level.INFO, "StartingRuleExecution", message, Map.of());
  }

  void statementFailed(Message message, String why) {
    write(Level.ERROR, "FunctionExecution", message, Map.of("details", new Text(why)));
  }

  void ran(String action, String resource, Message message, Optional<Failure> failure) {
    var level = failure.isEmpty() ? Level.INFO : Level.ERROR;
    if (log.isOn(level)) {
      Map<String, Value> more = new LinkedHashMap<>();
      more.put("ruleAction", new Text(action));
      more.put("resources", new Obj(Map.of(key(action), new Text(resource))));
      failure.ifPresent(f -> more.put("details", new Text(f.errorMessage())));
      write(level, "RuleExecution", message, more);
    }
  }

  private static String key(String action) {
    return switch (action) {
      case "RepublishAction" -> "RepublishTopic";
      case "HttpAction" -> "Url";
      default -> "Resource";
    };
  }

  private void write(Level level, String eventType, Message message, Map<String, Value> more) {
    if (log.isOn(level)) {
      Map<String, Value> attributes = new LinkedHashMap<>();
      attributes.put("ruleName", new Text(rule));
      attributes.putAll(more);
      log.write(level, eventType, message, attributes);
    }
  }
}
