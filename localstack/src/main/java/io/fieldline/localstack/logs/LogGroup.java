// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.logs;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A log group as it is kept.
///
/// @param retentionDays null keeps events for ever
/// @param created in milliseconds
record LogGroup(
    String account,
    String region,
    String name,
    @Nullable Integer retentionDays,
    Map<String, String> tags,
    long created) {
  private static final long DAY_MILLIS = 86_400_000;

  LogGroup {
    tags = Map.copyOf(tags);
  }

  String key() {
    return account + "/" + name;
  }

  String arn() {
    return "arn:aws:logs:" + region + ":" + account + ":log-group:" + name;
  }

  LogGroup retaining(@Nullable Integer days) {
    return new LogGroup(account, region, name, days, tags, created);
  }

  LogGroup tagged(Map<String, String> value) {
    return new LogGroup(account, region, name, retentionDays, value, created);
  }

  /// Events before this time are gone.
  long oldest(long now) {
    return retentionDays == null ? Long.MIN_VALUE : now - retentionDays * DAY_MILLIS;
  }
}
