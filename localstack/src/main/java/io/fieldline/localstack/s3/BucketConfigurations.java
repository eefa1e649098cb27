// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.wire.ModelJson;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.*;

/// What is said of a bucket and kept as said: encryption, public access, tags, versioning,
/// lifecycle, CORS. Kept, not carried out: objects have one version, nothing expires by itself.
final class BucketConfigurations {
  private static final String ENCRYPTION = "encryption";
  private static final String PUBLIC_ACCESS = "publicAccessBlock";
  private static final String TAGS = "tags";
  private static final String VERSIONING = "versioning";
  private static final String LIFECYCLE = "lifecycle";
  private static final String CORS = "cors";

  private final Buckets buckets;
  private final ModelJson json = new ModelJson();

  BucketConfigurations(Buckets buckets) {
    this.buckets = buckets;
  }

  void register(Api api) {
    registerPuts(api);
    registerGets(api);
    registerDeletes(api);
  }

  private void registerPuts(Api api) {
    buckets.guard(
        api.on(
            PutBucketEncryptionRequest.class,
            r -> {
              put(r.bucket(), ENCRYPTION, r.serverSideEncryptionConfiguration());
              return PutBucketEncryptionResponse.builder().build();
            }),
        "s3:PutEncryptionConfiguration",
        r -> r.bucket());
    buckets.guard(
        api.on(
            PutPublicAccessBlockRequest.class,
            r -> {
              put(r.bucket(), PUBLIC_ACCESS, r.publicAccessBlockConfiguration());
              return PutPublicAccessBlockResponse.builder().build();
            }),
        "s3:PutBucketPublicAccessBlock",
        r -> r.bucket());
    buckets.guard(
        api.on(
            PutBucketTaggingRequest.class,
            r -> {
              put(r.bucket(), TAGS, r.tagging());
              return PutBucketTaggingResponse.builder().build();
            }),
        "s3:PutBucketTagging",
        r -> r.bucket());
    buckets.guard(
        api.on(
            PutBucketVersioningRequest.class,
            r -> {
              put(r.bucket(), VERSIONING, r.versioningConfiguration());
              return PutBucketVersioningResponse.builder().build();
            }),
        "s3:PutBucketVersioning",
        r -> r.bucket());
    buckets.guard(
        api.on(
            PutBucketLifecycleConfigurationRequest.class,
            r -> {
              put(r.bucket(), LIFECYCLE, r.lifecycleConfiguration());
              return PutBucketLifecycleConfigurationResponse.builder().build();
            }),
        "s3:PutLifecycleConfiguration",
        r -> r.bucket());
    buckets.guard(
        api.on(
            PutBucketCorsRequest.class,
            r -> {
              put(r.bucket(), CORS, r.corsConfiguration());
              return PutBucketCorsResponse.builder().build();
            }),
        "s3:PutBucketCORS",
        r -> r.bucket());
  }

  private void registerGets(Api api) {
    buckets.guard(
        api.on(
            GetBucketEncryptionRequest.class,
            r ->
                GetBucketEncryptionResponse.builder()
                    .serverSideEncryptionConfiguration(
                        get(
                            r.bucket(),
                            ENCRYPTION,
                            "ServerSideEncryptionConfigurationNotFoundError",
                            ServerSideEncryptionConfiguration.builder(),
                            ServerSideEncryptionConfiguration.class))
                    .build()),
        "s3:GetEncryptionConfiguration",
        r -> r.bucket());
    buckets.guard(
        api.on(
            GetPublicAccessBlockRequest.class,
            r ->
                GetPublicAccessBlockResponse.builder()
                    .publicAccessBlockConfiguration(
                        get(
                            r.bucket(),
                            PUBLIC_ACCESS,
                            "NoSuchPublicAccessBlockConfiguration",
                            PublicAccessBlockConfiguration.builder(),
                            PublicAccessBlockConfiguration.class))
                    .build()),
        "s3:GetBucketPublicAccessBlock",
        r -> r.bucket());
    buckets.guard(
        api.on(
            GetBucketTaggingRequest.class,
            r ->
                GetBucketTaggingResponse.builder()
                    .tagSet(
                        get(r.bucket(), TAGS, "NoSuchTagSet", Tagging.builder(), Tagging.class)
                            .tagSet())
                    .build()),
        "s3:GetBucketTagging",
        r -> r.bucket());
    buckets.guard(
        api.on(GetBucketVersioningRequest.class, this::versioning),
        "s3:GetBucketVersioning",
        r -> r.bucket());
    buckets.guard(
        api.on(
            GetBucketLifecycleConfigurationRequest.class,
            r ->
                GetBucketLifecycleConfigurationResponse.builder()
                    .rules(
                        get(
                                r.bucket(),
                                LIFECYCLE,
                                "NoSuchLifecycleConfiguration",
                                BucketLifecycleConfiguration.builder(),
                                BucketLifecycleConfiguration.class)
                            .rules())
                    .build()),
        "s3:GetLifecycleConfiguration",
        r -> r.bucket());
    buckets.guard(
        api.on(
            GetBucketCorsRequest.class,
            r ->
                GetBucketCorsResponse.builder()
                    .corsRules(
                        get(
                                r.bucket(),
                                CORS,
                                "NoSuchCORSConfiguration",
                                CORSConfiguration.builder(),
                                CORSConfiguration.class)
                            .corsRules())
                    .build()),
        "s3:GetBucketCORS",
        r -> r.bucket());
  }

  private GetBucketVersioningResponse versioning(GetBucketVersioningRequest request) {
    String kept = buckets.named(request.bucket()).configurations().get(VERSIONING);
    return kept == null
        ? GetBucketVersioningResponse.builder().build()
        : GetBucketVersioningResponse.builder()
            .status(
                json.read(
                        (SdkPojo) VersioningConfiguration.builder(),
                        VersioningConfiguration.class,
                        kept)
                    .status())
            .build();
  }

  private void registerDeletes(Api api) {
    buckets.guard(
        api.on(
            DeleteBucketEncryptionRequest.class,
            r -> {
              forget(r.bucket(), ENCRYPTION);
              return DeleteBucketEncryptionResponse.builder().build();
            }),
        "s3:PutEncryptionConfiguration",
        r -> r.bucket());
    buckets.guard(
        api.on(
            DeletePublicAccessBlockRequest.class,
            r -> {
              forget(r.bucket(), PUBLIC_ACCESS);
              return DeletePublicAccessBlockResponse.builder().build();
            }),
        "s3:PutBucketPublicAccessBlock",
        r -> r.bucket());
    buckets.guard(
        api.on(
            DeleteBucketTaggingRequest.class,
            r -> {
              forget(r.bucket(), TAGS);
              return DeleteBucketTaggingResponse.builder().build();
            }),
        "s3:PutBucketTagging",
        r -> r.bucket());
    buckets.guard(
        api.on(
            DeleteBucketLifecycleRequest.class,
            r -> {
              forget(r.bucket(), LIFECYCLE);
              return DeleteBucketLifecycleResponse.builder().build();
            }),
        "s3:PutLifecycleConfiguration",
        r -> r.bucket());
    buckets.guard(
        api.on(
            DeleteBucketCorsRequest.class,
            r -> {
              forget(r.bucket(), CORS);
              return DeleteBucketCorsResponse.builder().build();
            }),
        "s3:PutBucketCORS",
        r -> r.bucket());
  }

  private void put(String bucket, String name, SdkPojo configuration) {
    buckets.put(buckets.named(bucket).with(name, json.write(configuration)));
  }

  private void forget(String bucket, String name) {
    buckets.put(buckets.named(bucket).without(name));
  }

  private <T> T get(String bucket, String name, String absent, Object builder, Class<T> type) {
    String kept = buckets.named(bucket).configurations().get(name);
    if (kept == null) {
      throw new AwsFailure(absent, 404, "The bucket " + bucket + " has no " + name);
    }
    return json.read((SdkPojo) builder, type, kept);
  }
}
