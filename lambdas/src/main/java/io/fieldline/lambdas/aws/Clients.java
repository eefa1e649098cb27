// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import java.time.Clock;
import java.util.Optional;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudwatch.CloudWatchClient;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Clients with the small HTTP client. Region, credentials and `AWS_ENDPOINT_URL` are read by the
/// SDK from the function's environment.
public final class Clients {
  private static final TracedCalls TRACED =
      new TracedCalls(
          new TraceDaemon(Optional.ofNullable(System.getenv("AWS_XRAY_DAEMON_ADDRESS"))),
          Clock.systemUTC());

  private Clients() {}

  /// Both tables.
  public static DynamoDbClient dynamoDb() {
    return with(DynamoDbClient.builder()).build();
  }

  /// Shadows.
  public static IotDataPlaneClient iotData() {
    return with(IotDataPlaneClient.builder()).build();
  }

  /// Queues.
  public static SqsClient sqs() {
    return with(SqsClient.builder()).build();
  }

  /// Topics.
  public static SnsClient sns() {
    return with(SnsClient.builder()).build();
  }

  /// User pools.
  public static CognitoIdentityProviderClient cognito() {
    return with(CognitoIdentityProviderClient.builder()).build();
  }

  /// The registry.
  public static IotClient iot() {
    return with(IotClient.builder()).build();
  }

  /// Buckets, addressed by path where an endpoint of one's own has no name for each bucket.
  public static S3Client s3(Environment environment) {
    return with(S3Client.builder().forcePathStyle(environment.endpoint().isPresent())).build();
  }

  /// Schedules.
  public static SchedulerClient scheduler() {
    return with(SchedulerClient.builder()).build();
  }

  /// Metrics and alarms.
  public static CloudWatchClient cloudWatch() {
    return with(CloudWatchClient.builder()).build();
  }

  /// Distributions.
  public static CloudFrontClient cloudFront() {
    return with(CloudFrontClient.builder()).build();
  }

  private static <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, ?>> B with(B builder) {
    return builder
        .httpClientBuilder(UrlConnectionHttpClient.builder())
        .overrideConfiguration(c -> c.addExecutionInterceptor(TRACED));
  }
}
