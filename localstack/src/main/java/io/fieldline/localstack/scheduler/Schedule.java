// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A schedule as it is kept.
///
/// @param group null for the group `default`, which every account has
/// @param zone null for UTC
/// @param deletes whether it is deleted once it is never due again
/// @param clientToken under which it was made
/// @param doneAt of one that is due once: when it was
record Schedule(
    String name,
    @Nullable String group,
    String expression,
    @Nullable String zone,
    @Nullable Instant startsAt,
    @Nullable Instant endsAt,
    @Nullable String description,
    boolean enabled,
    boolean deletes,
    String targetArn,
    String roleArn,
    String input,
    @Nullable String messageGroup,
    int maxRetries,
    int maxAgeSeconds,
    @Nullable String deadLetterArn,
    @Nullable String clientToken,
    Instant createdAt,
    Instant modifiedAt,
    @Nullable Instant doneAt) {
  static final String DEFAULT = "default";

  String groupName() {
    return group == null ? DEFAULT : group;
  }

  String key() {
    return key(group, name);
  }

  static String key(@Nullable String group, String name) {
    return group == null || group.equals(DEFAULT) ? name : group + "/" + name;
  }

  /// When it is due next. One by a rate is due when it begins, too.
  ///
  /// Source: EventBridge Scheduler User Guide, "Rate-based schedules": without a start date it
  /// starts invoking its target immediately.
  Optional<Instant> next(Instant after) {
    if (!enabled || doneAt != null) {
      return Optional.empty();
    }
    ZoneId in = zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
    Instant began = startsAt == null ? modifiedAt : startsAt;
    Instant from = startsAt != null && after.isBefore(startsAt) ? startsAt.minusNanos(1) : after;
    ScheduleExpression due = ScheduleExpression.of(expression);
    boolean atOnce = due instanceof ScheduleExpression.Rate && from.isBefore(began);
    return (atOnce ? Optional.of(began) : due.next(from, began, in))
        .filter(at -> endsAt == null || !at.isAfter(endsAt));
  }

  Schedule done(Instant at) {
    return new Schedule(
        name,
        group,
        expression,
        zone,
        startsAt,
        endsAt,
        description,
        enabled,
        deletes,
        targetArn,
        roleArn,
        input,
        messageGroup,
        maxRetries,
        maxAgeSeconds,
        deadLetterArn,
        clientToken,
        createdAt,
        modifiedAt,
        at);
  }
}
