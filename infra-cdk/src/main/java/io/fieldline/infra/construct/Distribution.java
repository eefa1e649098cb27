// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudfront.CfnDistribution;
import software.amazon.awscdk.services.cloudfront.CfnOriginAccessControl;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.amazon.awscdk.services.s3.CfnBucketPolicy;
import software.constructs.Construct;

/// Where the app's static files are served: a private bucket that only this distribution reads.
final class Distribution extends Construct {
  // Source: Amazon CloudFront Developer Guide, managed cache policies (CachingOptimized) and
  // managed response headers policies (SecurityHeadersPolicy).
  private static final String CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
  private static final String SECURITY_HEADERS = "67f7725c-6f97-4210-82d7-5512b31e9d03";

  private final CfnBucket bucket;
  private final CfnDistribution distribution;

  Distribution(Construct scope, String id, Names names) {
    super(scope, id);
    this.bucket = bucket();
    var access =
        CfnOriginAccessControl.Builder.create(this, "Access")
            .originAccessControlConfig(
                CfnOriginAccessControl.OriginAccessControlConfigProperty.builder()
                    .name(names.of("site"))
                    .originAccessControlOriginType("s3")
                    .signingBehavior("always")
                    .signingProtocol("sigv4")
                    .build())
            .build();
    this.distribution = distribution(names, access);
    letDistributionRead();
  }

  String url() {
    return "https://" + distribution.getAttrDomainName();
  }

  CfnBucket siteBucket() {
    return bucket;
  }

  String distributionId() {
    return distribution.getRef();
  }

  String arn() {
    var stack = Stack.of(this);
    return "arn:"
        + stack.getPartition()
        + ":cloudfront::"
        + stack.getAccount()
        + ":distribution/"
        + distribution.getRef();
  }

  private CfnBucket bucket() {
    var created = PrivateBucket.in(this).build();
    // What is in it can be built again at any time.
    created.applyRemovalPolicy(RemovalPolicy.DESTROY);
    return created;
  }

  private CfnDistribution distribution(Names names, CfnOriginAccessControl access) {
    return CfnDistribution.Builder.create(this, "Distribution")
        .distributionConfig(
            CfnDistribution.DistributionConfigProperty.builder()
                .enabled(true)
                .comment(names.of("app"))
                .defaultRootObject("index.html")
                .httpVersion("http2and3")
                .ipv6Enabled(true)
                .priceClass("PriceClass_100")
                .origins(
                    List.of(
                        CfnDistribution.OriginProperty.builder()
                            .id("site")
                            .domainName(bucket.getAttrRegionalDomainName())
                            .originAccessControlId(access.getAttrId())
                            .s3OriginConfig(
                                CfnDistribution.S3OriginConfigProperty.builder()
                                    .originAccessIdentity("")
                                    .build())
                            .build()))
                .defaultCacheBehavior(
                    CfnDistribution.DefaultCacheBehaviorProperty.builder()
                        .targetOriginId("site")
                        .viewerProtocolPolicy("redirect-to-https")
                        .cachePolicyId(CACHING_OPTIMIZED)
                        .responseHeadersPolicyId(SECURITY_HEADERS)
                        .compress(true)
                        .build())
                .build())
        .build();
  }

  private void letDistributionRead() {
    var statement = new LinkedHashMap<String, Object>();
    statement.put("Effect", "Allow");
    statement.put("Principal", Map.of("Service", "cloudfront.amazonaws.com"));
    statement.put("Action", "s3:GetObject");
    statement.put("Resource", bucket.getAttrArn() + "/*");
    statement.put("Condition", Map.of("StringEquals", Map.of("AWS:SourceArn", arn())));
    var document = new LinkedHashMap<String, Object>();
    document.put("Version", "2012-10-17");
    document.put("Statement", List.of(statement, PrivateBucket.encryptedOnly(bucket)));
    CfnBucketPolicy.Builder.create(this, "BucketPolicy")
        .bucket(bucket.getRef())
        .policyDocument(document)
        .build();
  }
}
