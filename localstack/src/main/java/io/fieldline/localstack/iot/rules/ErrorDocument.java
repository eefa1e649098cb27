// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Text;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the error action receives: one document per rule and message.
///
/// Source: AWS IoT developer guide, "Error handling (error action)", error action message format.
final class ErrorDocument {
  /// One action that failed.
  record Failure(String failedAction, String failedResource, String errorMessage) {}

  private ErrorDocument() {}

  static Value of(String rule, Message message, List<Failure> failures) {
    Map<String, Value> document = new LinkedHashMap<>();
    document.put("ruleName", new Text(rule));
    document.put("topic", new Text(message.topic()));
    document.put("cloudwatchTraceId", new Text(message.context().traceId().orElse("")));
    document.put("clientId", new Text(message.context().clientId().orElse("N/A")));
    document.put(
        "base64OriginalPayload", new Text(Base64.getEncoder().encodeToString(message.payload())));
    document.put(
        "failures", new Value.Array(failures.stream().map(ErrorDocument::failure).toList()));
    return new Value.Obj(document);
  }

  private static Value failure(Failure failure) {
    Map<String, Value> members = new LinkedHashMap<>();
    members.put("failedAction", new Text(failure.failedAction()));
    members.put("failedResource", new Text(failure.failedResource()));
    members.put("errorMessage", new Text(failure.errorMessage()));
    return new Value.Obj(members);
  }
}
