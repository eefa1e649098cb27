// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/// Where a message goes that was received {@code most} times and not deleted.
record Redrive(String targetArn, int most) {
  static Redrive parse(String json) {
    String expected = "JSON with deadLetterTargetArn (of a queue) and maxReceiveCount (1 to 1000)";
    try {
      JsonNode policy = new ObjectMapper().readTree(json);
      String target = policy.path("deadLetterTargetArn").asText();
      int most = policy.path("maxReceiveCount").asInt();
      if (target.split(":").length != 6 || most < 1 || most > 1000) {
        throw SqsFailures.invalidAttribute("RedrivePolicy", json, expected);
      }
      return new Redrive(target, most);
    } catch (JsonProcessingException e) {
      throw SqsFailures.invalidAttribute("RedrivePolicy", json, expected);
    }
  }

  /// The key under which the target is kept.
  String targetKey() {
    String[] parts = targetArn.split(":");
    return QueueRecord.key(parts[4], parts[5]);
  }
}
