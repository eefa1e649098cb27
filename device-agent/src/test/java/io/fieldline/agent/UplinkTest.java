// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.spool.Lane;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The way to the cloud, where the network between does not do what it should.
class UplinkTest {
  @TempDir Path folder;

  private Credentials credentials;
  private TestCloud cloud;

  @BeforeEach
  void cloud() throws Exception {
    credentials = new Credentials(folder);
    cloud = new TestCloud(credentials, 0);
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void aConnectionThatCarriesNothingAnyMoreIsMadeAnew() throws Exception {
    try (var network = new NetworkBetween(cloud.port());
        DeviceAgent agent = agent(network.port(), "keepAliveSeconds: 5", "")) {
      await(() -> agent.link().isConnected());
      keep(agent, 1);
      await(() -> cloud.values().contains(1L));

      network.swallow();
      keep(agent, 2);

      await(() -> cloud.values().contains(2L));
      assertThat(agent.metrics().count("fieldline_silent_connections_total")).isEqualTo(1);
      assertThat(network.connections()).isEqualTo(2);
    }
  }

  /// In place of 390 readings, some 1,700 of this kind go out in one message of 4,500 bytes.
  @Test
  void batchesGoDeflatedWhereThatPays() throws Exception {
    try (DeviceAgent agent = agent(cloud.port(), "inFlight: 16", "")) {
      keep(agent, 1);
      await(() -> cloud.values().contains(1L));
      assertThat(cloud.deflatedBytes()).isEmpty();

      agent.disconnect();
      for (int round = 0; round < 4; round++) {
        keepMany(agent, 2000);
      }
      agent.reconnect();
      await(() -> cloud.values().size() >= 8001);
      assertThat(cloud.deflatedBytes()).allMatch(bytes -> bytes <= 4500);
      assertThat(cloud.batches()).anyMatch(batch -> batch.readings().size() > 1000);
      assertThat(agent.metrics().count("fieldline_uplink_deflated_batches_total"))
          .isGreaterThanOrEqualTo(cloud.deflatedBytes().size());
    }
  }

  /// As where the policy of an older deployment does not know their topic.
  @Test
  void whatIsRefusedDeflatedGoesPlain() throws Exception {
    cloud.refuse(payload -> payload.length > 0 && payload[0] == 0x78);
    try (DeviceAgent agent = agent(cloud.port(), "inFlight: 16", "")) {
      keepMany(agent, 300);
      keepMany(agent, 300);
      await(() -> cloud.values().size() >= 600);
      assertThat(cloud.deflatedBytes()).isEmpty();
      long refused = agent.metrics().count("fieldline_uplink_refused_total");
      keepMany(agent, 300);
      await(() -> cloud.values().size() >= 900);
      assertThat(agent.metrics().count("fieldline_uplink_refused_total")).isEqualTo(refused);
      assertThat(agent.metrics().count("fieldline_dead_letters_total")).isZero();
    }
  }

  private static void keepMany(DeviceAgent agent, int count) throws Exception {
    long nowMs = System.currentTimeMillis();
    List<Reading> readings =
        IntStream.range(0, count)
            .mapToObj(i ->
                new Reading("gw", "t", "Cel", nowMs - count * 1000L + i * 1000L, 20 + i % 7 / 10.0))
            .toList();
    agent.spool().append(Lane.TELEMETRY, readings);
  }

  @Test
  void aProxyIsAskedToConnectWithItsPassword() throws Exception {
    try (var proxy = new NetworkBetween(cloud.port(), "agent:secret");
        DeviceAgent agent =
            agent(
                cloud.port(),
                "proxy: localhost:"
                    + proxy.port()
                    + "\n  proxyUser: agent\n  proxyPassword: secret",
                "")) {
      keep(agent, 1);
      await(() -> cloud.values().contains(1L));
      assertThat(proxy.requests().getFirst())
          .isEqualTo("CONNECT localhost:" + cloud.port() + " HTTP/1.1");
    }
  }

  @Test
  void aProxyThatRefusesIsTriedAgainAndNothingIsLost() throws Exception {
    try (var proxy = new NetworkBetween(cloud.port(), "agent:secret");
        DeviceAgent agent = agent(cloud.port(), "proxy: localhost:" + proxy.port(), "")) {
      keep(agent, 1);
      await(() -> agent.metrics().count("fieldline_connect_failures_total") >= 2);
      assertThat(agent.link().lastTrouble()).isPresent();
      assertThat(cloud.values()).isEmpty();
    }
    try (DeviceAgent _ = agent(cloud.port(), "inFlight: 16", "")) {
      await(() -> cloud.values().contains(1L));
    }
  }

  @Test
  void whereMqttIsBlockedReadingsGoOverHttps() throws Exception {
    List<String> paths = new CopyOnWriteArrayList<>();
    List<Long> values = new CopyOnWriteArrayList<>();
    HttpsServer https = https(exchange -> take(exchange, paths, values));
    try (DeviceAgent agent =
        agent(
            freePort(), "httpsAfterSeconds: 0\n  httpsPort: " + https.getAddress().getPort(), "")) {
      keep(agent, 1);
      keep(agent, 2);

      await(() -> values.containsAll(List.of(1L, 2L)));
      await(() -> agent.metrics().count("fieldline_uplink_readings_total") == 2);
      assertThat(paths.getFirst())
          .isEqualTo(
              "/topics/%24aws%2Frules%2Ffieldline_dev_telemetry%2Ffieldline%2Fgw%2Ftelemetry?qos=1");
      assertThat(agent.link().isConnected()).isFalse();
    } finally {
      https.stop(0);
    }
  }

  @Test
  void aLaneThatHasUsedItsDayWaitsAndAnAlarmDoesNot() throws Exception {
    try (DeviceAgent agent =
            agent(
                cloud.port(),
                "compress: false\n  telemetryBytesPerDay: 10000",
                "\nedge:\n  - {sensor: smoke, lane: alarm}\n");
        var sensor = new Sensor(agent)) {
      sensor.saysAll(IntStream.range(0, 3000).mapToObj(i -> "n=" + i).toList());
      sensor.says("smoke=7777", "ok 1");

      await(() -> cloud.values().contains(7777L));
      String usedUp = "fieldline_lane_day_used_up_total{lane=\"telemetry\"}";
      await(() -> agent.metrics().count(usedUp) > 0);
      assertThat(cloud.values().size()).isLessThan(3000);
    }
    // An alarm that was not acknowledged yet comes again; telemetry does not.
    Set<Long> sent = Set.copyOf(cloud.values());
    try (DeviceAgent agent =
        agent(cloud.port(), "compress: false\n  telemetryBytesPerDay: 10000", "")) {
      await(() -> agent.link().isConnected());
      assertThat(Set.copyOf(cloud.values()))
          .as("the day is over, restarted or not")
          .isEqualTo(sent);
    }
    try (DeviceAgent _ = agent(cloud.port(), "inFlight: 16", "")) {
      await(() -> cloud.values().contains(2999L));
    }
  }

  private DeviceAgent agent(int port, String inCloud, String more) throws Exception {
    Path config = AgentProcess.config(folder, "localhost:" + port + "\n  " + inCloud, more);
    return new DeviceAgent(
        ConfigFile.read(config), Clock.systemUTC(), RandomGenerator.getDefault());
  }

  private static void keep(DeviceAgent agent, int value) throws Exception {
    try (var sensor = new Sensor(agent)) {
      sensor.says("n=" + value, "ok 1");
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  interface Take {
    void from(HttpExchange exchange) throws IOException;
  }

  private HttpsServer https(Take take) throws IOException {
    return https(credentials, take);
  }

  static HttpsServer https(Credentials credentials, Take take) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    SSLContext context = credentials.serverContext();
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters parameters) {
            SSLParameters tls = context.getDefaultSSLParameters();
            tls.setNeedClientAuth(true);
            parameters.setSSLParameters(tls);
          }
        });
    server.createContext("/", take::from);
    server.start();
    return server;
  }

  static void take(HttpExchange exchange, List<String> paths, List<Long> values)
      throws IOException {
    paths.add(exchange.getRequestURI().toString());
    try {
      MessageCodec.decodeBatch(exchange.getRequestBody().readAllBytes())
          .readings()
          .forEach(reading -> values.add((long) reading.value()));
    } catch (MessageException e) {
      throw new IOException(e);
    }
    exchange.sendResponseHeaders(200, 2);
    exchange.getResponseBody().write(new byte[] {'{', '}'});
    exchange.close();
  }

  static void await(BooleanSupplier done) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!done.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
  }
}
