// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import software.amazon.awssdk.services.iot.model.TopicRule;
import software.amazon.awssdk.services.iot.model.TopicRulePayload;

/// A rule as it is kept: the payload of its creation with the API's names. Public because the store
/// reads it.
///
/// @param tags as the header `x-amz-tagging` had them, or empty
public record StoredRule(
    String name, JsonNode payload, boolean disabled, long createdAtMs, String tags) {
  static final String DEFAULT_VERSION = "2015-10-08";

  TopicRulePayload topicRulePayload() {
    return SdkJson.read(payload, TopicRulePayload.builder(), TopicRulePayload.class);
  }

  String sqlVersion() {
    return Optional.ofNullable(topicRulePayload().awsIotSqlVersion()).orElse(DEFAULT_VERSION);
  }

  StoredRule withDisabled(boolean value) {
    return new StoredRule(name, payload, value, createdAtMs, tags);
  }

  TopicRule described() {
    var kept = topicRulePayload();
    return TopicRule.builder()
        .ruleName(name)
        .sql(kept.sql())
        .description(kept.description())
        .createdAt(java.time.Instant.ofEpochMilli(createdAtMs))
        .actions(kept.actions())
        .ruleDisabled(disabled)
        .awsIotSqlVersion(sqlVersion())
        .errorAction(kept.errorAction())
        .build();
  }
}
