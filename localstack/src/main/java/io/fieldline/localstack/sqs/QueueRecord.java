// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A queue as it is kept: the attributes that were set, beside those that SQS gives by itself.
record QueueRecord(
    String account,
    String region,
    String name,
    Map<String, String> attributes,
    Map<String, String> tags,
    Instant created,
    Instant modified) {

  QueueRecord {
    attributes = Map.copyOf(attributes);
    tags = Map.copyOf(tags);
  }

  QueueRecord withAttributes(Map<String, String> value, Instant now) {
    return new QueueRecord(account, region, name, value, tags, created, now);
  }

  QueueRecord withTags(Map<String, String> value) {
    return new QueueRecord(account, region, name, attributes, value, created, modified);
  }

  static String key(String account, String name) {
    return account + "/" + name;
  }

  String key() {
    return key(account, name);
  }

  String arn() {
    return "arn:aws:sqs:" + region + ":" + account + ":" + name;
  }

  String attribute(String attribute) {
    return attributes.getOrDefault(attribute, QueueAttributes.DEFAULTS.getOrDefault(attribute, ""));
  }

  int number(String attribute) {
    return Integer.parseInt(attribute(attribute));
  }

  Duration seconds(String attribute) {
    return Duration.ofSeconds(number(attribute));
  }

  Optional<String> policy() {
    return Optional.ofNullable(attributes.get("Policy"));
  }

  Optional<Redrive> redrive() {
    return Optional.ofNullable(attributes.get("RedrivePolicy")).map(Redrive::parse);
  }
}
