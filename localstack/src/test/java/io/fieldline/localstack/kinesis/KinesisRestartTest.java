// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.kinesis;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.LocalStackOptions;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/// What was acknowledged survives a stack that is killed.
class KinesisRestartTest {
  @TempDir private Path folder;

  static KinesisClient client(LocalStack stack) {
    return KinesisClient.builder()
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  static LocalStack stack(Path data) {
    return LocalStack.start(LocalStackOptions.forTest().withData(data));
  }

  @Test
  void aRecordThatWasAcknowledgedIsReadAfterAKillAndTheNextNumberIsHigher() throws Exception {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Writer.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String number;
    try (var out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      number = String.valueOf(out.readLine());
    } finally {
      process.destroyForcibly().waitFor();
    }

    try (var stack = stack(folder);
        var kinesis = client(stack)) {
      String next =
          kinesis
              .putRecord(r ->
                  r.streamName("kept").partitionKey("k").data(SdkBytes.fromUtf8String("after")))
              .sequenceNumber();
      String iterator =
          kinesis
              .getShardIterator(r ->
                  r.streamName("kept")
                      .shardId("shardId-000000000000")
                      .shardIteratorType("TRIM_HORIZON"))
              .shardIterator();

      assertThat(kinesis.getRecords(r -> r.shardIterator(iterator)).records())
          .extracting(r -> r.sequenceNumber(), r -> r.data().asUtf8String())
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(number, "before"),
              org.assertj.core.groups.Tuple.tuple(next, "after"));
    }
  }

  /// A stack that puts one record, tells its number and waits for its end.
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) throws Exception {
      var stack = stack(Path.of(arguments[0]));
      var kinesis = client(stack);
      kinesis.createStream(r -> r.streamName("kept").shardCount(1));
      var put =
          kinesis.putRecord(
              r -> r.streamName("kept").partitionKey("k").data(SdkBytes.fromUtf8String("before")));
      System.out.println(put.sequenceNumber());
      System.out.flush();
      Thread.currentThread().join();
    }
  }
}
