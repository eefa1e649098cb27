// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.amazon.awscdk.services.s3.CfnBucketPolicy;
import software.constructs.Construct;

/// What every bucket of the pipeline has: nothing in it is public, and nobody reads or writes it
/// unencrypted.
final class PrivateBucket {
  private PrivateBucket() {}

  static CfnBucket.Builder in(Construct scope) {
    return CfnBucket.Builder.create(scope, "Bucket")
        .publicAccessBlockConfiguration(
            CfnBucket.PublicAccessBlockConfigurationProperty.builder()
                .blockPublicAcls(true)
                .blockPublicPolicy(true)
                .ignorePublicAcls(true)
                .restrictPublicBuckets(true)
                .build());
  }

  /// The whole policy of a bucket that no other service of AWS is let into.
  static void keepEncrypted(Construct scope, CfnBucket bucket) {
    var document = new LinkedHashMap<String, Object>();
    document.put("Version", "2012-10-17");
    document.put("Statement", List.of(encryptedOnly(bucket)));
    CfnBucketPolicy.Builder.create(scope, "BucketPolicy")
        .bucket(bucket.getRef())
        .policyDocument(document)
        .build();
  }

  /// A statement of the bucket's policy.
  static Map<String, Object> encryptedOnly(CfnBucket bucket) {
    var statement = new LinkedHashMap<String, Object>();
    statement.put("Effect", "Deny");
    statement.put("Principal", Map.of("AWS", "*"));
    statement.put("Action", "s3:*");
    statement.put("Resource", List.of(bucket.getAttrArn(), bucket.getAttrArn() + "/*"));
    statement.put("Condition", Map.of("Bool", Map.of("aws:SecureTransport", "false")));
    return statement;
  }
}
