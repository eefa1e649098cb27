// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/// Publishes the built web app at deploy: our own function takes the asset into the app's bucket,
/// writes `config.json` beside it and invalidates what the distribution has cached.
final class Site extends Construct {
  private final LiveFunction function;

  /// @param config what the browser must know; `config.json` holds it, and the address of AWS IoT
  Site(
      Construct scope,
      String id,
      Deployment deployment,
      Target target,
      Map<String, String> config) {
    super(scope, id);
    var asset =
        Asset.Builder.create(this, "Files").path(deployment.artifacts().siteFolder()).build();
    var assets =
        "arn:" + Stack.of(this).getPartition() + ":s3:::" + asset.getS3BucketName() + "/*.zip";
    var bucket = target.distribution().siteBucket().getAttrArn();
    this.function =
        new LiveFunction(
            this,
            PipelineFunction.SITE,
            deployment,
            FunctionProps.of(
                    Map.of(),
                    List.of(
                        Allow.on(assets, "s3:GetObject"),
                        Allow.on(bucket, "s3:ListBucket"),
                        Allow.on(bucket + "/*", "s3:PutObject", "s3:DeleteObject"),
                        Allow.on(target.distribution().arn(), "cloudfront:CreateInvalidation"),
                        // AWS defines no resource for this action.
                        Allow.on("*", "iot:DescribeEndpoint")))
                .deadLettersTo(target.deadLetters()));
    var properties = new TreeMap<String, Object>();
    properties.put("SourceBucket", asset.getS3BucketName());
    properties.put("SourceKey", asset.getS3ObjectKey());
    properties.put("TargetBucket", target.distribution().siteBucket().getRef());
    properties.put("DistributionId", target.distribution().distributionId());
    properties.put("Config", new TreeMap<>(config));
    function.recordsFailuresBefore(
        CustomResource.Builder.create(this, "Publication")
            .resourceType("Custom::FieldlineSite")
            .serviceToken(function.arn())
            .serviceTimeout(Duration.minutes(5))
            .properties(properties)
            .build());
  }

  LiveFunction function() {
    return function;
  }

  /// @param distribution where the files go
  /// @param deadLetters where a request goes that the function could not take
  record Target(Distribution distribution, IQueue deadLetters) {}
}
