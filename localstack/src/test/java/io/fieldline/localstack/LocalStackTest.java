// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.NoSuchEntityException;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.IotException;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

class LocalStackTest {
  private static LocalStack stack;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
  }

  @AfterAll
  static void stop() {
    stack.close();
  }

  @Test
  void theHealthPageAnswersWithoutASignature() throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(stack.endpoint() + "/_local/health")).build(),
              BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("ok");
    }
  }

  /// As a client does that is told nothing but the authority.
  @Test
  void theSamePortSpeaksTls() throws Exception {
    try (var http = HttpClient.newBuilder().sslContext(trusting(get("/_local/ca.pem"))).build()) {
      var at = URI.create("https://localhost:" + stack.endpoint().getPort() + "/_local/health");

      var answer = http.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.sslSession()).isPresent();
    }
  }

  private static String get(String path) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(stack.endpoint() + path)).build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  private static SSLContext trusting(String pem) throws Exception {
    var keys = KeyStore.getInstance(KeyStore.getDefaultType());
    keys.load(null, null);
    try (var text = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8))) {
      keys.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(text));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(keys);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void theRootIsTheAccountOfTheKey() {
    try (var sts = client(StsClient.builder(), "test", "test");
        var other = client(StsClient.builder(), "123456789012", "test")) {
      assertThat(sts.getCallerIdentity().arn()).isEqualTo("arn:aws:iam::000000000000:root");
      assertThat(other.getCallerIdentity().account()).isEqualTo("123456789012");
    }
  }

  @Test
  void aWrongSecretIsRefused() {
    try (var sts = client(StsClient.builder(), "test", "wrong")) {
      assertThatThrownBy(sts::getCallerIdentity)
          .isInstanceOfSatisfying(
              StsException.class,
              e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("SignatureDoesNotMatch"));
    }
  }

  @Test
  void aRoleOfTheAccountIsAssumedAndSigns() {
    try (var iam = client(IamClient.builder(), "test", "test");
        var sts = client(StsClient.builder(), "test", "test")) {
      var role =
          iam.createRole(r ->
                  r.roleName("pump")
                      .assumeRolePolicyDocument(
                          """
                          {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
                            "Principal":{"AWS":"arn:aws:iam::000000000000:root"}}]}
                          """))
              .role();

      var key = sts.assumeRole(r -> r.roleArn(role.arn()).roleSessionName("s1")).credentials();

      var session =
          AwsSessionCredentials.create(
              key.accessKeyId(), key.secretAccessKey(), key.sessionToken());
      try (var assumed =
          StsClient.builder()
              .endpointOverride(stack.endpoint())
              .region(Region.US_EAST_1)
              .httpClient(UrlConnectionHttpClient.create())
              .credentialsProvider(StaticCredentialsProvider.create(session))
              .build()) {
        assertThat(assumed.getCallerIdentity().arn())
            .isEqualTo("arn:aws:sts::000000000000:assumed-role/pump/s1");
      }
    }
  }

  @Test
  void anUnknownEntityIsTheSdksOwnException() {
    try (var iam = client(IamClient.builder(), "test", "test")) {
      assertThatThrownBy(() -> iam.getRole(r -> r.roleName("nobody")))
          .isInstanceOf(NoSuchEntityException.class);
    }
  }

  @Test
  void anOperationThatIsNotThereIsRefusedByName() {
    try (var iot = client(IotClient.builder(), "test", "test")) {
      assertThatThrownBy(() -> iot.describeIndex(r -> r.indexName("x")))
          .isInstanceOf(IotException.class);
      assertThatThrownBy(() -> iot.describeIndex(r -> r.indexName("AWS_Things")))
          .hasMessageContaining("iot:DescribeIndex");
    }
  }

  @Test
  void aMissingMemberIsRefusedInAwssWords() {
    try (var iot = client(IotClient.builder(), "test", "test")) {
      assertThatThrownBy(() -> iot.createTopicRule(r -> r.ruleName("a-b")))
          .hasMessageContaining("Member must satisfy regular expression pattern")
          .hasMessageContaining("Value null at 'topicRulePayload.sql'");
    }
  }

  static <
          B extends
              AwsClientBuilder<B, C>
                  & software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder<B, C>,
          C>
      C client(B builder, String key, String secret) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(key, secret)))
        .build();
  }
}
