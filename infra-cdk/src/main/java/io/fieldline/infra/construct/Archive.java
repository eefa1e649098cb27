// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.kinesisfirehose.CfnDeliveryStream;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.constructs.Construct;

/// Every message of telemetry as the rules made it, a line each, in objects by the day it came:
/// `archive/<yyyy>/<MM>/<dd>/…`, deflated, for as long as the stage says. It depends on no function
/// of ours, so what one of them did wrong can be done again from here.
///
/// An object holds messages of many devices. One for each device would be an object a device and
/// interval, and Firehose keeps 500 of them apart at the most.
final class Archive extends Construct {
  /// What the keys of its objects begin with.
  static final String PREFIX = "archive/";

  private static final int MEGABYTES = 64;
  private static final int SECONDS = 300;

  private final CfnBucket bucket;
  private final CfnDeliveryStream stream;

  Archive(Construct scope, String id, Deployment deployment, int retentionDays) {
    super(scope, id);
    this.bucket = bucket(deployment.config().retainData(), retentionDays);
    PrivateBucket.keepEncrypted(this, bucket);
    this.stream = stream(deployment.names().of("archive"));
  }

  RuleAction action() {
    return RuleAction.lines(stream);
  }

  String bucketName() {
    return bucket.getRef();
  }

  /// What a function needs that takes a thing's messages out.
  List<PolicyStatement> takingOut() {
    return List.of(
        Allow.on(bucket.getAttrArn(), "s3:ListBucket"),
        Allow.on(
            bucket.getAttrArn() + "/" + PREFIX + "*",
            "s3:GetObject",
            "s3:PutObject",
            "s3:DeleteObject"));
  }

  private CfnBucket bucket(boolean retain, int retentionDays) {
    var made =
        PrivateBucket.in(this)
            .lifecycleConfiguration(
                CfnBucket.LifecycleConfigurationProperty.builder()
                    .rules(
                        List.of(
                            CfnBucket.RuleProperty.builder()
                                .id("retention")
                                .status("Enabled")
                                .expirationInDays(retentionDays)
                                .build()))
                    .build())
            .build();
    made.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return made;
  }

  private CfnDeliveryStream stream(String name) {
    return CfnDeliveryStream.Builder.create(this, "Stream")
        .deliveryStreamName(name)
        .deliveryStreamType("DirectPut")
        .deliveryStreamEncryptionConfigurationInput(
            CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty.builder()
                .keyType("AWS_OWNED_CMK")
                .build())
        .extendedS3DestinationConfiguration(
            CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty.builder()
                .bucketArn(bucket.getAttrArn())
                .roleArn(role().getRoleArn())
                .prefix(PREFIX + "!{timestamp:yyyy/MM/dd}/")
                .errorOutputPrefix("failed/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/")
                .bufferingHints(
                    CfnDeliveryStream.BufferingHintsProperty.builder()
                        .sizeInMBs(MEGABYTES)
                        .intervalInSeconds(SECONDS)
                        .build())
                .compressionFormat("GZIP")
                .build())
        .build();
  }

  /// Source: Data Firehose Developer Guide, "Grant Firehose access to an Amazon S3 destination".
  private Role role() {
    return ServiceRole.of(
        this,
        "Role",
        "firehose",
        List.of(
            Allow.on(
                bucket.getAttrArn(),
                "s3:GetBucketLocation",
                "s3:ListBucket",
                "s3:ListBucketMultipartUploads"),
            Allow.on(
                bucket.getAttrArn() + "/*",
                "s3:AbortMultipartUpload",
                "s3:GetObject",
                "s3:PutObject")));
  }
}
