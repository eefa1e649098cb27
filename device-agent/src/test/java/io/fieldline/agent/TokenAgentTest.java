// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsServer;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.identity.DeviceCertificate;
import io.fieldline.agent.identity.TokenIdentity;
import io.fieldline.agent.spool.Lane;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// An agent whose key is in a token of SoftHSM and nowhere else.
@Timeout(60)
@ResourceLock(SoftToken.TOKENS)
class TokenAgentTest {
  @TempDir Path folder;

  private Credentials credentials;
  private TestCloud cloud;
  private SoftToken token;

  @BeforeEach
  void moveKeyIntoToken() throws Exception {
    credentials = new Credentials(folder);
    cloud = new TestCloud(credentials, 0);
    token = new SoftToken();
    token.put("gw", folder.resolve("key.pem"));
    Files.delete(folder.resolve("key.pem"));
  }

  @AfterEach
  void close() {
    cloud.close();
  }

  private Path config(int port, String key, String more) throws IOException {
    Path file = AgentProcess.config(folder, "localhost:" + port, "");
    Files.deleteIfExists(folder.resolve("key.pem"));
    return token.config(file, key, more);
  }

  private static void keep(DeviceAgent agent, int value) throws Exception {
    agent
        .spool()
        .append(
            Lane.TELEMETRY, List.of(new Reading("gw", "t", "", System.currentTimeMillis(), value)));
  }

  @Test
  void itConnectsAndItsReadingsArrive() throws Exception {
    AgentConfig config = ConfigFile.read(config(cloud.port(), "gw", ""));
    TokenIdentity.check(config.cloud(), false);
    try (var agent = new DeviceAgent(config, Clock.systemUTC(), RandomGenerator.getDefault())) {
      keep(agent, 1);
      UplinkTest.await(() -> cloud.values().contains(1L));
      cloud.dropConnection();
      keep(agent, 2);
      UplinkTest.await(() -> cloud.values().contains(2L));
    }
  }

  /// It takes readings, and asks for a new start to look for the token.
  @Test
  void aTokenThatIsNotThereKeepsNobodyFromBeingHeard() throws Exception {
    Path file = config(cloud.port(), "gw", ", restartAfterSeconds: 1");
    Files.writeString(file, Files.readString(file).replace(token.label(), "pulled out"));
    AgentConfig config = ConfigFile.read(file);
    try (var agent = new DeviceAgent(config, Clock.systemUTC(), RandomGenerator.getDefault());
        var sensor = new Sensor(agent)) {
      sensor.says("n=1", "ok 1");
      assertThat(agent.link().lastTrouble().orElseThrow().cause())
          .isEqualTo("AWS_ERROR_PKCS11_TOKEN_NOT_FOUND");
      assertThat(agent.restartWanted().get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  /// A token of its own, whose files are taken away and brought back.
  @Test
  @Tag("long")
  void aTokenPulledOutAndPluggedInAgainIsFound() throws Exception {
    Path here = SoftToken.copyTo(folder);
    Path away = here.resolveSibling("away");
    String[] env = {"env", "SOFTHSM2_CONF=" + folder.resolve("softhsm2.conf")};
    Path config = config(cloud.port(), "gw", ", restartAfterSeconds: 1");
    try (var agent = new AgentProcess(config, env)) {
      agent.await("connected");
      Files.move(here, away);
      cloud.dropConnection();
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    try (var agent = new AgentProcess(config, env)) {
      int port = AgentProcess.port(agent.await("ready"), "tcp");
      try (var sensor = new Socket("127.0.0.1", port)) {
        sensor.getOutputStream().write("n=42\n".getBytes(StandardCharsets.UTF_8));
        assertThat(sensor.getInputStream().readNBytes(4)).asString().isEqualTo("ok 1");
      }
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    Files.move(away, here);
    try (var agent = new AgentProcess(config, env)) {
      agent.await("connected");
      UplinkTest.await(() -> cloud.values().contains(42L));
    }
  }

  @Test
  void whereMqttIsBlockedItGoesOverHttps() throws Exception {
    List<Long> values = new CopyOnWriteArrayList<>();
    HttpsServer https =
        UplinkTest.https(
            credentials,
            exchange -> UplinkTest.take(exchange, new CopyOnWriteArrayList<>(), values));
    Path file = config(UplinkTest.freePort(), "gw", "");
    String way = "  httpsAfterSeconds: 0\n  httpsPort: " + https.getAddress().getPort() + "\n";
    Files.writeString(file, Files.readString(file).replace("  keyIn:", way + "  keyIn:"));
    try (var agent =
        new DeviceAgent(ConfigFile.read(file), Clock.systemUTC(), RandomGenerator.getDefault())) {
      keep(agent, 1);
      UplinkTest.await(() -> values.contains(1L));
    } finally {
      https.stop(0);
    }
  }

  @Test
  void aCertificateInTheTokenIsTakenFromThere() throws Exception {
    Path file = folder.resolve("cert.pem");
    DeviceCertificate certificate = DeviceCertificate.read(file);
    Path der = Files.write(folder.resolve("cert.der"), certificate.x509().getEncoded());
    token.putCertificate("identity", der);
    Files.delete(file);
    Path config = config(cloud.port(), "gw", ", certificate: identity");
    Files.delete(file);

    AgentConfig read = ConfigFile.read(config);
    TokenIdentity.check(read.cloud(), false);

    assertThat(DeviceCertificate.read(file).id()).isEqualTo(certificate.id());
  }

  @Test
  void aCertificateOfAnotherKeyIsNamed() throws Exception {
    AgentConfig config = ConfigFile.read(config(cloud.port(), "gw", ""));
    var _ = new Credentials(folder);

    assertThatThrownBy(() -> TokenIdentity.check(config.cloud(), false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cert.pem: a certificate of the key 'gw' in token '")
        .hasMessageEndingWith("expected, it is of another key");
  }

  /// Whoever starts it again after every failure must not do so after this one: the token locks.
  @Test
  void aWrongPinEndsItLikeAWrongConfiguration() throws Exception {
    Files.writeString(folder.resolve("pin"), "000000");
    try (var agent = new AgentProcess(config(cloud.port(), "gw", ""))) {
      assertThat(agent.await("cannot start"))
          .contains("does not take the PIN: C_Login answers CKR_PIN_INCORRECT")
          .doesNotContain("000000");
      assertThat(agent.exitStatus()).isEqualTo(78);
    }
  }
}
