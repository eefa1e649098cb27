// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.Principal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.InvalidRequestException;
import software.amazon.awssdk.services.iot.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.iot.model.TopicRuleDestination;
import software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus;
import software.amazon.awssdk.services.iot.model.UnauthorizedException;
import software.amazon.awssdk.services.iot.model.UpdateTopicRuleDestinationRequest;
import software.amazon.awssdk.services.iot.model.UpdateTopicRuleDestinationResponse;

/// Destinations by the SDK, confirmed by a web server on this machine.
class TopicRuleDestinationsTest {
  private static LocalStack stack;
  private static IotClient iot;

  private WebServer server;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    iot = client(IotClient.builder());
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .build();
  }

  @AfterAll
  static void stop() {
    iot.close();
    stack.close();
  }

  @BeforeEach
  void listen() throws IOException {
    server = new WebServer();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static TopicRuleDestination create(String url) {
    return iot.createTopicRuleDestination(r ->
            r.destinationConfiguration(c -> c.httpUrlConfiguration(h -> h.confirmationUrl(url))))
        .topicRuleDestination();
  }

  private static TopicRuleDestination get(String arn) {
    return iot.getTopicRuleDestination(r -> r.arn(arn)).topicRuleDestination();
  }

  /// Beside the SDK's client on the JDK's connections, which cannot send PATCH.
  private static void become(String arn, TopicRuleDestinationStatus status) {
    var person =
        new Caller(
            new Principal.Root("000000000000"), "000000000000", "us-east-1", "test", Map.of());
    stack
        .api()
        .call(
            person,
            UpdateTopicRuleDestinationRequest.builder().arn(arn).status(status).build(),
            UpdateTopicRuleDestinationResponse.class);
  }

  private static int visit(String url) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .statusCode();
    }
  }

  @Test
  void aServerConfirmsByVisitingTheAddressThatItIsTold() throws Exception {
    var made = create(server.url("/in"));

    assertThat(made.status()).isEqualTo(TopicRuleDestinationStatus.IN_PROGRESS);
    assertThat(made.httpUrlProperties().confirmationUrl()).isEqualTo(server.url("/in"));
    assertThat(visit(server.confirmation().member("enableUrl"))).isEqualTo(200);
    assertThat(get(made.arn()).status()).isEqualTo(TopicRuleDestinationStatus.ENABLED);
    assertThat(iot.listTopicRuleDestinations(r -> {}).destinationSummaries())
        .anySatisfy(s -> {
          assertThat(s.arn()).isEqualTo(made.arn());
          assertThat(s.httpUrlSummary().confirmationUrl()).isEqualTo(server.url("/in"));
        });
  }

  @Test
  void aDestinationIsDisabledEnabledAskedAgainAndDeleted() throws Exception {
    var arn = create(server.url("/in")).arn();
    var first = server.confirmation().member("confirmationToken");
    assertThatThrownBy(() -> become(arn, TopicRuleDestinationStatus.ENABLED))
        .isInstanceOf(AwsFailure.class)
        .hasMessageContaining("IN_PROGRESS");
    iot.confirmTopicRuleDestination(r -> r.confirmationToken(first));

    become(arn, TopicRuleDestinationStatus.DISABLED);
    assertThat(get(arn).status()).isEqualTo(TopicRuleDestinationStatus.DISABLED);
    become(arn, TopicRuleDestinationStatus.ENABLED);
    assertThat(get(arn).status()).isEqualTo(TopicRuleDestinationStatus.ENABLED);
    become(arn, TopicRuleDestinationStatus.IN_PROGRESS);

    var second = server.confirmation().member("confirmationToken");
    assertThatThrownBy(() -> iot.confirmTopicRuleDestination(r -> r.confirmationToken(first)))
        .isInstanceOf(InvalidRequestException.class);
    iot.confirmTopicRuleDestination(r -> r.confirmationToken(second));
    iot.deleteTopicRuleDestination(r -> r.arn(arn));
    assertThatThrownBy(() -> get(arn)).isInstanceOf(UnauthorizedException.class);
  }

  @Test
  void aServerThatCannotBeAskedIsAnErrorWithItsReason() throws Exception {
    var url = server.url("/gone");
    server.close();

    var arn = create(url).arn();

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (get(arn).status() != TopicRuleDestinationStatus.ERROR) {
      assertThat(System.nanoTime()).as("time to become ERROR").isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    assertThat(get(arn).statusReason()).contains("did not answer");
  }

  @Test
  void aTokenIsGoodForADay() throws Exception {
    var arn = create(server.url("/late")).arn();
    var url = server.confirmation().member("enableUrl");

    stack.clock().advance(Duration.ofDays(1));

    assertThat(visit(url)).isEqualTo(400);
    assertThat(get(arn).status()).isEqualTo(TopicRuleDestinationStatus.ERROR);
    assertThat(get(arn).statusReason()).isEqualTo("Confirmation timed out");
  }

  @Test
  void aTemplateDeclaresADestinationThatItsServerConfirms() throws Exception {
    try (var cloud = client(CloudFormationClient.builder())) {
      var template =
          """
          {"Resources":{"D":{"Type":"AWS::IoT::TopicRuleDestination","Properties":{
            "HttpUrlProperties":{"ConfirmationUrl":"%s"}}}},
           "Outputs":{"Arn":{"Value":{"Ref":"D"}}}}\
          """
              .formatted(server.url("/template"));
      cloud.createStack(r -> r.stackName("web").templateBody(template));
      assertThat(visit(server.confirmation().member("enableUrl"))).isEqualTo(200);
      cloud.waiter().waitUntilStackCreateComplete(r -> r.stackName("web"));
      var arn =
          cloud
              .describeStacks(r -> r.stackName("web"))
              .stacks()
              .getFirst()
              .outputs()
              .getFirst()
              .outputValue();

      assertThat(get(arn).status()).isEqualTo(TopicRuleDestinationStatus.ENABLED);
      cloud.deleteStack(r -> r.stackName("web"));
      cloud.waiter().waitUntilStackDeleteComplete(r -> r.stackName("web"));
      assertThatThrownBy(() -> get(arn)).isInstanceOf(UnauthorizedException.class);
    }
  }

  @Test
  void whatIsWrongIsRefused() {
    var url = server.url("/twice");
    create(url);

    assertThatThrownBy(() -> create(url)).isInstanceOf(ResourceAlreadyExistsException.class);
    assertThatThrownBy(() -> create("http://example.com/"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("expected https:// on port 443 or 8443");
    assertThatThrownBy(() ->
            iot.createTopicRuleDestination(r ->
                r.destinationConfiguration(
                    c -> c.vpcConfiguration(v -> v.subnetIds("s").vpcId("v").roleArn("r")))))
        .hasMessageContaining("vpcConfiguration is not supported by this local stack");
    assertThatThrownBy(() -> get("arn:aws:iot:us-east-1:000000000000:ruledestination/http/none"))
        .isInstanceOf(UnauthorizedException.class);
  }
}
