// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// @param policy as JSON, or null
/// @param configurations as JSON by name, such as {@code encryption}
record BucketRecord(
    String name,
    String region,
    Instant created,
    @Nullable String policy,
    Map<String, String> configurations) {
  BucketRecord {
    configurations = configurations == null ? Map.of() : Map.copyOf(configurations);
  }

  BucketRecord withPolicy(@Nullable String other) {
    return new BucketRecord(name, region, created, other, configurations);
  }

  BucketRecord with(String configuration, String json) {
    var more = new HashMap<>(configurations);
    more.put(configuration, json);
    return new BucketRecord(name, region, created, policy, more);
  }

  BucketRecord without(String configuration) {
    var fewer = new HashMap<>(configurations);
    fewer.remove(configuration);
    return new BucketRecord(name, region, created, policy, fewer);
  }
}
