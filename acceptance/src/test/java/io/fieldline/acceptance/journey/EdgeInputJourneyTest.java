// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fieldline.acceptance.pipeline.Agent;
import io.fieldline.acceptance.pipeline.Gateway;
import io.fieldline.acceptance.pipeline.Pipeline;
import io.fieldline.acceptance.pipeline.SharesPipeline;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What sensors and strangers send to the edges: an answer that says what is wrong, and nobody else
/// is disturbed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SharesPipeline
class EdgeInputJourneyTest {
  private static final int A_MEGABYTE = 1 << 20;

  private final Pipeline pipeline;
  private final Agent agent;

  EdgeInputJourneyTest(Pipeline pipeline) {
    this.pipeline = pipeline;
    agent = pipeline.gateway("edge-1").agent("").connected();
  }

  @AfterAll
  void close() {
    agent.close();
  }

  static Stream<Arguments> lines() {
    return Stream.of(
        arguments("malformed JSON", "{\"temperature\": ", "JSON"),
        arguments("a wrong type", "temperature=warm", "number"),
        arguments("nothing that names a sensor", "21.5", "expected"),
        arguments("a time in 1970", "temperature=1 @1000", "expected"),
        arguments("a line of a megabyte", "x".repeat(A_MEGABYTE), "line"),
        arguments("binary noise", "\u0001\u0002\u0003\u0004", "expected"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void aBadLineIsAnsweredAndAGoodOneBesideItIsTaken(String kind, String line, String said)
      throws IOException {
    try (var good = connected();
        var bad = connected()) {
      send(bad, line + "\n");
      assertThat(answer(bad)).as(kind).startsWith("error").contains(said);
      send(good, "fine=1\n");
      assertThat(answer(good)).isEqualTo("ok 1");
    }
  }

  /// The first client of every tutorial: no line end, and it waits for an answer.
  @Test
  void helloServerIsAnsweredWithinASecond() throws IOException {
    long start = System.nanoTime();
    try (var client = connected()) {
      send(client, "Hello, server!");
      assertThat(answer(client)).startsWith("error").contains("expected");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void anAgentThatDoesNotTrustTheCloudSaysSoAndKeepsCollecting() throws IOException {
    Gateway gateway = pipeline.gateway("edge-2");
    Files.copy(
        gateway.certificate(),
        gateway.authority(),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    try (Agent stranger = gateway.agent("")) {
      stranger
          .program()
          .line(
              line -> line.contains("TLS") || line.contains("certificate"), Duration.ofSeconds(30));
      try (var sensor = new Socket(stranger.tcp().getAddress(), stranger.tcp().getPort())) {
        send(sensor, "kept=1\n");
        assertThat(answer(sensor)).isEqualTo("ok 1");
      }
    }
  }

  @Test
  void aCertificateThatIsNotActiveIsRefusedUntilItIs() {
    Gateway gateway = pipeline.gateway("edge-3");
    var iot = pipeline.aws().iot();
    String id =
        iot.listThingPrincipals(list -> list.thingName("edge-3"))
            .principals()
            .getFirst()
            .replaceAll(".*/", "");
    iot.updateCertificate(update -> update.certificateId(id).newStatus("INACTIVE"));
    try (Agent revoked = gateway.agent("")) {
      revoked
          .program()
          .line(line -> line.contains("failed and will be tried again"), Duration.ofSeconds(30));
      assertThat(revoked.program().output()).doesNotContain("connected session");
      iot.updateCertificate(update -> update.certificateId(id).newStatus("ACTIVE"));
      revoked.connected();
    }
  }

  @Test
  void aWrongTokenIsRefusedByTheApi() throws Exception {
    URI api = URI.create(pipeline.output("ApiUrl"));
    URI devices =
        URI.create("http://" + api.getHost() + ":" + pipeline.endpoint().getPort() + "/devices");
    try (var http = HttpClient.newHttpClient()) {
      var without = http.send(HttpRequest.newBuilder(devices).build(), BodyHandlers.ofString());
      assertThat(without.statusCode()).isEqualTo(401);
      var wrong =
          http.send(
              HttpRequest.newBuilder(devices).header("Authorization", "Bearer not.a.token").build(),
              BodyHandlers.ofString());
      assertThat(wrong.statusCode()).isEqualTo(401);
      assertThat(wrong.body()).contains("Unauthorized");
    }
  }

  private Socket connected() throws IOException {
    var socket = new Socket(agent.tcp().getAddress(), agent.tcp().getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException closed) {
      // The agent need not read a line to its end to know that it is too long.
    }
  }

  private static String answer(Socket socket) throws IOException {
    String line =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    return line == null ? "" : line;
  }
}
