// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// The unmodified `aws` command line against the stack.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AwsCliTest {
  private static final String TRUST =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":"
          + "\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}";
  private static final String READ_QUEUES =
      "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\","
          + "\"Action\":\"sqs:ListQueues\",\"Resource\":\"*\"}]}";

  @TempDir Path folder;

  private final ObjectMapper json = new ObjectMapper();
  private final LocalStack stack = LocalStack.start();

  private record Outcome(int exitCode, String output) {}

  @BeforeAll
  void theCommandLineIsInstalled() {
    assertThat(Path.of("/usr/bin/aws")).as("Debian: apt install awscli").isExecutable();
  }

  @AfterAll
  void close() {
    stack.close();
  }

  @Test
  void stsSaysWhoCalls() throws Exception {
    JsonNode identity = json.readTree(succeeds("sts", "get-caller-identity"));
    assertThat(identity.path("Account").asText()).isEqualTo("000000000000");
  }

  @Test
  void aUserWithoutPermissionIsDeniedAndTheActionIsNamed() throws Exception {
    succeeds("iam", "create-role", "--role-name", "cli", "--assume-role-policy-document", TRUST);
    succeeds(
        "iam",
        "put-role-policy",
        "--role-name",
        "cli",
        "--policy-name",
        "queues",
        "--policy-document",
        READ_QUEUES);
    succeeds("iam", "create-user", "--user-name", "nobody");
    JsonNode key =
        json.readTree(succeeds("iam", "create-access-key", "--user-name", "nobody"))
            .path("AccessKey");

    Outcome denied =
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
    succeeds("s3api", "create-bucket", "--bucket", "cli-files");
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
  void aStackThatDoesNotExistIsNamed() throws Exception {
    Outcome outcome = aws("cloudformation", "describe-stacks", "--stack-name", "absent");
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).contains("ValidationError", "absent");
  }

  @Test
  void anOperationThatIsNotSupportedIsRefusedByName() throws Exception {
    Outcome outcome = aws("ssm", "describe-maintenance-windows");
    assertThat(outcome.exitCode()).isNotZero();
    assertThat(outcome.output()).contains("DescribeMaintenanceWindows");
  }

  private String succeeds(String... arguments) throws IOException, InterruptedException {
    Outcome outcome = aws(arguments);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  private Outcome aws(String... arguments) throws IOException, InterruptedException {
    return aws("test", "test", List.of(arguments));
  }

  private Outcome aws(String keyId, String secret, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("/usr/bin/aws"));
    line.addAll(List.of("--endpoint-url", stack.endpoint().toString(), "--output", "json"));
    line.addAll(arguments);
    Path output = Files.createTempFile(folder, "aws", ".out");
    var builder = new ProcessBuilder(line).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ACCESS_KEY_ID", keyId,
                "AWS_SECRET_ACCESS_KEY", secret,
                "AWS_DEFAULT_REGION", "us-east-1",
                "AWS_MAX_ATTEMPTS", "1",
                "AWS_PAGER", "",
                "AWS_EC2_METADATA_DISABLED", "true",
                "HOME", folder.toString()));
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      boolean ended = process.waitFor(40, TimeUnit.SECONDS);
      String said = Files.readString(output);
      assertThat(ended).as("%s ends in time; it said: %s", line, said).isTrue();
      return new Outcome(process.exitValue(), said);
    } finally {
      process.destroyForcibly();
    }
  }
}
