// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// AWS SDK clients of one stack, closed together.
public final class AwsClients implements AutoCloseable {
  private final URI endpoint;
  private final AwsCredentials credentials;
  private final SdkHttpClient http = UrlConnectionHttpClient.create();
  private final Deque<SdkClient> open = new ArrayDeque<>();
  private final IotClient iot;
  private final IotDataPlaneClient iotData;
  private final DynamoDbClient dynamoDb;
  private final SqsClient sqs;
  private final CognitoIdentityProviderClient cognito;

  /// With the rights of the account's owner.
  public AwsClients(URI endpoint) {
    this(endpoint, AwsBasicCredentials.create("test", "test"));
  }

  AwsClients(URI endpoint, AwsCredentials credentials) {
    this.endpoint = endpoint;
    this.credentials = credentials;
    this.iot = client(IotClient.builder());
    this.iotData = client(IotDataPlaneClient.builder());
    this.dynamoDb = client(DynamoDbClient.builder());
    this.sqs = client(SqsClient.builder());
    this.cognito = client(CognitoIdentityProviderClient.builder());
  }

  /// Any other client, closed with these.
  public <C extends SdkClient, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>>
      C client(B builder) {
    C client =
        builder
            .endpointOverride(endpoint)
            .region(Region.US_EAST_1)
            .credentialsProvider(StaticCredentialsProvider.create(credentials))
            .httpClient(http)
            .build();
    open.push(client);
    return client;
  }

  public IotClient iot() {
    return iot;
  }

  public IotDataPlaneClient iotData() {
    return iotData;
  }

  public DynamoDbClient dynamoDb() {
    return dynamoDb;
  }

  public SqsClient sqs() {
    return sqs;
  }

  public CognitoIdentityProviderClient cognito() {
    return cognito;
  }

  @Override
  public void close() {
    open.forEach(SdkClient::close);
    http.close();
  }
}
