// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.EncryptionType;
import software.amazon.awssdk.services.kinesis.model.Shard;

/// A stream as it is kept. Its shards follow from their number: they are made once and never
/// closed, since streams are not resharded here.
///
/// @param encryptionKey by which AWS would encrypt it, null for none; here it is told, not used
record StreamRecord(
    String account,
    String region,
    String name,
    String mode,
    int shards,
    int retentionHours,
    Instant created,
    Map<String, String> tags,
    @Nullable String encryptionKey) {
  private static final BigInteger HASHES = BigInteger.ONE.shiftLeft(128);
  private static final String SHARD_PREFIX = "shardId-";

  StreamRecord {
    tags = Map.copyOf(tags);
  }

  static String key(String account, String name) {
    return account + "/" + name;
  }

  String key() {
    return key(account, name);
  }

  String arn() {
    return "arn:aws:kinesis:" + region + ":" + account + ":stream/" + name;
  }

  Duration retention() {
    return Duration.ofHours(retentionHours);
  }

  StreamRecord withRetention(int hours) {
    return new StreamRecord(
        account, region, name, mode, shards, hours, created, tags, encryptionKey);
  }

  StreamRecord withTags(Map<String, String> value) {
    return new StreamRecord(
        account, region, name, mode, shards, retentionHours, created, value, encryptionKey);
  }

  StreamRecord withEncryption(@Nullable String key) {
    return new StreamRecord(
        account, region, name, mode, shards, retentionHours, created, tags, key);
  }

  EncryptionType encryption() {
    return encryptionKey == null ? EncryptionType.NONE : EncryptionType.KMS;
  }

  static String shardId(int shard) {
    return SHARD_PREFIX + String.format("%012d", shard);
  }

  /// The shard of this id.
  int shard(String id) {
    if (!id.matches(SHARD_PREFIX + "\\d{12}")) {
      throw KinesisFailures.noSuchShard(id, this);
    }
    long shard = Long.parseLong(id.substring(SHARD_PREFIX.length()));
    if (shard >= shards) {
      throw KinesisFailures.noSuchShard(id, this);
    }
    return (int) shard;
  }

  /// The shard whose range of hash keys has this one.
  int shardOf(BigInteger hash) {
    return hash.divide(width()).min(BigInteger.valueOf(shards - 1L)).intValue();
  }

  Shard described(int shard) {
    BigInteger start = width().multiply(BigInteger.valueOf(shard));
    BigInteger end = shard == shards - 1 ? HASHES : start.add(width());
    return Shard.builder()
        .shardId(shardId(shard))
        .hashKeyRange(r ->
            r.startingHashKey(start.toString())
                .endingHashKey(end.subtract(BigInteger.ONE).toString()))
        .sequenceNumberRange(
            r -> r.startingSequenceNumber(SequenceNumber.start(created, shard).text()))
        .build();
  }

  private BigInteger width() {
    return HASHES.divide(BigInteger.valueOf(shards));
  }

  static boolean isHash(BigInteger hash) {
    return hash.signum() >= 0 && hash.compareTo(HASHES) < 0;
  }
}
