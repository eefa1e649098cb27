// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.log;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.OptionalLong;

/// How often one message may be written, whatever its parameters: a bucket of tokens for each
/// template, so that a flapping sensor fills no disk. For one thread at a time.
final class TemplateLimit {
  private static final int MAX_TEMPLATES = 512;
  private static final double NANOS_A_MINUTE = Duration.ofMinutes(1).toNanos();

  private final int perMinute;
  private final LinkedHashMap<String, Bucket> buckets = new LinkedHashMap<>();
  private long dropped;

  TemplateLimit(int perMinute) {
    this.perMinute = perMinute;
  }

  /// Empty if this message may not be written now; else how many of its kind were left out since
  /// the last one that was.
  OptionalLong admit(String template, long nowNanos) {
    Bucket bucket = buckets.computeIfAbsent(template, _ -> new Bucket(perMinute, nowNanos));
    if (buckets.size() > MAX_TEMPLATES) {
      buckets.pollFirstEntry();
    }
    double earned = (nowNanos - bucket.atNanos) / NANOS_A_MINUTE * perMinute;
    bucket.tokens = Math.min(perMinute, bucket.tokens + earned);
    bucket.atNanos = nowNanos;
    if (bucket.tokens < 1) {
      bucket.dropped++;
      dropped++;
      return OptionalLong.empty();
    }
    bucket.tokens--;
    long leftOut = bucket.dropped;
    bucket.dropped = 0;
    return OptionalLong.of(leftOut);
  }

  /// How many were left out since the start.
  long dropped() {
    return dropped;
  }

  private static final class Bucket {
    private double tokens;
    private long atNanos;
    private long dropped;

    Bucket(double tokens, long atNanos) {
      this.tokens = tokens;
      this.atNanos = atNanos;
    }
  }
}
