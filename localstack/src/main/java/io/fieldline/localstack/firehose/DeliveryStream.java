// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A delivery stream as it is kept.
///
/// @param id tells it from one of the same name that was deleted
/// @param version grows with each change of the destination
/// @param keyType whose key AWS would encrypt it by, null for none; here it is told, not used
record DeliveryStream(
    String account,
    String region,
    String name,
    String id,
    Instant created,
    int version,
    Destination destination,
    Map<String, String> tags,
    @Nullable String keyType) {
  DeliveryStream {
    tags = Map.copyOf(tags);
  }

  static String key(String account, String name) {
    return account + "/" + name;
  }

  String key() {
    return key(account, name);
  }

  static String arn(String region, String account, String name) {
    return "arn:aws:firehose:%s:%s:deliverystream/%s".formatted(region, account, name);
  }

  String arn() {
    return arn(region, account, name);
  }

  /// The same stream, that goes on with another destination.
  DeliveryStream withDestination(Destination value) {
    return new DeliveryStream(
        account, region, name, id, created, version + 1, value, tags, keyType);
  }

  DeliveryStream withTags(Map<String, String> value) {
    return new DeliveryStream(
        account, region, name, id, created, version, destination, value, keyType);
  }
}
