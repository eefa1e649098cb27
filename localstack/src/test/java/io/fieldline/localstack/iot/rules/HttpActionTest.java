// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.iot.model.Action;
import software.amazon.awssdk.services.iot.model.ConfirmTopicRuleDestinationRequest;
import software.amazon.awssdk.services.iot.model.ConfirmTopicRuleDestinationResponse;
import software.amazon.awssdk.services.iot.model.HttpAction;
import software.amazon.awssdk.services.iot.model.HttpActionHeader;
import software.amazon.awssdk.services.iot.model.ListTopicRuleDestinationsRequest;
import software.amazon.awssdk.services.iot.model.ListTopicRuleDestinationsResponse;
import software.amazon.awssdk.services.iot.model.TopicRuleDestinationStatus;
import software.amazon.awssdk.services.iot.model.UpdateTopicRuleDestinationRequest;
import software.amazon.awssdk.services.iot.model.UpdateTopicRuleDestinationResponse;

/// Rules that send to a web server on this machine.
class HttpActionTest {
  private final ServicesBench bench = new ServicesBench("sqs:SendMessage");
  private WebServer server;
  private String errors;

  @BeforeEach
  void listen() throws IOException {
    server = new WebServer();
    errors = bench.queue("errors");
  }

  @AfterEach
  void close() {
    bench.close();
    server.close();
  }

  private void rule(Consumer<HttpAction.Builder> http) {
    bench.rule(
        "web",
        p ->
            p.sql("SELECT t FROM 'a/+'")
                .actions(Action.builder().http(http).build())
                .errorAction(e ->
                    e.sqs(s -> s.queueUrl(errors).useBase64(false).roleArn(ServicesBench.ROLE))));
  }

  private void confirm() throws InterruptedException {
    bench.call(
        ConfirmTopicRuleDestinationRequest.builder()
            .confirmationToken(server.confirmation().member("confirmationToken"))
            .build(),
        ConfirmTopicRuleDestinationResponse.class);
  }

  private JsonNode failure() throws IOException {
    var bodies = bench.bodies(errors);
    assertThat(bodies).hasSize(1);
    return new ObjectMapper().readTree(bodies.getFirst()).path("failures").path(0);
  }

  @Test
  void aConfirmedServerGetsTheResultOfTheRule() throws Exception {
    rule(h ->
        h.url(server.url("/in/${topic(2)}"))
            .confirmationUrl(server.url("/in"))
            .headers(
                HttpActionHeader.builder().key("x-device").value("${topic(2)} at ${t}").build()));
    var asked = server.confirmation();
    assertThat(asked.target())
        .isEqualTo("/in/?confirmationToken=" + asked.member("confirmationToken"));
    assertThat(asked.member("messageType")).isEqualTo("DestinationConfirmation");
    assertThat(asked.member("enableUrl"))
        .endsWith("/confirmdestination/" + asked.member("confirmationToken"));
    assertThat(asked.headers().getFirst("x-amz-rules-engine-destination-arn"))
        .isEqualTo(asked.member("arn"))
        .startsWith("arn:aws:iot:us-east-1:000000000000:ruledestination/http/");
    server.confirmations.add(asked);
    confirm();

    bench.publish("a/pump", "{\"t\":21,\"u\":1}");

    var got = server.messages.getFirst();
    assertThat(got.target()).isEqualTo("/in/pump");
    assertThat(got.body()).isEqualTo("{\"t\":21}");
    assertThat(got.headers().getFirst("Content-Type")).isEqualTo("application/json");
    assertThat(got.headers().getFirst("x-device")).isEqualTo("pump at 21");
    assertThat(bench.engine.counts("web").failed()).isZero();
  }

  @Test
  void whatIsNoJsonIsSentAsItIs() throws Exception {
    bench.rule(
        "raw",
        p ->
            p.sql("SELECT * FROM 'a'")
                .actions(Action.builder().http(h -> h.url(server.url("/raw"))).build()));
    confirm();

    bench.publish("a", "21.5 C");

    var got = server.messages.getFirst();
    assertThat(got.body()).isEqualTo("21.5 C");
    assertThat(got.headers().getFirst("Content-Type")).isEqualTo("application/octet-stream");
  }

  @Test
  void aServerThatHasNotConfirmedGetsNothing() throws Exception {
    rule(h -> h.url(server.url("/in")));
    server.confirmation();

    bench.publish("a/b", "{\"t\":21}");

    assertThat(server.messages).isEmpty();
    JsonNode failure = failure();
    assertThat(failure.path("failedAction").asText()).isEqualTo("HttpAction");
    assertThat(failure.path("failedResource").asText()).isEqualTo(server.url("/in"));
    assertThat(failure.path("errorMessage").asText())
        .endsWith("must be ENABLED; it is IN_PROGRESS");
    assertThat(bench.engine.counts("web").failed()).isEqualTo(1);
  }

  @Test
  void aDestinationThatIsDisabledGetsNothing() throws Exception {
    rule(h -> h.url(server.url("/in")));
    confirm();
    var arn =
        bench
            .call(
                ListTopicRuleDestinationsRequest.builder().build(),
                ListTopicRuleDestinationsResponse.class)
            .destinationSummaries()
            .getFirst()
            .arn();
    bench.call(
        UpdateTopicRuleDestinationRequest.builder()
            .arn(arn)
            .status(TopicRuleDestinationStatus.DISABLED)
            .build(),
        UpdateTopicRuleDestinationResponse.class);

    bench.publish("a/b", "{\"t\":21}");

    assertThat(server.messages).isEmpty();
    assertThat(failure().path("errorMessage").asText()).endsWith("it is DISABLED");
  }

  @Test
  void aTemplateInTheConfirmationUrlNeedsADestinationOfItsOwn() throws Exception {
    rule(h -> h.url(server.url("/${topic(2)}")).confirmationUrl(server.url("/${topic(2)}")));

    bench.publish("a/b", "{\"t\":21}");

    assertThat(failure().path("errorMessage").asText())
        .isEqualTo(
            "the topic rule destination of "
                + server.url("/b")
                + " must be ENABLED; there is none");
    assertThat(server.confirmations).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void aServerThatIsBusyIsAskedAgain(int status) throws Exception {
    rule(h -> h.url(server.url("/in")));
    confirm();
    server.answers(status, status);

    bench.publish("a/b", "{\"t\":21}");

    assertThat(server.messages).hasSize(3);
    assertThat(bench.bodies(errors)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"503, 3", "404, 1", "302, 1"})
  void whatAServerDoesNotTakeIsAFailure(int status, int tries) throws Exception {
    rule(h -> h.url(server.url("/in")));
    confirm();
    server.answers(status, status, status, status);

    bench.publish("a/b", "{\"t\":21}");

    assertThat(server.messages).hasSize(tries);
    assertThat(failure().path("errorMessage").asText())
        .isEqualTo(
            server.url("/in") + " answered with HTTP status code " + status + " at try " + tries);
    assertThat(bench.engine.counts("web").failed()).isEqualTo(1);
  }

  @Test
  void aLargeResponseIsTheLast() throws Exception {
    rule(h -> h.url(server.url("/in")));
    confirm();
    server.answersWith(exchange -> WebServer.send(exchange, 503, 16_385));

    bench.publish("a/b", "{\"t\":21}");

    assertThat(server.messages).hasSize(1);
    assertThat(failure().path("errorMessage").asText()).contains("503 at try 1");
  }

  @Test
  void aServerThatIsSilentIsNotWaitedForLong() throws Exception {
    rule(h -> h.url(server.url("/in")));
    confirm();
    var told = new CountDownLatch(1);
    server.answersWith(_ -> await(told));

    bench.publish("a/b", "{\"t\":21}");

    told.countDown();
    assertThat(server.messages).hasSize(1);
    assertThat(failure().path("errorMessage").asText())
        .startsWith(server.url("/in") + " did not answer");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatIsNotCarriedOutIsRefusedByName() {
    var url = server.url("/in");

    assertThatThrownBy(() -> rule(h -> h.url(url).auth(a -> a.sigv4(s -> s.serviceName("x")))))
        .hasMessageContaining("http.auth (sigv4) is not supported by this local stack");
    assertThatThrownBy(() ->
            rule(
                h -> h.url(url).headers(HttpActionHeader.builder().key("Host").value("x").build())))
        .hasMessageContaining("the header 'Host' cannot be set");
    assertThatThrownBy(() -> rule(h -> h.url(server.url("/${topic()}"))))
        .hasMessageContaining("http.confirmationUrl is required");
    assertThatThrownBy(() -> rule(h -> h.url(url).confirmationUrl(server.url("/out"))))
        .hasMessageContaining("http.url must begin with http.confirmationUrl");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://example.com/in",
        "https://example.com:9443/in",
        "https://[::1]/in",
        "ftp://127.0.0.1/in",
        "127.0.0.1/in",
        "https://exa mple.com"
      })
  void anAddressThatIsNoneIsRefused(String url) {
    assertThatThrownBy(() -> rule(h -> h.url(url))).hasMessageStartingWith("http.url: ");
  }
}
