// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A message as it is kept.
///
/// @param number its place in the queue
/// @param visibleAt when it can be received (again)
/// @param receipt of the latest receive
/// @param source ARN of the queue that gave it up, in a dead-letter queue
record MessageRecord(
    long number,
    String id,
    String body,
    Map<String, AttributeRecord> attributes,
    @Nullable String traceHeader,
    String sender,
    Instant sent,
    Instant visibleAt,
    int receives,
    @Nullable Instant firstReceived,
    @Nullable String receipt,
    @Nullable String source) {

  MessageRecord {
    attributes = Map.copyOf(attributes);
  }

  /// A value of one message attribute; one of the two is there.
  record AttributeRecord(String type, @Nullable String text, byte @Nullable [] bytes) {}

  MessageRecord received(Instant now, Instant until, String newReceipt) {
    return new MessageRecord(
        number,
        id,
        body,
        attributes,
        traceHeader,
        sender,
        sent,
        until,
        receives + 1,
        firstReceived == null ? now : firstReceived,
        newReceipt,
        source);
  }

  MessageRecord visibleAt(Instant when) {
    return new MessageRecord(
        number,
        id,
        body,
        attributes,
        traceHeader,
        sender,
        sent,
        when,
        receives,
        firstReceived,
        receipt,
        source);
  }

  MessageRecord numbered(long newNumber) {
    return new MessageRecord(
        newNumber,
        id,
        body,
        attributes,
        traceHeader,
        sender,
        sent,
        visibleAt,
        receives,
        firstReceived,
        receipt,
        source);
  }

  MessageRecord givenUp(Instant now, String by) {
    return new MessageRecord(
        number,
        id,
        body,
        attributes,
        traceHeader,
        sender,
        sent,
        now,
        receives,
        firstReceived,
        null,
        by);
  }
}
