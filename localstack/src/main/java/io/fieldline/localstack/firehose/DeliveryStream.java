// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import java.time.Instant;
import java.util.Map;

/// A delivery stream as it is kept.
///
/// @param id tells it from one of the same name that was deleted
/// @param version grows with each change of the destination
record DeliveryStream(
    String account,
    String region,
    String name,
    String id,
    Instant created,
    int version,
    Destination destination,
    Map<String, String> tags) {
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
    return new DeliveryStream(account, region, name, id, created, version + 1, value, tags);
  }

  DeliveryStream withTags(Map<String, String> value) {
    return new DeliveryStream(account, region, name, id, created, version, destination, value);
  }
}
