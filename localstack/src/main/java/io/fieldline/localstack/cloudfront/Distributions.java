// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudfront;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.wire.ModelJson;
import io.fieldline.localstack.wire.Models;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.*;

/// Distributions, origin access controls and invalidations.
final class Distributions {
  private final Models<Distribution> distributions;
  private final Models<OriginAccessControl> controls;
  private final Models<Invalidation> invalidations;
  private final ModelJson json = new ModelJson();
  private final StackInfo stack;
  private final StackClock clock;
  private final Supplier<String> ids;

  Distributions(Store store, StackInfo stack, StackClock clock, Supplier<String> ids) {
    this.distributions =
        new Models<>(store, "cloudfront/distributions", Distribution.class, Distribution::builder);
    this.controls =
        new Models<>(
            store, "cloudfront/controls", OriginAccessControl.class, OriginAccessControl::builder);
    this.invalidations =
        new Models<>(store, "cloudfront/invalidations", Invalidation.class, Invalidation::builder);
    this.stack = stack;
    this.clock = clock;
    this.ids = ids;
  }

  String arn(String id) {
    return "arn:aws:cloudfront::" + stack.accountId() + ":distribution/" + id;
  }

  void register(Api api) {
    api.on(CreateDistributionRequest.class, this::create);
    api.on(
            GetDistributionRequest.class,
            r -> {
              Distribution d = distribution(r.id());
              return GetDistributionResponse.builder()
                  .distribution(d)
                  .eTag(eTag(d.distributionConfig()))
                  .build();
            })
        .resource(r -> arn(r.id()));
    api.on(
            GetDistributionConfigRequest.class,
            r -> {
              DistributionConfig config = distribution(r.id()).distributionConfig();
              return GetDistributionConfigResponse.builder()
                  .distributionConfig(config)
                  .eTag(eTag(config))
                  .build();
            })
        .resource(r -> arn(r.id()));
    api.on(UpdateDistributionRequest.class, this::update).resource(r -> arn(r.id()));
    api.on(DeleteDistributionRequest.class, this::delete).resource(r -> arn(r.id()));
    api.on(CreateInvalidationRequest.class, this::invalidate)
        .resource(r -> arn(r.distributionId()));
    api.on(GetInvalidationRequest.class, this::invalidation).resource(r -> arn(r.distributionId()));
    registerControls(api);
  }

  private CreateDistributionResponse create(CreateDistributionRequest r) {
    String id = "E" + ids.get().toUpperCase(Locale.ROOT);
    String domain = "d" + ids.get() + ".cloudfront.localhost:" + stack.endpoint().get().getPort();
    Distribution made =
        Distribution.builder()
            .id(id)
            .arn(arn(id))
            .domainName(domain)
            .status("Deployed")
            .inProgressInvalidationBatches(0)
            .lastModifiedTime(clock.instant())
            .distributionConfig(checked(r.distributionConfig()))
            .build();
    distributions.put(id, made);
    return CreateDistributionResponse.builder()
        .distribution(made)
        .eTag(eTag(made.distributionConfig()))
        .location("https://cloudfront.amazonaws.com/2020-05-31/distribution/" + id)
        .build();
  }

  private static DistributionConfig checked(DistributionConfig config) {
    for (Origin origin : config.origins().items()) {
      if (origin.s3OriginConfig() == null || !origin.domainName().contains(".s3.")) {
        throw new AwsFailure(
            "InvalidOrigin",
            400,
            "Origins: this local stack has S3 origins only, got " + origin.domainName());
      }
    }
    if (config.cacheBehaviors() != null && !config.cacheBehaviors().items().isEmpty()) {
      throw new AwsFailure(
          "InvalidArgument",
          400,
          "CacheBehaviors: this local stack has the default cache behavior only");
    }
    String target = config.defaultCacheBehavior().targetOriginId();
    if (config.origins().items().stream().noneMatch(o -> o.id().equals(target))) {
      throw new AwsFailure(
          "NoSuchOrigin", 404, "No origin exists with the specified Origin Id " + target);
    }
    return config;
  }

  private UpdateDistributionResponse update(UpdateDistributionRequest r) {
    Distribution old = distribution(r.id());
    match(r.ifMatch(), old.distributionConfig());
    Distribution changed =
        old.toBuilder()
            .distributionConfig(checked(r.distributionConfig()))
            .lastModifiedTime(clock.instant())
            .build();
    distributions.put(r.id(), changed);
    return UpdateDistributionResponse.builder()
        .distribution(changed)
        .eTag(eTag(changed.distributionConfig()))
        .build();
  }

  private DeleteDistributionResponse delete(DeleteDistributionRequest r) {
    Distribution old = distribution(r.id());
    match(r.ifMatch(), old.distributionConfig());
    if (Boolean.TRUE.equals(old.distributionConfig().enabled())) {
      throw new AwsFailure(
          "DistributionNotDisabled",
          409,
          "The distribution you are trying to delete has not been disabled.");
    }
    distributions.remove(r.id());
    invalidations.removeUnder(r.id() + "/");
    return DeleteDistributionResponse.builder().build();
  }

  private CreateInvalidationResponse invalidate(CreateInvalidationRequest r) {
    distribution(r.distributionId());
    Invalidation made =
        Invalidation.builder()
            .id("I" + ids.get().toUpperCase(Locale.ROOT))
            .status("Completed")
            .createTime(clock.instant())
            .invalidationBatch(r.invalidationBatch())
            .build();
    invalidations.put(r.distributionId() + "/" + made.id(), made);
    return CreateInvalidationResponse.builder()
        .invalidation(made)
        .location(
            "https://cloudfront.amazonaws.com/2020-05-31/distribution/"
                + r.distributionId()
                + "/invalidation/"
                + made.id())
        .build();
  }

  private GetInvalidationResponse invalidation(GetInvalidationRequest r) {
    distribution(r.distributionId());
    return GetInvalidationResponse.builder()
        .invalidation(
            invalidations
                .get(r.distributionId() + "/" + r.id())
                .orElseThrow(() ->
                    new AwsFailure(
                        "NoSuchInvalidation", 404, "The specified invalidation does not exist.")))
        .build();
  }

  private void registerControls(Api api) {
    api.on(
        CreateOriginAccessControlRequest.class,
        r -> {
          String id = "E" + ids.get().toUpperCase(Locale.ROOT);
          OriginAccessControl made =
              OriginAccessControl.builder()
                  .id(id)
                  .originAccessControlConfig(r.originAccessControlConfig())
                  .build();
          controls.put(id, made);
          return CreateOriginAccessControlResponse.builder()
              .originAccessControl(made)
              .eTag(eTag(made))
              .build();
        });
    api.on(
        GetOriginAccessControlRequest.class,
        r -> {
          OriginAccessControl control = control(r.id());
          return GetOriginAccessControlResponse.builder()
              .originAccessControl(control)
              .eTag(eTag(control))
              .build();
        });
    api.on(
        UpdateOriginAccessControlRequest.class,
        r -> {
          match(r.ifMatch(), control(r.id()));
          OriginAccessControl changed =
              OriginAccessControl.builder()
                  .id(r.id())
                  .originAccessControlConfig(r.originAccessControlConfig())
                  .build();
          controls.put(r.id(), changed);
          return UpdateOriginAccessControlResponse.builder()
              .originAccessControl(changed)
              .eTag(eTag(changed))
              .build();
        });
    api.on(DeleteOriginAccessControlRequest.class, this::deleteControl);
  }

  private DeleteOriginAccessControlResponse deleteControl(DeleteOriginAccessControlRequest r) {
    match(r.ifMatch(), control(r.id()));
    boolean used =
        distributions.under("").stream()
            .flatMap(d -> d.distributionConfig().origins().items().stream())
            .anyMatch(o -> r.id().equals(o.originAccessControlId()));
    if (used) {
      throw new AwsFailure("OriginAccessControlInUse", 409, "The origin access control is in use.");
    }
    controls.remove(r.id());
    return DeleteOriginAccessControlResponse.builder().build();
  }

  /// By id, or by the first label of its domain name.
  Optional<Distribution> find(String name) {
    return distributions.under("").stream()
        .filter(
            d -> d.id().equalsIgnoreCase(name) || d.domainName().startsWith(name + ".cloudfront."))
        .findFirst();
  }

  private Distribution distribution(String id) {
    return distributions
        .get(id)
        .orElseThrow(() ->
            new AwsFailure(
                "NoSuchDistribution", 404, "The specified distribution does not exist."));
  }

  private OriginAccessControl control(String id) {
    return controls
        .get(id)
        .orElseThrow(() ->
            new AwsFailure(
                "NoSuchOriginAccessControl",
                404,
                "The specified origin access control does not exist."));
  }

  private void match(@Nullable String given, SdkPojo current) {
    if (given == null) {
      throw new AwsFailure(
          "InvalidIfMatchVersion", 400, "The If-Match version is missing or not valid.");
    }
    if (!given.equals(eTag(current))) {
      throw new AwsFailure(
          "PreconditionFailed",
          412,
          "The request failed because it didn't meet the preconditions.");
    }
  }

  /// Changes with what it stands for.
  private String eTag(SdkPojo model) {
    byte[] text = json.write(model).getBytes(StandardCharsets.UTF_8);
    return "E"
        + UUID.nameUUIDFromBytes(text)
            .toString()
            .replace("-", "")
            .substring(0, 13)
            .toUpperCase(Locale.ROOT);
  }
}
