// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.stack;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.acceptance.pipeline.AwsClients;
import io.fieldline.acceptance.pipeline.AwsCommand;
import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.localstack.LocalStack;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.s3.S3Client;

/// The unmodified `aws` command line against the stack.
///
/// What a case needs beforehand is made with the SDK: every start of the command line costs a
/// second.
@Order(31)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsCliTest {
  private static final String TRUST =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":"
          + "\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}";
  private static final String WRITE_OBJECTS =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
          + "\"Action\":\"s3:PutObject\",\"Resource\":\"*\"}]}";

  @TempDir Path folder;

  private final ObjectMapper json = new ObjectMapper();
  private final LocalStack stack = LocalStack.start();
  private final AwsClients sdk = new AwsClients(stack.endpoint());
  private final IamClient iam = sdk.client(IamClient.builder());
  private final S3Client s3 = sdk.client(S3Client.builder().forcePathStyle(true));

  @BeforeAll
  void theCommandLineIsInstalled() {
    assertThat(Path.of("/usr/bin/aws")).as("Debian: apt install awscli").isExecutable();
  }

  @AfterAll
  void close() {
    sdk.close();
    stack.close();
  }

  @Test
  void stsSaysWhoCalls() throws Exception {
    JsonNode identity = json.readTree(succeeds("sts", "get-caller-identity"));
    assertThat(identity.path("Account").asText()).isEqualTo("000000000000");
  }

  @Test
  void theSamePortSpeaksTls() throws Exception {
    Path authority = folder.resolve("ca.pem");
    try (var pem = stack.endpoint().resolve("/_local/ca.pem").toURL().openStream()) {
      Files.copy(pem, authority);
    }
    String secure = "https://localhost:" + stack.endpoint().getPort();

    String answer =
        succeeds(
            "--endpoint-url",
            secure,
            "--ca-bundle",
            authority.toString(),
            "sts",
            "get-caller-identity");

    assertThat(answer).contains("000000000000");
  }

  @Test
  void aUserWithoutPermissionIsDeniedAndTheActionIsNamed() throws Exception {
    succeeds("iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", TRUST);
    iam.createUser(create -> create.userName("nobody"));
    JsonNode key =
        json.readTree(succeeds("iam", "create-access-key", "--user-name", "nobody"))
            .path("AccessKey");

    Program.Outcome denied =
        aws(
            key.path("AccessKeyId").asText(),
            key.path("SecretAccessKey").asText(),
            List.of("iam", "get-role", "--role-name", "cli"));

    assertThat(denied.exitCode()).as(denied.output()).isNotZero();
    assertThat(denied.output()).contains("AccessDenied", "iam:GetRole", "user/nobody");
  }

  @Test
  void aLargeFileGoesUpInPartsAndComesDownUnchanged() throws Exception {
    byte[] content = new byte[9 * 1024 * 1024];
    new Random(7).nextBytes(content);
    Path up = Files.write(folder.resolve("up.bin"), content);
    Path down = folder.resolve("down.bin");
    s3.createBucket(create -> create.bucket("cli-files"));
    succeeds("s3", "cp", "--no-progress", up.toString(), "s3://cli-files/folder/file.bin");
    succeeds("s3", "cp", "--no-progress", "s3://cli-files/folder/file.bin", down.toString());
    assertThat(Files.mismatch(up, down)).isEqualTo(-1);
  }

  @Test
  void aParameterIsKept() throws Exception {
    succeeds("ssm", "put-parameter", "--name", "/cli/a", "--type", "String", "--value", "one");
    JsonNode answer = json.readTree(succeeds("ssm", "get-parameter", "--name", "/cli/a"));
    assertThat(answer.path("Parameter").path("Value").asText()).isEqualTo("one");
  }

  @Test
  void aRecordGoesIntoAStreamAndIsReadBack() throws Exception {
    sdk.client(KinesisClient.builder())
        .createStream(create -> create.streamName("cli").shardCount(1));
    succeeds("kinesis", "wait", "stream-exists", "--stream-name", "cli");
    JsonNode put =
        json.readTree(
            succeeds(
                "kinesis",
                "put-record",
                "--stream-name",
                "cli",
                "--partition-key",
                "pump",
                "--data",
                "MjEuNQ=="));
    String iterator =
        json.readTree(
                succeeds(
                    "kinesis",
                    "get-shard-iterator",
                    "--stream-name",
                    "cli",
                    "--shard-id",
                    put.path("ShardId").asText(),
                    "--shard-iterator-type",
                    "AT_TIMESTAMP",
                    "--timestamp",
                    "2020-01-01T00:00:00Z"))
            .path("ShardIterator")
            .asText();

    JsonNode read = json.readTree(succeeds("kinesis", "get-records", "--shard-iterator", iterator));

    JsonNode record = read.path("Records").path(0);
    assertThat(record.path("SequenceNumber")).isEqualTo(put.path("SequenceNumber"));
    assertThat(record.path("PartitionKey").asText()).isEqualTo("pump");
    assertThat(read.path("MillisBehindLatest").asLong()).isZero();
    Program.Outcome absent = aws("kinesis", "describe-stream", "--stream-name", "absent");
    assertThat(absent.output()).contains("ResourceNotFoundException", "Stream absent");
  }

  @Test
  void aRecordGoesThroughADeliveryStreamIntoABucket() throws Exception {
    s3.createBucket(create -> create.bucket("cli-archive"));
    iam.createRole(create ->
        create
            .roleName("cli-delivery")
            .assumeRolePolicyDocument(TRUST.replace("lambda.", "firehose.")));
    iam.putRolePolicy(
        put -> put.roleName("cli-delivery").policyName("write").policyDocument(WRITE_OBJECTS));
    succeeds(
        "firehose",
        "create-delivery-stream",
        "--delivery-stream-name",
        "cli",
        "--extended-s3-destination-configuration",
        "RoleARN=arn:aws:iam::000000000000:role/cli-delivery,BucketARN=arn:aws:s3:::cli-archive,"
            + "BufferingHints={SizeInMBs=1,IntervalInSeconds=60}");

    succeeds(
        "firehose", "put-record", "--delivery-stream-name", "cli", "--record", "Data=MjEuNQ==");

    stack.clock().advance(Duration.ofSeconds(61));
    Await.until(
        "the object is in the bucket",
        Duration.ofSeconds(30),
        () -> s3.listObjectsV2(list -> list.bucket("cli-archive")).contents(),
        found -> !found.isEmpty());
    assertThat(succeeds("s3api", "list-objects-v2", "--bucket", "cli-archive")).contains("/cli-1-");
  }

  @Test
  void aStackThatDoesNotExistIsNamed() throws Exception {
    Program.Outcome outcome = aws("cloudformation", "describe-stacks", "--stack-name", "absent");
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).contains("ValidationError", "absent");
  }

  @Test
  void anOperationThatIsNotSupportedIsRefusedByName() throws Exception {
    Program.Outcome outcome = aws("ssm", "describe-maintenance-windows");
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).contains("DescribeMaintenanceWindows");
  }

  private AwsCommand command() {
    return new AwsCommand(stack.endpoint(), folder);
  }

  private String succeeds(String... arguments) {
    return command().says(arguments);
  }

  private Program.Outcome aws(String... arguments) {
    return command().run(arguments);
  }

  private Program.Outcome aws(String keyId, String secret, List<String> arguments) {
    return command().runAs(keyId, secret, arguments);
  }
}
