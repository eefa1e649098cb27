// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.constructs.Construct;

/// Where new versions of the agent lie, and how a device gets at one: AWS IoT puts an address into
/// the document of its job that is good for an hour. A device has no rights of S3.
///
/// Source: AWS IoT Core Developer Guide, "Managing jobs", presigned URLs; "Cross-service confused
/// deputy prevention": the source is the job.
final class Updates extends Construct {
  private final CfnBucket bucket;
  private final Role role;

  /// @param jobs the ARN of this stage's jobs
  Updates(Construct scope, String id, Deployment deployment, String jobs) {
    super(scope, id);
    this.bucket = bucket(deployment.config().retainData());
    PrivateBucket.keepEncrypted(this, bucket);
    this.role = role(jobs);
  }

  String bucketName() {
    return bucket.getRef();
  }

  String roleArn() {
    return role.getRoleArn();
  }

  /// What a function needs that makes jobs with such addresses.
  PolicyStatement passing() {
    return ServiceRole.passing(role, "iot");
  }

  private CfnBucket bucket(boolean retain) {
    var made = PrivateBucket.in(this).build();
    made.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return made;
  }

  private Role role(String jobs) {
    return ServiceRole.of(
        this,
        "Role",
        "iot",
        Map.of("ArnLike", Map.of("aws:SourceArn", jobs)),
        List.of(Allow.on(bucket.getAttrArn() + "/*", "s3:GetObject")));
  }
}
