// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fieldline.agent.LocalAgent;
import io.fieldline.agent.NetworkBetween;
import io.fieldline.agent.control.ControlServer;
import io.fieldline.agent.doctor.Authority.Validity;
import io.fieldline.agent.doctor.Finding.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Each thing that can be broken, broken: the doctor names it, and says what to do.
@Timeout(60)
class DoctorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path folder;

  private Authority authority;
  private KeyPair device;

  @BeforeEach
  void identity() throws Exception {
    authority = new Authority("fieldline test");
    device = Authority.pair("EC", 256);
    certificate(Validity.FOR_A_YEAR);
    Authority.pem(folder.resolve("key.pem"), "PRIVATE KEY", device.getPrivate().getEncoded());
    Authority.pem(folder.resolve("ca.pem"), "CERTIFICATE", authority.certificate().getEncoded());
    Files.setPosixFilePermissions(
        folder.resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
  }

  private void certificate(Validity validity) throws Exception {
    byte[] der = authority.issue("gw", device, validity, "").getEncoded();
    Authority.pem(folder.resolve("cert.pem"), "CERTIFICATE", der);
  }

  // --- all is well -----------------------------------------------------------------------------

  @Test
  void whereAllIsWellEveryStepSaysSoAndAReadingArrives() throws Exception {
    var cloud = LocalAgent.cloud(folder);
    HttpsServer https = https(authority.server("localhost", Validity.NOW, authority));
    try {
      Path config = LocalAgent.config(folder, "localhost:" + cloud.port(), "");
      var options = new Doctor.Options(PATIENCE, false, https.getAddress().getPort());

      List<Finding> findings = examine(config, options, Clock.systemUTC());

      assertThat(findings).noneMatch(each -> each.verdict() == Verdict.FAILED);
      assertThat(findings)
          .extracting(Finding::step)
          .containsExactly(
              "configuration",
              "folder",
              "disk",
              "key file",
              "key pair",
              "validity",
              "dns",
              "tcp",
              "tls",
              "server name",
              "server time",
              "authority",
              "clock",
              "mqtt",
              "subscribe",
              "publish");
      assertThat(cloud.values()).containsExactly(1L);
    } finally {
      https.stop(0);
      cloud.close();
    }
  }

  /// The clock is the machine's; here it is the doctor's that is wrong.
  @ParameterizedTest
  @CsvSource({"30, 1[78]\\d\\d s ahead", "-30, 1[78]\\d\\d s behind"})
  void clockThatIsOffIsToldByTheServersTime(int minutes, String expected) throws Exception {
    var cloud = LocalAgent.cloud(folder);
    HttpsServer https = https(authority.server("localhost", Validity.NOW, authority));
    try {
      Path config = LocalAgent.config(folder, "localhost:" + cloud.port(), "");
      var options = new Doctor.Options(PATIENCE, false, https.getAddress().getPort());
      Clock off = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(minutes));

      Finding clock = step("clock", examine(config, options, off));

      assertThat(clock.verdict()).isEqualTo(Verdict.FAILED);
      assertThat(clock.came()).matches("this machine is " + expected);
    } finally {
      https.stop(0);
      cloud.close();
    }
  }

  @Test
  void whileTheAgentRunsItsSessionIsLeftAloneUnlessAsked() throws Exception {
    var cloud = LocalAgent.cloud(folder);
    Path config = LocalAgent.config(folder, "localhost:" + cloud.port(), "");
    Files.createDirectories(folder.resolve("data"));
    try (var _ = new ControlServer(folder.resolve("data/agent.sock"), Map.of())) {
      assertThat(step("mqtt", examine(config, options(false), Clock.systemUTC())))
          .satisfies(mqtt -> {
            assertThat(mqtt.verdict()).isEqualTo(Verdict.SKIPPED);
            assertThat(mqtt.came()).contains("an agent runs");
          });
      assertThat(step("mqtt", examine(config, options(true), Clock.systemUTC())).verdict())
          .isEqualTo(Verdict.OK);
    } finally {
      cloud.close();
    }
  }

  // --- files -----------------------------------------------------------------------------------

  @Test
  void wrongConfigurationIsNamedWithItsPlace() throws Exception {
    Path config = LocalAgent.config(folder, "localhost:1", "speed: 3\n");

    List<Finding> findings = examine(config, options(false), Clock.systemUTC());

    assertThat(findings).hasSize(1);
    assertFailed("configuration", findings, "agent.yaml:16:1: unknown key 'speed'");
  }

  @ParameterizedTest
  @CsvSource({"/proc/fieldline", "cert.pem/data"})
  void folderThatCannotBeWrittenIsNamed(String data) throws Exception {
    Path config = LocalAgent.config(folder, "localhost:1", "folder: " + data + "\n");

    assertFailed("folder", examine(config), "readings cannot be kept");
  }

  @Test
  void keyThatOthersMayReadIsAWarning() throws Exception {
    Files.setPosixFilePermissions(
        folder.resolve("key.pem"), PosixFilePermissions.fromString("rw-r--r--"));

    Finding finding = step("key file", examine(config("localhost:1")));

    assertThat(finding.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(finding.next()).startsWith("chmod 600 ");
  }

  @ParameterizedTest
  @CsvSource({"EC, 256, EC PRIVATE KEY", "RSA, 1024, RSA PRIVATE KEY", "RSA, 1024, PRIVATE KEY"})
  void keysAreReadInEveryFormThatAwsAndOpenSslWrite(String algorithm, int size, String form)
      throws Exception {
    device = Authority.pair(algorithm, size);
    certificate(Validity.FOR_A_YEAR);
    byte[] pkcs8 = device.getPrivate().getEncoded();
    boolean bare = !form.equals("PRIVATE KEY");
    byte[] der =
        bare
            ? PrivateKeyInfo.getInstance(pkcs8).parsePrivateKey().toASN1Primitive().getEncoded()
            : pkcs8;
    Authority.pem(folder.resolve("key.pem"), form, der);

    assertThat(step("key pair", examine(config("localhost:1"))).verdict()).isEqualTo(Verdict.OK);
  }

  @Test
  void keyOfAnotherCertificateIsNamed() throws Exception {
    byte[] another = Authority.pair("EC", 256).getPrivate().getEncoded();
    Authority.pem(folder.resolve("key.pem"), "PRIVATE KEY", another);
    assertFailed("key pair", examine(config("localhost:1")), "of two different certificates");

    byte[] otherKind = Authority.pair("RSA", 1024).getPrivate().getEncoded();
    Authority.pem(folder.resolve("key.pem"), "PRIVATE KEY", otherKind);
    assertFailed(
        "key pair", examine(config("localhost:1")), "a key of the certificate's kind (EC)");

    Authority.pem(folder.resolve("key.pem"), "ENCRYPTED PRIVATE KEY", otherKind);
    assertFailed("key pair", examine(config("localhost:1")), "that is not encrypted expected");

    Files.writeString(folder.resolve("cert.pem"), "hello");
    assertFailed("key pair", examine(config("localhost:1")), "a certificate in PEM expected");
  }

  @Test
  void certificateOutsideItsValidityIsNamed() throws Exception {
    certificate(Validity.OVER);
    assertFailed("validity", examine(config("localhost:1")), "expired: ");

    certificate(Validity.LATER);
    assertFailed("validity", examine(config("localhost:1")), "the clock is most likely wrong");

    certificate(Validity.NOW);
    assertThat(step("validity", examine(config("localhost:1"))).verdict())
        .isEqualTo(Verdict.WARNING);
  }

  // --- the way ---------------------------------------------------------------------------------

  @Test
  void nameThatIsNotThereIsNamed() throws Exception {
    List<Finding> findings = examine(config("no-such-host.invalid"));

    assertFailed("dns", findings, "spelled wrong, or this machine's DNS");
    assertThat(step("tls", findings).verdict()).isEqualTo(Verdict.SKIPPED);
  }

  @Test
  void closedPortIsNamed() throws Exception {
    int port;
    try (var closed = new ServerSocket(0)) {
      port = closed.getLocalPort();
    }

    assertFailed("tcp", examine(config("localhost:" + port)), "nobody listens on that port");
  }

  /// A queue that is full drops what comes, as a firewall does.
  @Test
  void portThatSwallowsEverythingIsNamed() throws Exception {
    List<Socket> before = new ArrayList<>();
    try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (int i = 0; i < 2; i++) {
        before.add(new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort()));
      }

      assertFailed("tcp", hurried("localhost:" + full.getLocalPort()), "a firewall drops");
    } finally {
      for (Socket each : before) {
        each.close();
      }
    }
  }

  @Test
  void proxyOfTheEnvironmentIsAWarning() throws Exception {
    var doctor =
        new Doctor(options(false), Clock.systemUTC(), Map.of("HTTPS_PROXY", "http://proxy:3128"));

    Finding proxy = step("proxy", doctor.examine(config("localhost:1"), _ -> {}));

    assertThat(proxy.verdict()).isEqualTo(Verdict.WARNING);
    assertThat(proxy.came()).isEqualTo("HTTPS_PROXY is set");
  }

  // --- a proxy of the configuration ------------------------------------------------------------

  @Test
  void throughAProxyAllIsWellWithItsPasswordAndElseItIsNamed() throws Exception {
    var cloud = LocalAgent.cloud(folder);
    try (var proxy = new NetworkBetween(cloud.port(), "agent:secret")) {
      String endpoint = "localhost:" + cloud.port();
      Path good = behind(endpoint, proxy.port(), "proxyUser: agent\n  proxyPassword: secret");

      List<Finding> findings = examine(good);

      assertThat(findings).noneMatch(each -> each.verdict() == Verdict.FAILED);
      assertThat(step("proxy", findings).tried()).endsWith("for a tunnel to " + endpoint);
      assertThat(step("publish", findings).verdict()).isEqualTo(Verdict.OK);

      Path wrong = behind(endpoint, proxy.port(), "proxyUser: agent\n  proxyPassword: wrong");
      assertFailed("proxy", examine(wrong), "407 Proxy Authentication Required");
      assertFailed("proxy", examine(wrong), "wants a user name and password");
    } finally {
      cloud.close();
    }
  }

  @Test
  void proxyThatIsNoneIsNamed() throws Exception {
    assertFailed(
        "proxy",
        examine(behind("localhost:1", 1, "keepAliveSeconds: 30")),
        "no proxy listens there");

    try (var plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerInPlainText(plain));
      Path config = behind("localhost:1", plain.getLocalPort(), "keepAliveSeconds: 30");
      assertFailed("proxy", examine(config), "no HTTP proxy that makes tunnels");
    }
  }

  private Path behind(String endpoint, int proxy, String more) throws Exception {
    Path config = config(endpoint);
    String cloud = "  proxy: localhost:" + proxy + "\n  " + more + "\n  minBackoffMs";
    return Files.writeString(config, Files.readString(config).replace("  minBackoffMs", cloud));
  }

  // --- TLS -------------------------------------------------------------------------------------

  @Test
  void serverThatSaysNothingIsNamed() throws Exception {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertFailed("tls", hurried("localhost:" + silent.getLocalPort()), "speak TLS");
    }
  }

  @Test
  void serverThatSpeaksSomethingElseIsNamed() throws Exception {
    try (var plain = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> answerInPlainText(plain));

      assertFailed(
          "tls", examine(config("localhost:" + plain.getLocalPort())), "does not speak TLS as AWS");
    }
  }

  private static void answerInPlainText(ServerSocket server) {
    byte[] answer = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    try (Socket caller = server.accept()) {
      caller.getOutputStream().write(answer);
      caller.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The doctor has gone.
    }
  }

  @Test
  void authorityThatIsMissingIsNamedWithThoseThatAreThere() throws Exception {
    var other = new Authority("inspecting proxy");
    try (var server = new TlsServer(other.server("localhost", Validity.NOW, authority))) {
      List<Finding> findings = examine(config("localhost:" + server.port()));

      assertFailed("authority", findings, "ends at 'CN=inspecting proxy', which is not trusted");
      assertFailed("authority", findings, "trusted here: 'CN=fieldline test'");
      assertThat(step("mqtt", findings).verdict()).isEqualTo(Verdict.SKIPPED);
      assertThat(server.bytesAfterHandshake()).isZero();
    }
  }

  @Test
  void serverUnderAnotherNameIsNamed() throws Exception {
    SSLContext context = authority.server("other.example", Validity.NOW, authority);
    try (var server = new TlsServer(context)) {
      assertFailed(
          "server name",
          examine(config("localhost:" + server.port())),
          "localhost is not among [other.example]");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OVER, the server's certificate has expired",
    "LATER, this machine's clock is behind"
  })
  void serverCertificateOutsideItsValidityIsNamed(Validity validity, String expected)
      throws Exception {
    try (var server = new TlsServer(authority.server("localhost", validity, authority))) {
      assertFailed("server time", examine(config("localhost:" + server.port())), expected);
    }
  }

  @Test
  void serverThatDoesNotKnowTheCertificateIsNamed() throws Exception {
    var strangers = new Authority("strangers");
    try (var server = new TlsServer(authority.server("localhost", Validity.NOW, strangers))) {
      assertFailed(
          "mqtt", examine(config("localhost:" + server.port())), "the certificate is not ACTIVE");
    }
  }

  @Test
  void commandLineTellsByItsStatusAndInJson() throws Exception {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var command =
        new DoctorCommand(new PrintStream(out), new PrintStream(err), options(false), Map.of());

    assertThat(command.run(List.of("--json", "--config", config("localhost:1").toString())))
        .isEqualTo(1);
    assertThat(out.toString())
        .contains("{\"step\":\"tcp\",\"verdict\":\"failed\",\"tried\":\"connect to localhost:1\"");
    assertThat(command.run(List.of("--fast"))).isEqualTo(2);
    assertThat(err.toString()).contains("doctor: unexpected --fast\nusage: ");
  }

  // --- how -------------------------------------------------------------------------------------

  private Path config(String endpoint) throws Exception {
    return LocalAgent.config(folder, endpoint, "");
  }

  private static Doctor.Options options(boolean takeOver) {
    return new Doctor.Options(PATIENCE, takeOver, 1);
  }

  /// Where nothing will answer, nothing need be waited for.
  private List<Finding> hurried(String endpoint) throws Exception {
    var options = new Doctor.Options(Duration.ofMillis(300), false, 1);
    return examine(config(endpoint), options, Clock.systemUTC());
  }

  private static List<Finding> examine(Path config) {
    return examine(config, options(false), Clock.systemUTC());
  }

  private static List<Finding> examine(Path config, Doctor.Options options, Clock clock) {
    List<Finding> shown = new ArrayList<>();
    List<Finding> findings = new Doctor(options, clock, Map.of()).examine(config, shown::add);
    assertThat(shown).isEqualTo(findings);
    return findings;
  }

  private static Finding step(String name, List<Finding> findings) {
    return findings.stream()
        .filter(each -> each.step().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no step " + name + " in " + findings));
  }

  private static void assertFailed(String name, List<Finding> findings, String expected) {
    Finding finding = step(name, findings);
    assertThat(finding.verdict()).as("%s", finding).isEqualTo(Verdict.FAILED);
    assertThat(finding.text()).contains(expected).contains("next:  ");
    assertThat(finding.next()).isNotBlank();
  }

  private static HttpsServer https(SSLContext context) throws Exception {
    HttpsServer https =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    https.setHttpsConfigurator(new HttpsConfigurator(context));
    https.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    https.start();
    return https;
  }

  /// Shakes hands, and counts what comes after.
  private static final class TlsServer implements AutoCloseable {
    private final SSLServerSocket server;
    private volatile int bytes;

    TlsServer(SSLContext context) throws Exception {
      server =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 5, InetAddress.getLoopbackAddress());
      server.setNeedClientAuth(true);
      SSLParameters parameters = server.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"x-amzn-mqtt-ca"});
      server.setSSLParameters(parameters);
      Thread.ofVirtual()
          .start(() -> {
            while (!server.isClosed()) {
              try (Socket caller = server.accept()) {
                bytes += Math.max(0, caller.getInputStream().read(new byte[512]));
              } catch (IOException e) {
                // Refused in the handshake, or the test is over.
              }
            }
          });
    }

    int port() {
      return server.getLocalPort();
    }

    int bytesAfterHandshake() {
      return bytes;
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
