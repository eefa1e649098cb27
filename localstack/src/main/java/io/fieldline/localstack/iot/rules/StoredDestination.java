// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import java.time.Instant;
import software.amazon.awssdk.services.iot.model.TopicRuleDestination;
import software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus;
import software.amazon.awssdk.services.iot.model.TopicRuleDestinationSummary;

/// A destination as it is kept.
///
/// @param token of the latest confirmation message
/// @param reason why it has its status, or empty
record StoredDestination(
    String arn,
    String confirmationUrl,
    String status,
    String reason,
    String token,
    Instant created,
    Instant updated) {
  boolean is(TopicRuleDestinationStatus wanted) {
    return status.equals(wanted.toString());
  }

  StoredDestination with(TopicRuleDestinationStatus next, String why, Instant now) {
    return new StoredDestination(arn, confirmationUrl, next.toString(), why, token, created, now);
  }

  /// In progress, with a token of its own.
  StoredDestination challenged(String newToken, Instant now) {
    var next = TopicRuleDestinationStatus.IN_PROGRESS.toString();
    return new StoredDestination(arn, confirmationUrl, next, "", newToken, created, now);
  }

  TopicRuleDestination described() {
    return TopicRuleDestination.builder()
        .arn(arn)
        .status(status)
        .statusReason(reason.isEmpty() ? null : reason)
        .createdAt(created)
        .lastUpdatedAt(updated)
        .httpUrlProperties(p -> p.confirmationUrl(confirmationUrl))
        .build();
  }

  TopicRuleDestinationSummary summary() {
    return TopicRuleDestinationSummary.builder()
        .arn(arn)
        .status(status)
        .statusReason(reason.isEmpty() ? null : reason)
        .createdAt(created)
        .lastUpdatedAt(updated)
        .httpUrlSummary(p -> p.confirmationUrl(confirmationUrl))
        .build();
  }
}
