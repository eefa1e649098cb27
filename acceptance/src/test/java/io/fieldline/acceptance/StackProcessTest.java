// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.Main;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.s3.S3Client;

/// The stack as a real process: it survives a kill, and says why it does not start.
@Timeout(60)
class StackProcessTest {
  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      """;

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedIsThereAfterAKill() throws Exception {
    Process first = main("--port", "0", "--mqtt-port", "0", "--data", folder.toString());
    try {
      URI endpoint = ready(first);
      try (IamClient iam = iam(endpoint);
          S3Client s3 = s3(endpoint)) {
        iam.createRole(role -> role.roleName("kept").assumeRolePolicyDocument(TRUST));
        s3.createBucket(bucket -> bucket.bucket("kept"));
        s3.putObject(
            object -> object.bucket("kept").key("a/b"), RequestBody.fromString("still here"));
      }
    } finally {
      first.destroyForcibly();
    }
    assertThat(first.waitFor(10, TimeUnit.SECONDS)).as("the killed stack ends").isTrue();

    Process second = main("--port", "0", "--mqtt-port", "0", "--data", folder.toString());
    try {
      URI endpoint = ready(second);
      try (IamClient iam = iam(endpoint);
          S3Client s3 = s3(endpoint)) {
        assertThat(iam.getRole(role -> role.roleName("kept")).role().roleName()).isEqualTo("kept");
        assertThat(s3.getObjectAsBytes(object -> object.bucket("kept").key("a/b")).asUtf8String())
            .isEqualTo("still here");
      }
    } finally {
      second.destroyForcibly();
    }
  }

  @Test
  void aBusyPortIsNamed() throws Exception {
    try (var busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = String.valueOf(busy.getLocalPort());
      Process process = main("--port", port, "--mqtt-port", "0", "--data", folder.toString());
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        String said = String.join("\n", output.lines().toList());
        assertThat(process.waitFor(Duration.ofSeconds(20))).isTrue();
        assertThat(process.exitValue()).as(said).isEqualTo(1);
        assertThat(said).contains(port).doesNotContain("\tat ");
      } finally {
        process.destroyForcibly();
      }
    }
  }

  private static Process main(String... arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    line.add("--enable-native-access=ALL-UNNAMED");
    line.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    line.addAll(List.of(arguments));
    return new ProcessBuilder(line).redirectErrorStream(true).start();
  }

  private static URI ready(Process process) throws IOException {
    var said = new StringBuilder();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      if (line.startsWith("ready ")) {
        return URI.create(line.split(" ")[1]);
      }
    }
    throw new AssertionError("the stack ended before it was ready: " + said);
  }

  private static IamClient iam(URI endpoint) {
    return IamClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(CREDENTIALS)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  private static S3Client s3(URI endpoint) {
    return S3Client.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(CREDENTIALS)
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }
}
