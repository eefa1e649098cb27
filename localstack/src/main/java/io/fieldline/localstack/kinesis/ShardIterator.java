// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;

/// A place in a shard from which to read, good for five minutes.
///
/// @param from the number of the first record to read; there need not be one
record ShardIterator(String streamKey, int shard, String from, long madeMillis) {
  private static final Duration LIFE = Duration.ofMinutes(5);

  String text() {
    String text = "1\n" + streamKey + "\n" + shard + "\n" + from + "\n" + madeMillis;
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static ShardIterator parse(String text) {
    String[] parts;
    try {
      parts = new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8).split("\n", -1);
    } catch (IllegalArgumentException e) {
      throw KinesisFailures.invalid("Invalid ShardIterator.");
    }
    if (parts.length != 5
        || !parts[0].equals("1")
        || !parts[1].matches("\\d{12}/[A-Za-z0-9_.-]{1,128}")
        || !parts[2].matches("\\d{1,9}")
        || SequenceNumber.parse(parts[3]).isEmpty()
        || !parts[4].matches("\\d{1,15}")) {
      throw KinesisFailures.invalid("Invalid ShardIterator.");
    }
    return new ShardIterator(
        parts[1], Integer.parseInt(parts[2]), parts[3], Long.parseLong(parts[4]));
  }

  void checkAge(Instant now) {
    long age = now.toEpochMilli() - madeMillis;
    if (age > LIFE.toMillis()) {
      throw KinesisFailures.expiredIterator(
          "Iterator expired. The iterator was created at time %s while right now it is %s which is"
                  .formatted(Instant.ofEpochMilli(madeMillis), now)
              + " further in the future than the tolerated delay of "
              + LIFE.toMillis()
              + " milliseconds.");
    }
  }
}
