// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.config.ActuatorConfig.Method;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class HttpActuatorTest {
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private HttpServer device;

  @BeforeEach
  void start() throws IOException {
    device = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    device.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var headers = exchange.getRequestHeaders();
          seen.add(
              String.join(
                  " ",
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  String.valueOf(headers.getFirst("Authorization")),
                  body));
          if (exchange.getRequestURI().getPath().equals("/moved")) {
            exchange.getResponseHeaders().add("Location", "/relay");
          }
          byte[] answer = "relay says hello".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status(exchange.getRequestURI().getPath()), answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    device.start();
  }

  @AfterEach
  void stop() {
    device.stop(0);
  }

  private static int status(String path) {
    return switch (path) {
      case "/moved" -> 302;
      case "/broken" -> 500;
      default -> 200;
    };
  }

  private ActuatorConfig.Http at(String path, Method method, String body) {
    return new ActuatorConfig.Http(
        "heater",
        Optional.empty(),
        "http://127.0.0.1:" + device.getAddress().getPort() + path,
        method,
        body,
        "application/json",
        Optional.of("Basic abc"),
        Duration.ofSeconds(10));
  }

  private static Actuator.Result actuate(ActuatorConfig.Http config, Object value)
      throws InterruptedException {
    return new HttpActuator(config)
        .actuate(new DesiredCommand("heater", "c1", value, Long.MAX_VALUE));
  }

  @Test
  void valueIsFilledIntoTheBodyAndTheAnswerIsTheDetail() throws Exception {
    var result = actuate(at("/relay", Method.POST, "{\"on\": {value}, \"by\": \"{id}\"}"), true);

    assertThat(result).isEqualTo(new Actuator.Result(true, "relay says hello"));
    assertThat(seen).containsExactly("POST /relay Basic abc {\"on\": true, \"by\": \"c1\"}");
  }

  @Test
  void textStaysWithinTheQuotesOfAJsonBody() throws Exception {
    actuate(at("/relay", Method.PUT, "{\"say\": \"{value}\"}"), "he\"llo\n");

    assertThat(seen).containsExactly("PUT /relay Basic abc {\"say\": \"he\\\"llo\\n\"}");
  }

  @Test
  void valueInTheUrlIsPercentEncoded() throws Exception {
    actuate(at("/relay?turn={value}", Method.GET, ""), "on & off/../x");

    assertThat(seen).containsExactly("GET /relay?turn=on%20%26%20off%2F..%2Fx Basic abc ");
  }

  @Test
  void anotherStatusIsAFailureWithWhatTheDeviceSaid() throws Exception {
    assertThat(actuate(at("/broken", Method.POST, ""), 1L))
        .isEqualTo(Actuator.Result.failed("HTTP status 500: relay says hello"));
    assertThat(actuate(at("/moved", Method.POST, ""), 1L).detail()).startsWith("HTTP status 302");
    assertThat(seen).as("no redirect is followed, nothing is asked twice").hasSize(2);
  }

  @Test
  void deviceThatIsNotThereOrDoesNotAnswerIsNamed() throws Exception {
    var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    var config =
        new ActuatorConfig.Http(
            "heater",
            Optional.empty(),
            "http://localhost:" + silent.getLocalPort() + "/",
            Method.POST,
            "",
            "text/plain",
            Optional.empty(),
            Duration.ofMillis(200));

    assertThat(actuate(config, true))
        .isEqualTo(Actuator.Result.failed("no answer from localhost within 200 ms"));
    silent.close();
    assertThat(actuate(config, true))
        .isEqualTo(Actuator.Result.failed("no connection to localhost"));
  }

  /// Its queue of connections is full, so that the next one is neither taken nor refused.
  @Test
  void deviceThatTakesNoConnectionIsGivenUpInTime() throws Exception {
    try (var busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<SocketChannel> waiting = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        var channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.connect(busy.getLocalSocketAddress());
        waiting.add(channel);
      }
      var config =
          new ActuatorConfig.Http(
              "heater",
              Optional.empty(),
              "http://127.0.0.1:" + busy.getLocalPort() + "/",
              Method.POST,
              "",
              "text/plain",
              Optional.empty(),
              Duration.ofMillis(300));

      assertThat(actuate(config, true))
          .isEqualTo(Actuator.Result.failed("no answer from 127.0.0.1 within 300 ms"));
      for (SocketChannel channel : waiting) {
        channel.close();
      }
    }
  }

  @Test
  void answerThatDoesNotEndHoldsNothingUp() throws Exception {
    device.createContext(
        "/endless",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
        });
    var config = at("/endless", Method.POST, "");
    var brief =
        new ActuatorConfig.Http(
            config.name(),
            config.takes(),
            config.url(),
            config.method(),
            config.body(),
            config.contentType(),
            config.authorization(),
            Duration.ofMillis(300));

    assertThat(actuate(brief, true)).isEqualTo(new Actuator.Result(true, "x …"));
  }
}
