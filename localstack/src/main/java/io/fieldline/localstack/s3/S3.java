// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.function.Supplier;

/// The service as a whole.
public final class S3 {
  private final Buckets buckets;
  private final Objects objects;
  private final Uploads uploads;

  /// @param ids makes unique names of files and uploads: letters and digits
  public S3(Store store, StackInfo stack, InstantSource clock, Supplier<String> ids) {
    var files = new ObjectFiles(stack.data().resolve("s3"), ids);
    this.objects = new Objects(store, files, clock);
    this.buckets = new Buckets(store, stack, clock, objects::isEmpty);
    this.uploads = new Uploads(store, objects, buckets, files, clock, ids);
  }

  public void register(Api api) {
    buckets.register(api);
    new BucketConfigurations(buckets).register(api);
    objects.register(api, buckets);
    new Listing(objects, buckets).register(api);
    uploads.register(api);
  }

  /// Makes a bucket unless it is there.
  public void ensureBucket(String name) {
    buckets.ensure(name);
  }
}
