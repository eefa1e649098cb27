// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.firehose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.firehose.FirehoseClient;
import software.amazon.awssdk.services.firehose.model.ConcurrentModificationException;
import software.amazon.awssdk.services.firehose.model.ExtendedS3DestinationConfiguration;
import software.amazon.awssdk.services.firehose.model.FirehoseException;
import software.amazon.awssdk.services.firehose.model.InvalidArgumentException;
import software.amazon.awssdk.services.firehose.model.Record;
import software.amazon.awssdk.services.firehose.model.ResourceInUseException;
import software.amazon.awssdk.services.firehose.model.ResourceNotFoundException;
import software.amazon.awssdk.services.firehose.model.Tag;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/// Delivery streams at the stack's clock, which the test moves.
class FirehoseTest {
  private static final String ROLE = "arn:aws:iam::000000000000:role/delivery";
  private static final String WRITES =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":"
          + "\"s3:PutObject\",\"Resource\":\"arn:aws:s3:::archive/*\"}]}";

  @TempDir private Path folder;
  private LocalStack stack;
  private FirehoseClient firehose;
  private S3Client s3;
  private IamClient iam;

  @BeforeEach
  void start() {
    open();
    iam.createRole(r ->
        r.roleName("delivery")
            .assumeRolePolicyDocument(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
                "Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"}]}\
                """));
    allow();
    s3.createBucket(r -> r.bucket("archive"));
  }

  private void open() {
    stack = LocalStack.start(LocalStackOptions.forTest().withData(folder));
    firehose = with(FirehoseClient.builder());
    s3 = with(S3Client.builder().forcePathStyle(true));
    iam = with(IamClient.builder());
  }

  @AfterEach
  void close() {
    List.of(firehose, s3, iam).forEach(client -> client.close());
    stack.close();
  }

  private void allow() {
    iam.putRolePolicy(r -> r.roleName("delivery").policyName("p").policyDocument(WRITES));
  }

  private <C, B extends AwsClientBuilder<B, C>> C with(B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .build();
  }

  private void make(String name, Consumer<ExtendedS3DestinationConfiguration.Builder> settings) {
    firehose.createDeliveryStream(r ->
        r.deliveryStreamName(name)
            .extendedS3DestinationConfiguration(d -> {
              d.roleARN(ROLE).bucketARN("arn:aws:s3:::archive");
              settings.accept(d);
            }));
  }

  private void put(String stream, String text) {
    firehose.putRecord(
        r -> r.deliveryStreamName(stream).record(d -> d.data(SdkBytes.fromUtf8String(text))));
  }

  private List<String> keys() {
    return s3.listObjectsV2(r -> r.bucket("archive")).contents().stream()
        .map(S3Object::key)
        .toList();
  }

  private byte[] object(String key) {
    return s3.getObjectAsBytes(r -> r.bucket("archive").key(key)).asByteArray();
  }

  private static <T> T eventually(Supplier<T> look, Predicate<T> wanted) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    T seen = look.get();
    while (!wanted.test(seen)) {
      assertThat(System.nanoTime()).as("time, with " + seen).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      seen = look.get();
    }
    return seen;
  }

  private String onlyKey() {
    return eventually(this::keys, keys -> !keys.isEmpty()).getFirst();
  }

  @Test
  void recordsBecomeOneObjectWhenTheOldestHasWaitedLongEnough() {
    make("readings", d -> d.bufferingHints(h -> h.sizeInMBs(5).intervalInSeconds(60)));
    put("readings", "a\n");
    firehose.putRecordBatch(r ->
        r.deliveryStreamName("readings")
            .records(
                Record.builder().data(SdkBytes.fromUtf8String("b\n")).build(),
                Record.builder().data(SdkBytes.fromUtf8String("c\n")).build()));
    assertThat(keys()).isEmpty();

    stack.clock().advance(Duration.ofSeconds(61));

    assertThat(onlyKey())
        .matches(
            "\\d{4}/\\d{2}/\\d{2}/\\d{2}/readings-1(-\\d{2,4}){6}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(new String(object(onlyKey()), StandardCharsets.UTF_8)).isEqualTo("a\nb\nc\n");
  }

  @Test
  void recordsBecomeAnObjectOnceThereIsEnoughOfThem() {
    make("large", d -> d.bufferingHints(h -> h.sizeInMBs(1).intervalInSeconds(900)));
    String half = "x".repeat(600 * 1024);

    put("large", half);
    put("large", half);

    assertThat(object(onlyKey())).hasSize(2 * half.length());
  }

  @Test
  void aPrefixWithTimesAndGzipMakeTheName() throws Exception {
    make(
        "zipped",
        d ->
            d.prefix("raw/year=!{timestamp:yyyy}/")
                .errorOutputPrefix("errors/!{firehose:error-output-type}/")
                .compressionFormat("GZIP")
                .customTimeZone("Asia/Tokyo")
                .bufferingHints(h -> h.sizeInMBs(1).intervalInSeconds(0)));

    put("zipped", "packed");

    assertThat(onlyKey()).matches("raw/year=\\d{4}/zipped-1-.*\\.gz");
    try (var unzipped = new GZIPInputStream(new ByteArrayInputStream(object(onlyKey())))) {
      assertThat(unzipped.readAllBytes()).asString().isEqualTo("packed");
    }
  }

  @Test
  void withoutThePermissionRecordsWaitUntilItIsGiven() {
    iam.deleteRolePolicy(r -> r.roleName("delivery").policyName("p"));
    make("patient", d -> d.prefix("p/").bufferingHints(h -> h.sizeInMBs(1).intervalInSeconds(60)));
    put("patient", "kept");
    stack.clock().advance(Duration.ofSeconds(61));
    put("patient", " too");
    assertThat(keys()).isEmpty();

    allow();
    eventually(
        () -> {
          stack.clock().advance(Duration.ofSeconds(10));
          return keys();
        },
        keys -> !keys.isEmpty());

    assertThat(onlyKey()).startsWith("p/20");
    assertThat(new String(object(onlyKey()), StandardCharsets.UTF_8)).isEqualTo("kept too");
  }

  @Test
  void whatWaitsSurvivesARestart() {
    make("kept", d -> d.bufferingHints(h -> h.sizeInMBs(1).intervalInSeconds(60)));
    put("kept", "before");
    close();

    open();
    put("kept", " after");
    stack.clock().advance(Duration.ofSeconds(61));

    assertThat(new String(object(onlyKey()), StandardCharsets.UTF_8)).isEqualTo("before after");
  }

  @Test
  void aDeliveryStreamIsDescribedListedTaggedAndDeleted() {
    make("first", d -> {});
    make("second", d -> {});
    firehose.tagDeliveryStream(
        r -> r.deliveryStreamName("first").tags(Tag.builder().key("of").value("test").build()));

    var described =
        firehose
            .describeDeliveryStream(r -> r.deliveryStreamName("first"))
            .deliveryStreamDescription();
    assertThat(described.deliveryStreamARN())
        .isEqualTo("arn:aws:firehose:us-east-1:000000000000:deliverystream/first");
    assertThat(described.deliveryStreamStatusAsString()).isEqualTo("ACTIVE");
    assertThat(described.versionId()).isEqualTo("1");
    var hints =
        described.destinations().getFirst().extendedS3DestinationDescription().bufferingHints();
    assertThat(hints.sizeInMBs()).isEqualTo(5);
    assertThat(hints.intervalInSeconds()).isEqualTo(300);
    assertThat(firehose.listTagsForDeliveryStream(r -> r.deliveryStreamName("first")).tags())
        .extracting(Tag::key)
        .containsExactly("of");
    var page = firehose.listDeliveryStreams(r -> r.limit(1));
    assertThat(page.deliveryStreamNames()).containsExactly("first");
    assertThat(page.hasMoreDeliveryStreams()).isTrue();
    firehose.deleteDeliveryStream(r -> r.deliveryStreamName("first"));
    assertThat(firehose.listDeliveryStreams().deliveryStreamNames()).containsExactly("second");
  }

  @Test
  void aDestinationIsChangedForWhatComesAfterIfTheVersionIsTheLast() {
    make("moved", d -> d.bufferingHints(h -> h.sizeInMBs(1).intervalInSeconds(900)));
    put("moved", "r");

    firehose.updateDestination(r ->
        r.deliveryStreamName("moved")
            .currentDeliveryStreamVersionId("1")
            .destinationId("destinationId-000000000001")
            .extendedS3DestinationUpdate(
                d -> d.prefix("new/").bufferingHints(h -> h.sizeInMBs(1).intervalInSeconds(0))));

    assertThat(onlyKey()).matches("new/\\d{4}/.*/moved-2-.*");
    assertThatThrownBy(() ->
            firehose.updateDestination(r ->
                r.deliveryStreamName("moved")
                    .currentDeliveryStreamVersionId("1")
                    .destinationId("destinationId-000000000001")
                    .extendedS3DestinationUpdate(d -> d.prefix("newer/"))))
        .isInstanceOf(ConcurrentModificationException.class);
  }

  @Test
  void aTemplateMakesOneAndChangesIt() {
    String template =
        """
        {"Resources":{"D":{"Type":"AWS::KinesisFirehose::DeliveryStream","Properties":{
          "DeliveryStreamName":"declared","DeliveryStreamType":"DirectPut",
          "ExtendedS3DestinationConfiguration":{"RoleARN":"%s","Prefix":"one/",
            "BucketARN":"arn:aws:s3:::archive",
            "BufferingHints":{"IntervalInSeconds":0,"SizeInMBs":1}}}}}}
        """
            .formatted(ROLE);
    try (var stacks = with(CloudFormationClient.builder())) {
      stacks.createStack(r -> r.stackName("archive").templateBody(template));
      eventually(() -> status(stacks), "CREATE_COMPLETE"::equals);
      put("declared", "r");
      assertThat(onlyKey()).startsWith("one/");
      assertThat(object(onlyKey())).asString().isEqualTo("r");

      stacks.updateStack(
          r -> r.stackName("archive").templateBody(template.replace("one/", "two/")));
      eventually(() -> status(stacks), "UPDATE_COMPLETE"::equals);
      put("declared", "s");

      assertThat(eventually(this::keys, keys -> keys.size() == 2).getLast())
          .matches("two/.*/declared-2-.*");
    }
  }

  private static String status(CloudFormationClient stacks) {
    return stacks
        .describeStacks(r -> r.stackName("archive"))
        .stacks()
        .getFirst()
        .stackStatusAsString();
  }

  @Test
  void whatIsWrongIsRefusedInFirehosesWords() {
    make("strict", d -> {});

    assertThatThrownBy(() -> make("strict", d -> {}))
        .isInstanceOf(ResourceInUseException.class)
        .hasMessageContaining("Firehose strict under accountId 000000000000 already exists");
    assertThatThrownBy(() -> put("nowhere", "r"))
        .isInstanceOf(ResourceNotFoundException.class)
        .hasMessageContaining("Firehose nowhere under account 000000000000 not found.");
    assertThatThrownBy(() -> make("s", d -> d.compressionFormat("ZIP")))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("CompressionFormat ZIP is not supported");
    assertThatThrownBy(() -> make("s", d -> d.processingConfiguration(p -> p.enabled(true))))
        .hasMessageContaining("ProcessingConfiguration is not supported");
    assertThatThrownBy(() -> make("s", d -> d.prefix("!{timestamp:yyyy}/")))
        .hasMessageContaining("ErrorOutputPrefix cannot be null or empty");
    assertThatThrownBy(() -> make("s", d -> d.prefix("!{firehose:name}/").errorOutputPrefix("e/")))
        .hasMessageContaining("!{firehose:name}");
    assertThatThrownBy(() -> make("s", d -> d.roleARN("arn:aws:iam::000000000000:role/nobody")))
        .hasMessageContaining("Firehose is unable to assume role");
    assertThatThrownBy(() ->
            firehose.createDeliveryStream(r ->
                r.deliveryStreamName("s")
                    .httpEndpointDestinationConfiguration(h ->
                        h.endpointConfiguration(e -> e.url("https://x.example"))
                            .s3Configuration(
                                d -> d.roleARN(ROLE).bucketARN("arn:aws:s3:::archive")))))
        .hasMessageContaining("HttpEndpointDestinationConfiguration is not supported");
    assertThatThrownBy(() -> put("strict", "x".repeat(1_024_001)))
        .isInstanceOf(FirehoseException.class)
        .hasMessageContaining("Member must have length less than or equal to 1024000");
  }
}
