// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sns;

import static io.fieldline.localstack.sns.SnsBench.eventually;
import static io.fieldline.localstack.sns.SnsBench.json;
import static io.fieldline.localstack.sns.SnsBench.queueArn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.model.Subscription;

/// Subscriptions of an HTTP server, which has to confirm them.
class SnsHttpTest {
  private static SnsBench bench;

  private final List<Got> got = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile int answer = 200;

  private record Got(Headers headers, String body) {
    String type() {
      return headers.getFirst("x-amz-sns-message-type");
    }
  }

  @BeforeAll
  static void start() {
    bench = new SnsBench();
  }

  @AfterAll
  static void stop() {
    bench.close();
  }

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      got.add(new Got(exchange.getRequestHeaders(), body));
      exchange.sendResponseHeaders(answer, -1);
    }
  }

  @AfterEach
  void hangUp() {
    server.stop(0);
  }

  private String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/alarms";
  }

  private Got next(int number) {
    return eventually(() -> got, g -> g.size() > number).get(number);
  }

  private static int visit(String url) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
          .statusCode();
    }
  }

  /// Subscribes the server, and visits the address that it is told.
  private String confirmed(String topic, Map<String, String> attributes) throws Exception {
    String arn =
        bench
            .sns
            .subscribe(r ->
                r.topicArn(topic)
                    .protocol("http")
                    .endpoint(endpoint())
                    .attributes(attributes)
                    .returnSubscriptionArn(true))
            .subscriptionArn();
    assertThat(visit(json(next(0).body()).path("SubscribeURL").asText())).isEqualTo(200);
    return arn;
  }

  private static List<Subscription> subscriptions(String topic) {
    return bench.sns.listSubscriptionsByTopic(r -> r.topicArn(topic)).subscriptions();
  }

  @Test
  void anEndpointConfirmsGetsMessagesAndUnsubscribes() throws Exception {
    String topic = bench.topic("whole");
    String told =
        bench
            .sns
            .subscribe(r -> r.topicArn(topic).protocol("http").endpoint(endpoint()))
            .subscriptionArn();

    assertThat(told).isEqualTo("pending confirmation");
    Got asked = next(0);
    assertThat(asked.type()).isEqualTo("SubscriptionConfirmation");
    assertThat(json(asked.body()).path("Type").asText()).isEqualTo("SubscriptionConfirmation");
    assertThat(subscriptions(topic).getFirst().subscriptionArn()).isEqualTo("PendingConfirmation");
    bench.sns.publish(r -> r.topicArn(topic).message("too early"));
    assertThat(visit(json(asked.body()).path("SubscribeURL").asText())).isEqualTo(200);

    bench.sns.publish(r -> r.topicArn(topic).message("m"));

    Got message = next(1);
    assertThat(message.type()).isEqualTo("Notification");
    assertThat(message.headers().getFirst("x-amz-sns-topic-arn")).isEqualTo(topic);
    assertThat(json(message.body()).path("Message").asText()).isEqualTo("m");
    assertThat(visit(json(message.body()).path("UnsubscribeURL").asText())).isEqualTo(200);
    assertThat(subscriptions(topic)).isEmpty();
  }

  @Test
  void aTokenConfirmsOnceAndOnlyItsOwn() {
    String topic = bench.topic("token");
    bench.sns.subscribe(r -> r.topicArn(topic).protocol("http").endpoint(endpoint()));
    String token = json(next(0).body()).path("Token").asText();

    assertThatThrownBy(() -> bench.sns.confirmSubscription(r -> r.topicArn(topic).token("other")))
        .hasMessageContaining("Invalid parameter: Token");
    String arn =
        bench
            .sns
            .confirmSubscription(
                r -> r.topicArn(topic).token(token).authenticateOnUnsubscribe("true"))
            .subscriptionArn();

    assertThat(bench.sns.getSubscriptionAttributes(r -> r.subscriptionArn(arn)).attributes())
        .containsEntry("PendingConfirmation", "false")
        .containsEntry("ConfirmationWasAuthenticated", "true");
  }

  @Test
  void aTokenIsGoodForTwoDays() throws Exception {
    String topic = bench.topic("late");
    bench.sns.subscribe(r -> r.topicArn(topic).protocol("http").endpoint(endpoint()));
    String url = json(next(0).body()).path("SubscribeURL").asText();

    bench.stack.clock().advance(Duration.ofDays(2));

    assertThat(visit(url)).isEqualTo(400);
    assertThat(subscriptions(topic)).isEmpty();
  }

  @Test
  void aRawMessageComesAlone() throws Exception {
    String topic = bench.topic("raw");
    confirmed(topic, Map.of("RawMessageDelivery", "true"));

    bench.sns.publish(r -> r.topicArn(topic).message("{\"t\":21}"));

    assertThat(next(1).body()).isEqualTo("{\"t\":21}");
    assertThat(next(1).headers().getFirst("x-amz-sns-rawdelivery")).isEqualTo("true");
  }

  @Test
  void anEndpointThatFailsIsTriedThreeTimesMoreThenItIsADeadLetter() throws Exception {
    String topic = bench.topic("failing");
    String dead = bench.queue("dead", topic);
    confirmed(
        topic, Map.of("RedrivePolicy", "{\"deadLetterTargetArn\":\"" + queueArn("dead") + "\"}"));
    answer = 500;

    bench.sns.publish(r -> r.topicArn(topic).message("m"));

    for (int tries = 1; tries <= 3; tries++) {
      next(tries);
      assertThat(bench.receive(dead)).isEmpty();
      int before = got.size();
      eventually(
          () -> {
            bench.stack.clock().advance(Duration.ofSeconds(20));
            return got.size();
          },
          size -> size > before);
    }
    var letter = eventually(() -> bench.receive(dead), m -> !m.isEmpty()).getFirst();
    assertThat(letter.messageAttributes().get("ErrorMessage").stringValue())
        .contains("answered 500");
    assertThat(got).hasSize(5);
  }

  @Test
  void whatAnEndpointRefusesIsNotTriedAgain() throws Exception {
    String topic = bench.topic("refusing");
    String dead = bench.queue("dead-refused", topic);
    confirmed(
        topic,
        Map.of("RedrivePolicy", "{\"deadLetterTargetArn\":\"" + queueArn("dead-refused") + "\"}"));
    answer = 404;

    bench.sns.publish(r -> r.topicArn(topic).message("m"));

    eventually(() -> bench.receive(dead), m -> !m.isEmpty());
    assertThat(got).hasSize(2);
  }
}
