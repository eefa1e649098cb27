// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsServer;
import io.fieldline.agent.cloud.TelemetryEncoder;
import io.fieldline.agent.config.ConfigFile;
import io.fieldline.agent.spool.BatchEncoder;
import io.fieldline.agent.spool.BatchId;
import io.fieldline.agent.spool.Lane;
import io.fieldline.agent.spool.LaneLimits;
import io.fieldline.agent.spool.Spool;
import io.fieldline.agent.spool.SpoolLimits;
import io.fieldline.messages.Reading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A batch that the cloud will never take: it is put aside, and holds up no other for longer than
/// it takes to tell it from a topic that is refused.
@Timeout(90)
class PoisonTest {
  private static final String DEAD = "fieldline_dead_letters_total";

  @TempDir Path folder;

  private Credentials credentials;

  @BeforeEach
  void credentials() throws Exception {
    credentials = new Credentials(folder);
  }

  /// Over HTTPS, where a refusal costs no session, and with pauses of minutes, which are not waited
  /// for.
  @Test
  void aBatchThatNothingFollowsIsTriedAsOftenAsItTakesAndJudgedWhenAnotherComes() throws Exception {
    List<Long> values = new CopyOnWriteArrayList<>();
    var refused = new AtomicInteger();
    HttpsServer https =
        UplinkTest.https(credentials, exchange -> answer(exchange, values, refused));
    String way = "httpsAfterSeconds: 0\n  httpsPort: " + https.getAddress().getPort();
    try (DeviceAgent agent = agent(UplinkTest.freePort(), way, 600_000)) {
      keep(agent, "poison", 1);
      UplinkTest.await(() -> refused.get() == 3);
      assertThat(agent.metrics().count(DEAD)).isZero();

      long before = System.nanoTime();
      keep(agent, "gw", 2);

      UplinkTest.await(() -> agent.metrics().count(DEAD) == 1);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
      assertThat(values).containsExactly(2L);
      assertThat(refused).hasValue(5);
    } finally {
      https.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, List<Long> values, AtomicInteger refused)
      throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (isPoison(body)) {
      refused.incrementAndGet();
      exchange.sendResponseHeaders(403, -1);
      exchange.close();
    } else {
      exchange.setStreams(new ByteArrayInputStream(body), null);
      UplinkTest.take(exchange, new CopyOnWriteArrayList<>(), values);
    }
  }

  private static boolean isPoison(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8).contains("poison");
  }

  @Test
  void severalInARowAreToldFromATopicThatIsRefused() throws Exception {
    try (var cloud = new TestCloud(credentials, 0)) {
      cloud.refuse(PoisonTest::isPoison);
      try (DeviceAgent agent = agent(UplinkTest.freePort(), "inFlight: 16", 50)) {
        for (int i = 0; i < 3; i++) {
          keep(agent, "poison" + i, i);
        }
        keep(agent, "gw", 7);
      }
      try (DeviceAgent agent = agent(cloud.port(), "inFlight: 16", 50)) {
        UplinkTest.await(() -> agent.metrics().count(DEAD) == 3);
        UplinkTest.await(() -> cloud.values().contains(7L));
        assertThat(agent.spool().stats().gap().readings()).isZero();
      }
    }
  }

  /// No agent of this version makes one; one with another bound may have left it.
  @Test
  void aBatchThatIsTooLargeIsPutAsideWithoutBeingTried() throws Exception {
    leaveTooLarge();
    try (var cloud = new TestCloud(credentials, 0);
        DeviceAgent agent = agent(cloud.port(), "inFlight: 16", 50)) {
      keep(agent, "gw", -7);

      UplinkTest.await(() -> cloud.values().contains(-7L));
      UplinkTest.await(() -> agent.metrics().count(DEAD) == 1);
      assertThat(agent.metrics().count("fieldline_uplink_refused_total")).isZero();
      assertThat(agent.link().session()).isEqualTo(1);
      assertThat(folder.resolve("data/dead-letters/0000000001.log")).isNotEmptyFile();
    }
  }

  @Test
  void aBatchThatCannotBePutAsideStaysAndTheOthersPassIt() throws Exception {
    leaveTooLarge();
    Path inTheWay = folder.resolve("data/dead-letters");
    Files.writeString(inTheWay, "");
    try (var cloud = new TestCloud(credentials, 0)) {
      try (DeviceAgent agent = agent(cloud.port(), "inFlight: 16", 50)) {
        keep(agent, "gw", -7);
        UplinkTest.await(() -> cloud.values().contains(-7L));
        assertThat(agent.metrics().count(DEAD)).isZero();
      }
      Files.delete(inTheWay);
      try (DeviceAgent agent = agent(cloud.port(), "inFlight: 16", 50)) {
        UplinkTest.await(() -> agent.metrics().count(DEAD) == 1);
      }
    }
  }

  private void leaveTooLarge() throws Exception {
    var limits = SpoolLimits.same(new LaneLimits(64 << 20, 4 << 20, Duration.ofMillis(1), 1 << 20));
    Path spool = Files.createDirectories(folder.resolve("data/spool"));
    long nowMs = System.currentTimeMillis();
    RandomGenerator random = RandomGenerator.getDefault();
    List<Reading> readings =
        IntStream.range(0, 9_999)
            .mapToObj(i -> new Reading("gw", "n", "", nowMs - 10_000 + i, random.nextDouble()))
            .toList();
    try (Spool left = Spool.open(spool, limits, new Unbounded(), Clock.systemUTC())) {
      left.append(Lane.TELEMETRY, readings);
      byte[] payload = left.next(Duration.ofSeconds(5)).orElseThrow().payload();
      assertThat(payload.length).isGreaterThan(128 * 1024);
    }
  }

  /// As in an agent that took the cloud for larger.
  private static final class Unbounded implements BatchEncoder {
    private final TelemetryEncoder encoder = new TelemetryEncoder(false);

    @Override
    public byte[] encode(BatchId id, List<Reading> readings) {
      return encoder.encode(id, readings);
    }

    @Override
    public int largestBytes() {
      return 1 << 20;
    }
  }

  private DeviceAgent agent(int port, String inCloud, int minBackoffMs) throws Exception {
    Path config = AgentProcess.config(folder, "localhost:" + port + "\n  " + inCloud, "");
    String text =
        Files.readString(config)
            .replace("minBackoffMs: 50", "minBackoffMs: " + minBackoffMs)
            .replace("maxBackoffMs: 400", "maxBackoffMs: " + 8 * minBackoffMs);
    Files.writeString(config, text);
    return new DeviceAgent(
        ConfigFile.read(config), Clock.systemUTC(), RandomGenerator.getDefault());
  }

  /// One batch, sealed when this returns.
  private static void keep(DeviceAgent agent, String device, int value) throws Exception {
    long sealed = agent.spool().stats().sealedBatches();
    var reading = new Reading(device, "n", "", System.currentTimeMillis(), value);
    agent.spool().append(Lane.TELEMETRY, List.of(reading));
    UplinkTest.await(() -> agent.spool().stats().sealedBatches() > sealed);
  }
}
