// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.cloud;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iotdataplane.model.UpdateThingShadowRequest;
import software.amazon.awssdk.services.iotjobsdataplane.IotJobsDataPlaneClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// One test's own part of the shared stack: two tables, queues, a topic, and a user as whom the
/// function calls. The shadows that it writes are deleted at its end, so that the next test finds
/// none.
public final class Cloud implements AutoCloseable {
  private static final String FORBIDDEN = "forbidden";

  private final URI endpoint;
  private final String user;
  private final String telemetryTable;
  private final String fleetTable;
  private final String queueUrl;
  private final String mirrorQueueUrl;
  private final String rollupQueueUrl;
  private final String ingestQueueUrl;
  private final String topicArn;
  private final int number;
  private final AwsCredentials function;
  private final IamClient iam;
  private final DynamoDbClient tables;
  private final IotDataPlaneClient shadows;
  private final SqsClient queues;
  private final SnsClient topics;
  private final List<SdkRequest> answered = Collections.synchronizedList(new ArrayList<>());
  private final List<String> messages = new ArrayList<>();
  private int untilEnd;

  Cloud(URI endpoint, int number) {
    this.endpoint = endpoint;
    this.number = number;
    user = "function-" + number;
    telemetryTable = "telemetry-" + number;
    fleetTable = "fleet-" + number;
    iam = client(IamClient.builder(), AwsBasicCredentials.create("test", "test"));
    iam.createUser(r -> r.userName(user));
    policy("own", "{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\"}");
    var key = iam.createAccessKey(r -> r.userName(user)).accessKey();
    function = AwsBasicCredentials.create(key.accessKeyId(), key.secretAccessKey());
    tables = client(DynamoDbClient.builder());
    shadows = client(IotDataPlaneClient.builder());
    queues = client(SqsClient.builder());
    topics = client(SnsClient.builder());
    table(telemetryTable);
    table(fleetTable);
    queueUrl = queues.createQueue(r -> r.queueName("quarantine-" + number)).queueUrl();
    ingestQueueUrl = queues.createQueue(r -> r.queueName("ingest-" + number)).queueUrl();
    topicArn = topics.createTopic(r -> r.name("alarms-" + number)).topicArn();
    mirrorQueueUrl = queues.createQueue(r -> r.queueName("mirror-" + number)).queueUrl();
    rollupQueueUrl = queues.createQueue(r -> r.queueName("rollup-" + number)).queueUrl();
  }

  private void table(String name) {
    tables.createTable(r ->
        r.tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .keySchema(key("pk", KeyType.HASH), key("sk", KeyType.RANGE))
            .attributeDefinitions(text("pk"), text("sk")));
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  /// A client that calls as the function.
  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(B builder) {
    return client(
        builder.overrideConfiguration(o -> o.addExecutionInterceptor(new Answered())), function);
  }

  private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, AwsCredentials credentials) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(StaticCredentialsProvider.create(credentials))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  /// Notes what the stack has carried out, and ends the function where it is to end.
  private final class Answered implements ExecutionInterceptor {
    @Override
    public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
      end();
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
      answered.add(context.request());
      end();
    }
  }

  /// The function's process has ended.
  public static final class Ended extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// The function ends, by [Ended], at one of its calls.
  ///
  /// @param edges at which edge of a call from now on: before the first is 1, after it 2
  public void endAt(int edges) {
    untilEnd = edges;
  }

  private void end() {
    untilEnd--;
    if (untilEnd == 0) {
      throw new Ended();
    }
  }

  public DynamoDbClient tables() {
    return tables;
  }

  public IotDataPlaneClient shadows() {
    return shadows;
  }

  public SqsClient queues() {
    return queues;
  }

  public SnsClient topics() {
    return topics;
  }

  public CognitoIdentityProviderClient pools() {
    return client(CognitoIdentityProviderClient.builder());
  }

  public S3Client buckets() {
    return client(S3Client.builder().forcePathStyle(true));
  }

  public IotClient iot() {
    return client(IotClient.builder());
  }

  /// Jobs as devices see them.
  public IotJobsDataPlaneClient jobs() {
    return client(IotJobsDataPlaneClient.builder());
  }

  public SchedulerClient schedules() {
    return client(SchedulerClient.builder());
  }

  /// A role that a service may take, which may send to the quarantine queue.
  ///
  /// @param service as IAM names it
  /// @return its ARN
  public String role(String service) {
    var trust =
        """
        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"%s"},
         "Action":"sts:AssumeRole"}]}\
        """;
    var name = named("role");
    var arn =
        iam.createRole(r -> r.roleName(name).assumeRolePolicyDocument(trust.formatted(service)))
            .role()
            .arn();
    iam.putRolePolicy(r ->
        r.roleName(name)
            .policyName("send")
            .policyDocument(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
                    + "\"sqs:SendMessage\",\"Resource\":\""
                    + queueArn()
                    + "\"}]}"));
    return arn;
  }

  /// The quarantine queue's ARN.
  public String queueArn() {
    return "arn:aws:sqs:us-east-1:000000000000:quarantine-" + number;
  }

  public CloudFrontClient distributions() {
    return client(CloudFrontClient.builder());
  }

  public String telemetryTable() {
    return telemetryTable;
  }

  public String fleetTable() {
    return fleetTable;
  }

  public String queueUrl() {
    return queueUrl;
  }

  public String ingestQueueUrl() {
    return ingestQueueUrl;
  }

  public String mirrorQueueUrl() {
    return mirrorQueueUrl;
  }

  /// Whose agents are to know other alarm rules, as told at once; it is taken.
  public List<String> toldToMirrors() {
    return taken(mirrorQueueUrl);
  }

  public String topicArn() {
    return topicArn;
  }

  public String rollupQueueUrl() {
    return rollupQueueUrl;
  }

  /// What waits in the ingest queue; it is taken.
  public List<String> ingested() {
    return taken(ingestQueueUrl);
  }

  /// A name that no other test has.
  public String named(String name) {
    return name + "-" + number;
  }

  /// From now on the function may not do this.
  ///
  /// @param statement a statement that denies, as JSON
  public void forbid(String statement) {
    policy(FORBIDDEN, statement);
  }

  /// The function may do everything again.
  public void allowAgain() {
    iam.deleteUserPolicy(r -> r.userName(user).policyName(FORBIDDEN));
  }

  private void policy(String name, String statement) {
    iam.putUserPolicy(r ->
        r.userName(user)
            .policyName(name)
            .policyDocument("{\"Version\":\"2012-10-17\",\"Statement\":[" + statement + "]}"));
  }

  /// What the function asked and the stack carried out, in order.
  public <T extends SdkRequest> List<T> answered(Class<T> type) {
    return List.copyOf(answered).stream().filter(type::isInstance).map(type::cast).toList();
  }

  /// All items of a table, by key.
  public List<Map<String, AttributeValue>> items(String table) {
    return tables.scanPaginator(r -> r.tableName(table).consistentRead(true)).items().stream()
        .sorted(Comparator.comparing(item -> item.get("pk").s() + '\0' + item.get("sk").s()))
        .toList();
  }

  /// Every update of a shadow as `<thing>/<shadow> <payload>`.
  public List<String> updates() {
    return answered(UpdateThingShadowRequest.class).stream()
        .map(r -> r.thingName() + "/" + r.shadowName() + " " + r.payload().asUtf8String())
        .toList();
  }

  /// Writes a shadow as a device or a person would.
  ///
  /// @param shadow its name; null for the classic one
  public void document(String thing, @Nullable String shadow, String json) {
    shadows.updateThingShadow(
        r -> r.thingName(thing).shadowName(shadow).payload(SdkBytes.fromUtf8String(json)));
  }

  /// The bodies in the queue.
  public List<String> messages() {
    while (true) {
      var received =
          queues.receiveMessage(r -> r.queueUrl(queueUrl).maxNumberOfMessages(10)).messages();
      if (received.isEmpty()) {
        return List.copyOf(messages);
      }
      received.forEach(message -> messages.add(message.body()));
    }
  }

  /// What the rollup queue holds, taken out of it.
  public List<String> toldToRollup() {
    return taken(rollupQueueUrl);
  }

  private List<String> taken(String url) {
    var bodies = new ArrayList<String>();
    while (true) {
      var received = queues.receiveMessage(r -> r.queueUrl(url).maxNumberOfMessages(10)).messages();
      if (received.isEmpty()) {
        return bodies;
      }
      for (var message : received) {
        bodies.add(message.body());
        queues.deleteMessage(r -> r.queueUrl(url).receiptHandle(message.receiptHandle()));
      }
    }
  }

  @Override
  public void close() {
    var written = new TreeSet<String>();
    var names = answered(UpdateThingShadowRequest.class);
    for (var update : names) {
      if (written.add(update.thingName() + "/" + update.shadowName())) {
        try {
          shadows.deleteThingShadow(
              r -> r.thingName(update.thingName()).shadowName(update.shadowName()));
        } catch (ResourceNotFoundException goneBefore) {
          // By the test.
        }
      }
    }
    Stream.of(iam, tables, shadows, queues, topics).forEach(client -> client.close());
  }
}
