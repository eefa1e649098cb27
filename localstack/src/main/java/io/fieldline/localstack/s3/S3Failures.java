// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.AwsFailure;
import java.util.Map;

/// S3's errors in its own words.
final class S3Failures {
  private S3Failures() {}

  static AwsFailure noSuchBucket(String bucket) {
    return new AwsFailure(
        "NoSuchBucket", 404, "The specified bucket does not exist", Map.of("BucketName", bucket));
  }

  static AwsFailure noSuchKey(String key) {
    return new AwsFailure(
        "NoSuchKey", 404, "The specified key does not exist.", Map.of("Key", key));
  }

  static AwsFailure noSuchUpload(String uploadId) {
    return new AwsFailure(
        "NoSuchUpload",
        404,
        "The specified upload does not exist. The upload ID may be invalid, or the upload may have"
            + " been aborted or completed.",
        Map.of("UploadId", uploadId));
  }

  static AwsFailure precondition(String condition) {
    return new AwsFailure(
        "PreconditionFailed",
        412,
        "At least one of the pre-conditions you specified did not hold",
        Map.of("Condition", condition));
  }

  static AwsFailure notModified() {
    return new AwsFailure("NotModified", 304, "Not Modified");
  }
}
