// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Buckets in Amazon S3.
final class S3Buckets implements Buckets {
  private final S3Client s3;

  S3Buckets(S3Client s3) {
    this.s3 = s3;
  }

  @Override
  public byte[] read(String bucket, String key) throws IOException {
    try {
      return s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArrayUnsafe();
    } catch (NoSuchKeyException e) {
      throw new FileNotFoundException("no object " + bucket + "/" + key);
    }
  }

  @Override
  public Set<String> keys(String bucket) {
    var keys = new TreeSet<String>();
    try {
      s3.listObjectsV2Paginator(list -> list.bucket(bucket)).contents().stream()
          .map(S3Object::key)
          .forEach(keys::add);
    } catch (NoSuchBucketException e) {
      return Set.of();
    }
    return keys;
  }

  @Override
  public void write(String bucket, SiteFile file) {
    s3.putObject(
        put ->
            put.bucket(bucket)
                .key(file.key())
                .contentType(file.contentType())
                .cacheControl(file.cacheControl()),
        RequestBody.fromBytes(file.content()));
  }

  @Override
  public void delete(String bucket, String key) {
    s3.deleteObject(delete -> delete.bucket(bucket).key(key));
  }
}
