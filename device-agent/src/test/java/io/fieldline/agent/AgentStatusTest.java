// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.identity.DeviceCertificate;
import io.fieldline.agent.json.JsonText;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What `/status` says, asked by HTTP.
@Timeout(60)
class AgentStatusTest {
  @TempDir Path folder;

  @Test
  void withoutACloudItSaysWhyInPlainWordsAndNamesTheSourceThatFails() throws Exception {
    new Credentials(folder);
    int closed;
    try (var port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = port.getLocalPort();
    }
    String sensor = "tcpClients: [{connect: \"localhost:%d\", device: scale}]\n".formatted(closed);
    try (DeviceAgent agent = agent("localhost:" + closed, sensor)) {
      Map<String, Object> status = status(agent, "lastTrouble", "lastError");

      assertThat(part(status, "link")).containsEntry("connected", false);
      assertThat(part(part(status, "link"), "lastTrouble").get("cause"))
          .isEqualTo("AWS_IO_SOCKET_CONNECTION_REFUSED");
      assertThat(problems(status))
          .anyMatch(one -> one.contains("nobody listens on that port: is cloud.endpoint"))
          .anyMatch(one -> one.startsWith("source tcp-client localhost:" + closed));
      assertThat(get(agent, "/metrics")).contains("fieldline_sources_failing 1\n");
      assertThat(agent.status().line()).contains("nobody listens").doesNotContain("\n");
    }
  }

  @Test
  void connectedItTellsVersionThingUptimeSpoolSourcesLoopsAndCertificate() throws Exception {
    try (var cloud = new TestCloud(new Credentials(folder), 0);
        DeviceAgent agent = agent("localhost:" + cloud.port(), "")) {
      agent.link().awaitSessionAfter(0, Duration.ofSeconds(20));

      Map<String, Object> status = status(agent, "\"known\":true");

      assertThat(status).containsEntry("thing", "gw").containsKeys("uptimeSeconds", "pid");
      assertThat((String) status.get("version")).matches("\\d+\\.\\d+.*");
      assertThat(part(part(status, "spool"), "telemetry"))
          .containsKeys("sizeBytes", "backlogBytes", "inFlight");
      assertThat(part(status, "certificate"))
          .containsEntry("certificateId", DeviceCertificate.read(folder.resolve("cert.pem")).id())
          .containsEntry("daysLeft", 0L);
      assertThat(status.get("sources").toString()).contains("name=tcp").contains("name=mqtt");
      assertThat(status.get("loops").toString()).contains("name=uplink");
      assertThat(problems(status))
          .singleElement()
          .asString()
          .startsWith("the certificate expires at ");
      assertThat(get(agent, "/live")).isEqualTo("live\n");
      assertThat(get(agent, "/ready")).isEqualTo("connected\n");
    }
  }

  private DeviceAgent agent(String endpoint, String more) throws Exception {
    Path config = AgentProcess.config(folder, endpoint, more);
    return new DeviceAgent(
        ConfigFile.read(config), Clock.systemUTC(), RandomGenerator.getDefault());
  }

  /// The status once it holds all these texts.
  private static Map<String, Object> status(DeviceAgent agent, String... awaited) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    String text = get(agent, "/status");
    while (!List.of(awaited).stream().allMatch(text::contains)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(List.of(awaited) + " not in " + text);
      }
      agent.link().awaitSessionAfter(agent.link().session(), Duration.ofMillis(20));
      text = get(agent, "/status");
    }
    return JsonText.parseObject(text);
  }

  private static String get(DeviceAgent agent, String path) throws Exception {
    int port = agent.addresses().get("metrics").getPort();
    try (HttpClient http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build();
      return http.send(request, BodyHandlers.ofString()).body();
    }
  }

  private static Map<String, Object> part(Map<String, Object> of, String name) {
    return JsonText.object(of.get(name)).orElseThrow();
  }

  private static List<String> problems(Map<String, Object> status) {
    return ((List<?>) status.get("problems")).stream().map(String.class::cast).toList();
  }
}
