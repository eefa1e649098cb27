// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/// The number of a record in its shard: it grows with each record, and two streams never give the
/// same. All have 56 digits, so that their order as text is their order.
///
/// Assumed: the layout, which AWS keeps to itself; it is the one that numbers of real streams show:
/// 2, when the shard was made, its last digit, the count, when the record came, the shard, 2.
///
/// @param createdSeconds when the shard was made
/// @param count of records before it in the shard; the shard itself begins at 0
record SequenceNumber(long createdSeconds, int shard, long count, long atSeconds) {
  private static final int HEX_DIGITS = 47;

  static SequenceNumber start(Instant created, int shard) {
    return new SequenceNumber(
        created.getEpochSecond(), shard, 0, Math.max(0, created.getEpochSecond()));
  }

  String text() {
    return new BigInteger(
            "2%09x%x%016x00%09x%08x2"
                .formatted(createdSeconds, shard & 0xf, count, atSeconds, shard),
            16)
        .toString();
  }

  /// What every number of a later count, and none of an earlier, is at least.
  static String floor(Instant created, int shard, long count) {
    return new SequenceNumber(created.getEpochSecond(), shard, count, 0).text();
  }

  /// Empty where the text is none of a shard's numbers.
  static Optional<SequenceNumber> parse(String text) {
    if (!text.matches("\\d{1,128}")) {
      return Optional.empty();
    }
    String hex = new BigInteger(text).toString(16);
    if (hex.length() != HEX_DIGITS || hex.charAt(0) != '2' || hex.charAt(11) > '7') {
      return Optional.empty();
    }
    long shard = Long.parseLong(hex.substring(38, 46), 16);
    return shard > Integer.MAX_VALUE
        ? Optional.empty()
        : Optional.of(
            new SequenceNumber(
                Long.parseLong(hex.substring(1, 10), 16),
                (int) shard,
                Long.parseLong(hex.substring(11, 27), 16),
                Long.parseLong(hex.substring(29, 38), 16)));
  }
}
