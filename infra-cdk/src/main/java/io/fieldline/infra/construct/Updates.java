// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
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
    return PolicyStatement.Builder.create()
        .actions(List.of("iam:PassRole"))
        .resources(List.of(role.getRoleArn()))
        .conditions(Map.of("StringEquals", Map.of("iam:PassedToService", "iot.amazonaws.com")))
        .build();
  }

  private CfnBucket bucket(boolean retain) {
    var made = PrivateBucket.in(this).build();
    made.applyRemovalPolicy(retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return made;
  }

  private Role role(String jobs) {
    var conditions =
        new TreeMap<String, Object>(
            Map.of(
                "StringEquals",
                Map.of("aws:SourceAccount", Stack.of(this).getAccount()),
                "ArnLike",
                Map.of("aws:SourceArn", jobs)));
    return Role.Builder.create(this, "Role")
        .assumedBy(
            new PrincipalWithConditions(
                ServicePrincipal.Builder.create("iot.amazonaws.com").build(), conditions))
        .inlinePolicies(
            Map.of(
                "grants",
                PolicyDocument.Builder.create()
                    .statements(List.of(Allow.on(bucket.getAttrArn() + "/*", "s3:GetObject")))
                    .build()))
        .build();
  }
}
