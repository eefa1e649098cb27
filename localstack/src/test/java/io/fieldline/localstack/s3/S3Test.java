// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.ssm.SsmClient;

class S3Test {
  private static final StaticCredentialsProvider TEST =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test"));

  private static LocalStack stack;
  private static S3Client s3;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    s3 =
        S3Client.builder()
            .endpointOverride(stack.endpoint())
            .region(Region.US_EAST_1)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(TEST)
            .build();
  }

  @AfterAll
  static void stop() {
    s3.close();
    stack.close();
  }

  @Test
  void whatCdkBootstrapMakesIsThere() {
    assertThat(s3.listBuckets().buckets())
        .anySatisfy(
            b -> assertThat(b.name()).isEqualTo("cdk-hnb659fds-assets-000000000000-us-east-1"));
    try (var ssm =
        SsmClient.builder()
            .endpointOverride(stack.endpoint())
            .region(Region.US_EAST_1)
            .httpClient(UrlConnectionHttpClient.create())
            .credentialsProvider(TEST)
            .build()) {
      assertThat(
              ssm.getParameter(r -> r.name("/cdk-bootstrap/hnb659fds/version")).parameter().value())
          .isEqualTo("33");
    }
  }

  @Test
  void anObjectComesBackAsItWent() {
    s3.createBucket(r -> r.bucket("round-trip"));
    byte[] bytes = bytes(300_000);

    s3.putObject(
        r ->
            r.bucket("round-trip")
                .key("a b/ü+?.bin")
                .contentType("application/x-test")
                .metadata(Map.of("who", "me")),
        RequestBody.fromBytes(bytes));

    var got = s3.getObjectAsBytes(r -> r.bucket("round-trip").key("a b/ü+?.bin"));
    assertThat(got.asByteArray()).isEqualTo(bytes);
    assertThat(got.response().contentType()).isEqualTo("application/x-test");
    assertThat(got.response().metadata()).containsEntry("who", "me");
    assertThat(s3.headObject(r -> r.bucket("round-trip").key("a b/ü+?.bin")).contentLength())
        .isEqualTo(300_000);
    var part =
        s3.getObjectAsBytes(r -> r.bucket("round-trip").key("a b/ü+?.bin").range("bytes=5-9"));
    assertThat(part.asByteArray()).hasSize(5).startsWith(bytes[5]);
    assertThat(part.response().contentRange()).isEqualTo("bytes 5-9/300000");
  }

  @Test
  void keysAreListedByPrefixDelimiterAndPage() {
    s3.createBucket(r -> r.bucket("listed"));
    for (String key : new String[] {"a/1", "a/2", "b", "c/1", "d"}) {
      s3.putObject(r -> r.bucket("listed").key(key), RequestBody.fromString(key));
    }

    var grouped = s3.listObjectsV2(r -> r.bucket("listed").delimiter("/"));
    var pages = s3.listObjectsV2Paginator(r -> r.bucket("listed").maxKeys(2));

    assertThat(grouped.commonPrefixes()).extracting(p -> p.prefix()).containsExactly("a/", "c/");
    assertThat(grouped.contents()).extracting(o -> o.key()).containsExactly("b", "d");
    assertThat(pages.contents().stream().map(o -> o.key()))
        .containsExactly("a/1", "a/2", "b", "c/1", "d");
    assertThat(s3.listObjectsV2(r -> r.bucket("listed").prefix("a/")).keyCount()).isEqualTo(2);
  }

  @Test
  void anUploadInPartsBecomesOneObject() {
    s3.createBucket(r -> r.bucket("parts"));
    String id = s3.createMultipartUpload(r -> r.bucket("parts").key("k")).uploadId();
    byte[] first = bytes(200_000);
    byte[] second = bytes(10);

    var one =
        s3.uploadPart(
            r -> r.bucket("parts").key("k").uploadId(id).partNumber(1),
            RequestBody.fromBytes(first));
    var two =
        s3.uploadPart(
            r -> r.bucket("parts").key("k").uploadId(id).partNumber(2),
            RequestBody.fromBytes(second));
    s3.completeMultipartUpload(r ->
        r.bucket("parts")
            .key("k")
            .uploadId(id)
            .multipartUpload(m ->
                m.parts(
                    CompletedPart.builder().partNumber(1).eTag(one.eTag()).build(),
                    CompletedPart.builder().partNumber(2).eTag(two.eTag()).build())));

    assertThat(s3.getObjectAsBytes(r -> r.bucket("parts").key("k")).asByteArray())
        .hasSize(200_010)
        .startsWith(first)
        .endsWith(second);
  }

  @Test
  void aBucketThatHoldsAnObjectIsNotDeleted() {
    s3.createBucket(r -> r.bucket("full"));
    s3.putObject(r -> r.bucket("full").key("k"), RequestBody.fromString("x"));

    assertThatThrownBy(() -> s3.deleteBucket(r -> r.bucket("full")))
        .isInstanceOfSatisfying(
            S3Exception.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("BucketNotEmpty"));
    s3.deleteObjects(
        r -> r.bucket("full").delete(d -> d.objects(ObjectIdentifier.builder().key("k").build())));
    s3.deleteBucket(r -> r.bucket("full"));
    assertThatThrownBy(() -> s3.getObject(r -> r.bucket("parts").key("none")))
        .isInstanceOfAny(NoSuchKeyException.class, S3Exception.class);
  }

  @Test
  void aCopyKeepsBytesAndHeaders() {
    s3.createBucket(r -> r.bucket("copied"));
    s3.putObject(
        r -> r.bucket("copied").key("from").contentType("text/x"), RequestBody.fromString("same"));

    s3.copyObject(r ->
        r.sourceBucket("copied")
            .sourceKey("from")
            .destinationBucket("copied")
            .destinationKey("to"));

    var copy = s3.getObjectAsBytes(r -> r.bucket("copied").key("to"));
    assertThat(copy.asUtf8String()).isEqualTo("same");
    assertThat(copy.response().contentType()).isEqualTo("text/x");
  }

  @Test
  void aPresignedAddressNeedsNoOtherCredentials() throws Exception {
    s3.createBucket(r -> r.bucket("presigned"));
    try (var presigner =
            S3Presigner.builder()
                .endpointOverride(stack.endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(TEST)
                .serviceConfiguration(
                    S3Configuration.builder().pathStyleAccessEnabled(true).build())
                .build();
        var http = HttpClient.newHttpClient()) {
      var put =
          presigner.presignPutObject(r ->
              r.signatureDuration(Duration.ofMinutes(5))
                  .putObjectRequest(o -> o.bucket("presigned").key("k")));

      var stored =
          http.send(
              HttpRequest.newBuilder(put.url().toURI())
                  .PUT(HttpRequest.BodyPublishers.ofString("hello"))
                  .build(),
              BodyHandlers.ofString());
      var refused =
          http.send(
              HttpRequest.newBuilder(java.net.URI.create(stack.endpoint() + "/presigned/k"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(stored.statusCode()).isEqualTo(200);
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(s3.getObjectAsBytes(r -> r.bucket("presigned").key("k")).asUtf8String())
          .isEqualTo("hello");
    }
  }

  @Test
  void aConfigurationIsKeptAsItCame() {
    s3.createBucket(r -> r.bucket("configured"));
    s3.putBucketTagging(r ->
        r.bucket("configured").tagging(t -> t.tagSet(Tag.builder().key("a").value("b").build())));

    assertThat(s3.getBucketTagging(r -> r.bucket("configured")).tagSet())
        .singleElement()
        .satisfies(t -> assertThat(t.value()).isEqualTo("b"));
    assertThatThrownBy(() -> s3.getBucketEncryption(r -> r.bucket("configured")))
        .isInstanceOfSatisfying(S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(404));
  }

  @Test
  void aConditionIsHeldAgainstWhatIsThereNow() {
    s3.createBucket(r -> r.bucket("conditions"));
    String first =
        s3.putObject(r -> r.bucket("conditions").key("k"), RequestBody.fromString("1")).eTag();
    String second =
        s3.putObject(
                r -> r.bucket("conditions").key("k").ifMatch(first), RequestBody.fromString("2"))
            .eTag();

    assertThatThrownBy(() ->
            s3.putObject(
                r -> r.bucket("conditions").key("k").ifMatch(first), RequestBody.fromString("3")))
        .hasMessageContaining("412");
    assertThatThrownBy(() -> s3.deleteObject(r -> r.bucket("conditions").key("k").ifMatch(first)))
        .hasMessageContaining("412");
    s3.deleteObject(r -> r.bucket("conditions").key("k").ifMatch(second));
    assertThatThrownBy(() -> s3.deleteObject(r -> r.bucket("conditions").key("k").ifMatch(second)))
        .hasMessageContaining("404");
  }

  private static byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(7).nextBytes(bytes);
    return bytes;
  }
}
