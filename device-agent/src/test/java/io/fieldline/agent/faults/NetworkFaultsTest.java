// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.Credentials;
import io.fieldline.agent.NetworkBetween;
import io.fieldline.agent.TestCloud;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever happens between the agent and its cloud, sensors are acknowledged meanwhile, and all
/// that they were acknowledged arrives.
@Order(2)
@Timeout(90)
class NetworkFaultsTest {
  @TempDir Path folder;

  private interface Step {
    void at(Rig rig) throws Exception;
  }

  private record Fault(String name, String inCloud, Step begins, Step ends) {
    Fault(String name, Step begins, Step ends) {
      this(name, "", begins, ends);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault(
            "the broker is away",
            rig -> {
              rig.network.beAway(true);
              rig.cloud.dropConnection();
            },
            rig -> rig.network.beAway(false)),
        new Fault(
            "the link carries nothing any more",
            "\n  keepAliveSeconds: 5",
            rig -> rig.network.swallow(),
            rig -> Rig.await("another connection", () -> rig.network.connections() > 1)),
        new Fault("connections are reset", NetworkFaultsTest::resets, _ -> {}),
        new Fault(
            "a link of 1 kB/s",
            rig -> rig.network.slowDown(1_000),
            rig -> rig.network.slowDown(Integer.MAX_VALUE)),
        new Fault(
            "acknowledgements are withheld, and the session is lost",
            rig -> rig.cloud.acknowledge(_ -> {}),
            rig -> {
              rig.cloud.acknowledge(TestCloud.Acknowledgement::now);
              rig.cloud.dropConnection();
            }),
        new Fault("acknowledgements come in another order", NetworkFaultsTest::reorders, _ -> {}),
        disconnect("the server shuts down", 0x8B),
        disconnect("quota exceeded", 0x97),
        disconnect("session taken over", 0x8E),
        new Fault(
            "connections are refused: not authorized",
            rig -> {
              rig.cloud.refuseConnections(0x87);
              rig.cloud.dropConnection();
            },
            rig -> rig.cloud.refuseConnections(0)),
        refused("publishing is denied", 0x87),
        refused("the topic is refused: too deep", 0x90),
        new Fault(
            "the machine's clock jumps a day ahead, then two back",
            rig -> {
              rig.clock.jump(Duration.ofDays(1));
              rig.deliversMore(3);
              rig.clock.jump(Duration.ofDays(-1));
            },
            rig -> rig.clock.jump(Duration.ZERO)));
  }

  private static Fault refused(String name, int reason) {
    return new Fault(
        name,
        rig -> rig.cloud.refuse(reason, payload -> payload.length > 0 && isBatch(payload)),
        rig -> rig.cloud.refuse(_ -> false));
  }

  private static boolean isBatch(byte[] payload) {
    return payload[0] == 0x78 || new String(payload).contains("rows");
  }

  private static Fault disconnect(String name, int reason) {
    return new Fault("DISCONNECT: " + name, rig -> rig.cloud.disconnect(reason), _ -> {});
  }

  private static void resets(Rig rig) throws Exception {
    for (int i = 0; i < 3; i++) {
      rig.network.reset();
      rig.deliversMore(2);
    }
  }

  private static void reorders(Rig rig) {
    List<TestCloud.Acknowledgement> held = Collections.synchronizedList(new ArrayList<>());
    rig.cloud.acknowledge(held::add);
    for (int i = 0; i < 3; i++) {
      Rig.await("some to acknowledge", () -> held.size() >= 4);
      List<TestCloud.Acknowledgement> now = List.copyOf(held).reversed();
      held.removeAll(now);
      now.forEach(TestCloud.Acknowledgement::now);
    }
    rig.cloud.acknowledge(TestCloud.Acknowledgement::now);
    List.copyOf(held).reversed().forEach(TestCloud.Acknowledgement::now);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void nothingAcknowledgedIsLostWhile(Fault fault) throws Exception {
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, fault.inCloud)) {
      rig.deliversMore(3);

      fault.begins.at(rig);
      rig.takesInMore(200);
      fault.ends.at(rig);

      rig.takesInMore(50);
      rig.audit(0);
      assertThat(rig.refused()).isZero();
    }
  }

  /// The client's TLS library waits 10 to 30 s after a certificate that it does not trust.
  @Test
  @Tag("long")
  @Timeout(200)
  void nothingAcknowledgedIsLostWhileTheServerIsAnother() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "");
        var other = new TestCloud(new Credentials(elsewhere), 0)) {
      rig.deliversMore(3);
      rig.network.leadTo(other.port());
      rig.cloud.dropConnection();
      rig.takesInMore(200);
      awaitFailures(rig, 1);
      assertThat(other.batches()).isEmpty();

      rig.network.leadTo(rig.cloud.port());

      rig.audit(0);
    }
  }

  @Test
  void nothingAcknowledgedIsLostWhileTheCertificateIsOfAnotherAuthority() throws Exception {
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    assertThat(new Credentials(elsewhere)).isNotNull();
    startsWith(rig -> {
      replace("cert.pem", elsewhere);
      replace("key.pem", elsewhere);
    });
  }

  @Test
  void nothingAcknowledgedIsLostWhileTheCertificateIsExpired() throws Exception {
    startsWith(rig -> rig.credentials.expire());
  }

  /// The good certificate is put back, and the agent is started anew, as somebody would do.
  private void startsWith(Step wrongCertificate) throws Exception {
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "")) {
      Path kept = Files.createDirectory(folder.resolve("kept"));
      Files.copy(folder.resolve("cert.pem"), kept.resolve("cert.pem"));
      Files.copy(folder.resolve("key.pem"), kept.resolve("key.pem"));
      rig.deliversMore(3);
      wrongCertificate.at(rig);
      rig.restart(Rig.Endpoint.NETWORK, "");
      rig.takesInMore(200);
      awaitFailures(rig, 2);

      replace("cert.pem", kept);
      replace("key.pem", kept);
      rig.restart(Rig.Endpoint.NETWORK, "");

      rig.audit(0);
    }
  }

  private void replace(String file, Path from) throws Exception {
    Files.copy(from.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
  }

  /// Source: RFC 6761, section 6.4: names under `invalid` do not exist.
  @Test
  void nothingAcknowledgedIsLostWhileTheNameIsNotKnown() throws Exception {
    try (var rig = new Rig(folder, _ -> "cloud.invalid:8883", "")) {
      rig.takesInMore(200);
      awaitFailures(rig, 1);

      rig.restart(Rig.Endpoint.NETWORK, "");

      rig.audit(0);
    }
  }

  @Test
  void nothingAcknowledgedIsLostWhileAProxyWantsAnotherPassword() throws Exception {
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "");
        var proxy = new NetworkBetween(rig.cloud.port(), "agent:secret")) {
      String by =
          "\n  proxy: localhost:" + proxy.port() + "\n  proxyUser: agent\n  proxyPassword: ";
      rig.deliversMore(3);
      rig.restart(rig2 -> "localhost:" + rig2.cloud.port(), by + "wrong");
      rig.takesInMore(200);
      awaitFailures(rig, 2);

      rig.restart(rig2 -> "localhost:" + rig2.cloud.port(), by + "secret");

      rig.audit(0);
      assertThat(proxy.requests()).hasSizeGreaterThan(2);
    }
  }

  @Test
  void aBatchThatTheCloudRefusesForGoodIsPutAsideAndAllOthersArrive() throws Exception {
    try (var rig = new Rig(folder, Rig.Endpoint.NETWORK, "")) {
      rig.deliversMore(3);
      rig.cloud.refuse(payload -> new String(payload, StandardCharsets.UTF_8).contains("poison"));

      assertThat(rig.says("bad/poison=1")).isEqualTo("ok 1");

      Rig.await(
          "a dead letter", () -> rig.agent().metrics().count("fieldline_dead_letters_total") == 1);
      rig.takesInMore(50);
      rig.audit(0);
      assertThat(folder.resolve("data/dead-letters/0000000001.log")).isNotEmptyFile();
    }
  }

  private static void awaitFailures(Rig rig, int count) {
    Rig.await(
        "failures to connect",
        () -> rig.agent().metrics().count("fieldline_connect_failures_total") >= count);
  }
}
