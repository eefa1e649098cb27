// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Operation;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.MalformedPolicyException;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.store.Store;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketPolicyResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.GetBucketPolicyResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.PutBucketPolicyRequest;
import software.amazon.awssdk.services.s3.model.PutBucketPolicyResponse;

/// Buckets and their policies. Thread-safe.
final class Buckets {
  private final Map<String, BucketRecord> buckets;
  private final StackInfo stack;
  private final InstantSource clock;
  private final Predicate<String> isEmpty;

  /// @param isEmpty whether a bucket holds no object
  Buckets(Store store, StackInfo stack, InstantSource clock, Predicate<String> isEmpty) {
    this.buckets = store.map("s3.buckets", BucketRecord.class);
    this.stack = stack;
    this.clock = clock;
    this.isEmpty = isEmpty;
  }

  void register(Api api) {
    api.on(CreateBucketRequest.class, this::create).resource(r -> arn(r.bucket()));
    api.on(ListBucketsRequest.class, this::list)
        .access(_ -> List.of(new Access("s3:ListAllMyBuckets", "*")));
    guard(api.on(DeleteBucketRequest.class, this::delete), "s3:DeleteBucket", r -> r.bucket());
    guard(api.on(HeadBucketRequest.class, this::head), "s3:ListBucket", r -> r.bucket());
    guard(
        api.on(GetBucketLocationRequest.class, this::location),
        "s3:GetBucketLocation",
        r -> r.bucket());
    guard(
        api.on(PutBucketPolicyRequest.class, this::putPolicy),
        "s3:PutBucketPolicy",
        r -> r.bucket());
    guard(
        api.on(GetBucketPolicyRequest.class, this::getPolicy),
        "s3:GetBucketPolicy",
        r -> r.bucket());
    guard(
        api.on(DeleteBucketPolicyRequest.class, this::deletePolicy),
        "s3:DeleteBucketPolicy",
        r -> r.bucket());
  }

  /// The action on the bucket, which the bucket's policy may allow too.
  <I, O> Operation<I, O> guard(
      Operation<I, O> operation, String action, Function<I, String> bucket) {
    return operation
        .resource(action, r -> arn(bucket.apply(r)))
        .resourcePolicy(r -> policy(bucket.apply(r)));
  }

  static String arn(String bucket) {
    return "arn:aws:s3:::" + bucket;
  }

  Optional<String> policy(String bucket) {
    return Optional.ofNullable(buckets.get(bucket)).map(BucketRecord::policy);
  }

  BucketRecord named(String bucket) {
    BucketRecord found = buckets.get(bucket);
    if (found == null) {
      throw S3Failures.noSuchBucket(bucket);
    }
    return found;
  }

  void put(BucketRecord bucket) {
    buckets.put(bucket.name(), bucket);
  }

  /// Makes a bucket unless it is there.
  void ensure(String name) {
    buckets.putIfAbsent(
        name, new BucketRecord(name, stack.region(), clock.instant(), null, Map.of()));
  }

  private CreateBucketResponse create(CreateBucketRequest request) {
    String name = request.bucket();
    if (!name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new AwsFailure(
          "InvalidBucketName",
          400,
          "The specified bucket is not valid: expected 3 to 63 lower-case letters, digits, dots and"
              + " hyphens, got "
              + name);
    }
    if (buckets.containsKey(name) && !stack.region().equals("us-east-1")) {
      throw new AwsFailure(
          "BucketAlreadyOwnedByYou",
          409,
          "Your previous request to create the named bucket succeeded and you already own it.");
    }
    ensure(name);
    return CreateBucketResponse.builder().location("/" + name).build();
  }

  private ListBucketsResponse list(ListBucketsRequest request) {
    var all =
        buckets.values().stream()
            .map(b -> Bucket.builder().name(b.name()).creationDate(b.created()).build())
            .toList();
    return ListBucketsResponse.builder().buckets(all).owner(o -> o.id(stack.accountId())).build();
  }

  private DeleteBucketResponse delete(DeleteBucketRequest request) {
    named(request.bucket());
    if (!isEmpty.test(request.bucket())) {
      throw new AwsFailure("BucketNotEmpty", 409, "The bucket you tried to delete is not empty");
    }
    buckets.remove(request.bucket());
    return DeleteBucketResponse.builder().build();
  }

  private HeadBucketResponse head(HeadBucketRequest request) {
    return HeadBucketResponse.builder().bucketRegion(named(request.bucket()).region()).build();
  }

  private GetBucketLocationResponse location(GetBucketLocationRequest request) {
    String region = named(request.bucket()).region();
    return GetBucketLocationResponse.builder()
        .locationConstraint(region.equals("us-east-1") ? null : region)
        .build();
  }

  private PutBucketPolicyResponse putPolicy(PutBucketPolicyRequest request) {
    BucketRecord bucket = named(request.bucket());
    try {
      PolicyDocument.parse(request.policy());
    } catch (MalformedPolicyException e) {
      throw new AwsFailure("MalformedPolicy", 400, String.valueOf(e.getMessage()));
    }
    put(bucket.withPolicy(request.policy()));
    return PutBucketPolicyResponse.builder().build();
  }

  private GetBucketPolicyResponse getPolicy(GetBucketPolicyRequest request) {
    String policy = named(request.bucket()).policy();
    if (policy == null) {
      throw new AwsFailure("NoSuchBucketPolicy", 404, "The bucket policy does not exist");
    }
    return GetBucketPolicyResponse.builder().policy(policy).build();
  }

  private DeleteBucketPolicyResponse deletePolicy(DeleteBucketPolicyRequest request) {
    put(named(request.bucket()).withPolicy(null));
    return DeleteBucketPolicyResponse.builder().build();
  }
}
