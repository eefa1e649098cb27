// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.stack;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Program;
import io.fieldline.acceptance.pipeline.StackProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
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
    var first = StackProcess.start(folder);
    try (IamClient iam = iam(first.endpoint());
        S3Client s3 = s3(first.endpoint())) {
      iam.createRole(role -> role.roleName("kept").assumeRolePolicyDocument(TRUST));
      s3.createBucket(bucket -> bucket.bucket("kept"));
      s3.putObject(
          object -> object.bucket("kept").key("a/b"), RequestBody.fromString("still here"));
    } finally {
      first.kill();
    }

    try (var second = first.again();
        IamClient iam = iam(second.endpoint());
        S3Client s3 = s3(second.endpoint())) {
      assertThat(iam.getRole(role -> role.roleName("kept")).role().roleName()).isEqualTo("kept");
      assertThat(s3.getObjectAsBytes(object -> object.bucket("kept").key("a/b")).asUtf8String())
          .isEqualTo("still here");
    }
  }

  @Test
  void aBusyPortIsNamedWithItsOwner() throws Exception {
    try (var busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      for (boolean mqtt : new boolean[] {false, true}) {
        int port = busy.getLocalPort();
        try (var program = StackProcess.program(folder, mqtt ? 0 : port, mqtt ? port : 0)) {
          Program.Outcome outcome = program.ended(Duration.ofSeconds(20));
          assertThat(outcome.exitCode()).as(outcome.output()).isEqualTo(1);
          assertThat(outcome.output())
              .contains("cannot listen on port " + port)
              .contains("by java (pid " + ProcessHandle.current().pid() + ")")
              .doesNotContain("\tat ");
        }
      }
    }
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
