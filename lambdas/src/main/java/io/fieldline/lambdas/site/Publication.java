// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import io.fieldline.lambdas.json.JsonObject;
import java.io.IOException;
import java.util.HashSet;
import java.util.TreeMap;

/// Puts the app into its bucket, and takes it out again.
final class Publication {
  private final Buckets buckets;
  private final Surroundings surroundings;

  Publication(Buckets buckets, Surroundings surroundings) {
    this.buckets = buckets;
    this.surroundings = surroundings;
  }

  /// Writes every file of the asset and `config.json`, then deletes what is of no use any more.
  ///
  /// @param requestId the same for a request that is tried again
  void publish(JsonObject properties, String requestId) throws IOException {
    var bucket = properties.text("TargetBucket");
    var distribution = properties.text("DistributionId");
    var config = new TreeMap<>(properties.object("Config").members());
    config.put("iotEndpoint", surroundings.iotEndpoint());
    var asset = buckets.read(properties.text("SourceBucket"), properties.text("SourceKey"));
    var files = SiteArchive.files(asset);
    var stale = new HashSet<>(buckets.keys(bucket));
    var configFile = new SiteFile("config.json", JsonObject.write(config));
    buckets.write(bucket, configFile);
    stale.remove(configFile.key());
    for (var file : files) {
      if (!file.key().equals(configFile.key())) {
        buckets.write(bucket, file);
        stale.remove(file.key());
      }
    }
    stale.forEach(key -> buckets.delete(bucket, key));
    surroundings.invalidate(distribution, requestId);
  }

  /// Empties the bucket, so that it can be deleted.
  void remove(JsonObject properties) throws IOException {
    var bucket = properties.text("TargetBucket");
    buckets.keys(bucket).forEach(key -> buckets.delete(bucket, key));
  }
}
