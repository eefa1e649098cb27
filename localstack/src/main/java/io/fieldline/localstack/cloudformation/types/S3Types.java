// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.services.s3.model.*;

/// AWS::S3::Bucket and BucketPolicy.
final class S3Types {
  private final Api api;
  private final String region;

  S3Types(Api api, String region) {
    this.api = api;
    this.region = region;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::S3::Bucket",
        CallType.of(this::createBucket, this::updateBucket, this::deleteBucket, "BucketName"));
    types.add(
        "AWS::S3::BucketPolicy",
        CallType.of(this::putPolicy, (w, _, _) -> putPolicy(w), this::deletePolicy, "Bucket"));
  }

  private Made createBucket(Wanted w) {
    String name = w.properties().path("BucketName").asText(w.uniqueName().toLowerCase(Locale.ROOT));
    api.call(CreateBucketRequest.builder().bucket(name).build(), CreateBucketResponse.class);
    return configured(w, name);
  }

  private Made updateBucket(Wanted w, String name, JsonNode old) {
    return configured(w, name);
  }

  private Made configured(Wanted w, String name) {
    JsonNode versioning = w.properties().path("VersioningConfiguration").path("Status");
    if (!versioning.isMissingNode()) {
      api.call(
          PutBucketVersioningRequest.builder()
              .bucket(name)
              .versioningConfiguration(v -> v.status(versioning.asText()))
              .build(),
          PutBucketVersioningResponse.class);
    }
    return new Made(
        name,
        Map.of(
            "Arn", "arn:aws:s3:::" + name,
            "DomainName", name + ".s3.amazonaws.com",
            "RegionalDomainName", name + ".s3." + region + ".amazonaws.com"));
  }

  private void deleteBucket(Wanted w, String name) {
    api.call(DeleteBucketRequest.builder().bucket(name).build(), DeleteBucketResponse.class);
  }

  private Made putPolicy(Wanted w) {
    String bucket = w.properties().path("Bucket").asText();
    api.call(
        PutBucketPolicyRequest.builder()
            .bucket(bucket)
            .policy(w.properties().path("PolicyDocument").toString())
            .build(),
        PutBucketPolicyResponse.class);
    return new Made(bucket, Map.of());
  }

  private void deletePolicy(Wanted w, String bucket) {
    api.call(
        DeleteBucketPolicyRequest.builder().bucket(bucket).build(),
        DeleteBucketPolicyResponse.class);
  }
}
