// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.ingest.TestIntake;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Children with an identity at the listeners of a whole agent, and what the cloud is told of them
/// and of sources that bring nothing.
@Timeout(60)
class DeviceChildrenTest {
  private static final String TOKEN = "0123456789abcdef-pump";

  @TempDir Path folder;

  private Credentials credentials;
  private TestCloud cloud;

  @BeforeEach
  void cloud() throws Exception {
    credentials = new Credentials(folder);
    cloud = new TestCloud(credentials, 0);
  }

  @AfterEach
  void end() {
    cloud.close();
  }

  @Test
  void silentChildAndSilentSourceReachTheCloudAndTheirReturnToo() throws Exception {
    Path flag = folder.resolve("flag");
    String more =
        """
        children:
          devices:
            - {device: pump, token: %s, offlineAfterMs: 700}
        allowedPrograms: [/bin/sh]
        programs:
          - name: probe
            command: [/bin/sh, -c, "test -e %s && echo t=1"]
            everyMs: 50
            stalledAfterMs: 500
        """
            .formatted(TOKEN, flag);
    try (DeviceAgent agent = agent(more);
        var pump = new MqttDevice(agent.addresses().get("mqtt"), "pump", TOKEN, "");
        var stranger = new MqttDevice(agent.addresses().get("mqtt"), "x", "wrong", "")) {
      assertThat(stranger.isAccepted()).isFalse();
      assertThat(pump.isAccepted()).isTrue();

      // Until the agent has looked: on a busy machine one reading may be old by then.
      while (!told("gw:pump agent.online 1.0")) {
        pump.publish("pump/flow", "7");
        LockSupport.parkNanos(50_000_000);
      }
      TestIntake.await(() -> told("gw agent.source.program.probe.stalled 1.0"));
      TestIntake.await(() -> told("gw:pump agent.online 0.0"));
      assertThat(agent.metrics().text())
          .contains("fieldline_source_stalled{source=\"program probe\"} 1");
      Files.createFile(flag);
      TestIntake.await(() -> told("gw agent.source.program.probe.stalled 0.0"));
      TestIntake.await(() -> told("gw t 1.0"));
    }
  }

  @Test
  void certificateOrTokenOverTlsSaysWhoItIs() throws Exception {
    String more =
        """
        tcp: {listen: "127.0.0.1:0", tls: true}
        http: {listen: "127.0.0.1:0", tls: true}
        mqtt: {listen: "127.0.0.1:0", tls: true}
        listenerTls: {certificate: cert.pem, key: key.pem}
        children:
          devices:
            - {device: valve, certificate: %s}
            - {device: pump, token: %s}
        """
            .formatted(fingerprint(credentials.client("valve")), TOKEN);
    Path config = AgentProcess.config(folder, "localhost:" + cloud.port(), "");
    String plain = Files.readString(config);
    Files.writeString(config, plain.replaceAll("(?m)^(tcp|http|mqtt): .*\\n", "") + more);
    try (var agent =
        new DeviceAgent(ConfigFile.read(config), Clock.systemUTC(), RandomGenerator.getDefault())) {
      InetSocketAddress tcp = agent.addresses().get("tcp");
      assertThat(line(tcp, credentials.clientContext("valve"), "flow=1")).isEqualTo("ok 1");
      assertThat(line(tcp, anybody(), "valve/flow=1"))
          .startsWith("error: the token or certificate of 'gw:valve' expected");
      assertThat(line(tcp, anybody(), "t=1")).isEqualTo("ok 1");
      assertThatThrownBy(() -> line(tcp, credentials.clientContext("stranger"), "t=1"))
          .isInstanceOfAny(SSLHandshakeException.class, IOException.class);
      assertThat(post(agent.addresses().get("http"), "flow=2")).isEqualTo(204);
      assertThat(mqttIsTls(agent.addresses().get("mqtt"))).isTrue();

      TestIntake.await(() -> told("gw:valve flow 1.0") && told("gw:pump flow 2.0"));
    }
  }

  private int post(InetSocketAddress at, String body) throws Exception {
    try (HttpClient client = HttpClient.newBuilder().sslContext(anybody()).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("https://localhost:" + at.getPort() + "/readings"))
              .header("Authorization", "Bearer " + TOKEN)
              .POST(BodyPublishers.ofString(body))
              .build();
      return client.send(request, BodyHandlers.discarding()).statusCode();
    }
  }

  private static boolean mqttIsTls(InetSocketAddress at) throws Exception {
    try (var socket = connect(at, anybody())) {
      socket.startHandshake();
      return socket.getSession().isValid();
    }
  }

  private static String line(InetSocketAddress at, SSLContext context, String text)
      throws Exception {
    try (var socket = connect(at, context)) {
      socket.getOutputStream().write((text + "\n").getBytes(StandardCharsets.UTF_8));
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String answer = in.readLine();
      if (answer == null) {
        throw new IOException("closed");
      }
      return answer;
    }
  }

  private static SSLSocket connect(InetSocketAddress at, SSLContext context) throws IOException {
    var socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), at.getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /// Without a certificate, and trusting this agent's.
  private static SSLContext anybody() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, Credentials.trustingAll(), new SecureRandom());
    return context;
  }

  private static String fingerprint(X509Certificate certificate) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
  }

  private boolean told(String wanted) {
    return cloud.batches().stream()
        .flatMap(batch -> batch.readings().stream())
        .anyMatch(r -> (r.device() + " " + r.sensor() + " " + r.value()).equals(wanted));
  }

  private DeviceAgent agent(String more) throws Exception {
    Path config = AgentProcess.config(folder, "localhost:" + cloud.port(), more);
    return new DeviceAgent(
        ConfigFile.read(config), Clock.systemUTC(), RandomGenerator.getDefault());
  }
}
