// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fieldline.agent.Backoff;
import io.fieldline.agent.config.JobsConfig;
import io.fieldline.agent.jobs.JobDocument.Update;
import io.fieldline.agent.update.RunningImage;
import io.fieldline.agent.update.Slots;
import io.fieldline.agent.update.UpdateKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An update's steps on real files, with tiny images; a start of the agent is a new job object, and
/// the slot that it runs from is the one that the launcher would take.
class UpdateJobTest {
  private static final long LARGE = 10_000_000;

  @TempDir Path folder;
  private final Kept kept = new Kept();
  private Slots slots = new Slots(Path.of(""), Path.of(""));
  private KeyPair keys = generated();
  private Path key = Path.of("");
  private HttpServer server;
  private byte[] archive = new byte[0];
  private Optional<String> problem = Optional.empty();
  private Supplier<Update> renewed =
      () -> {
        throw new AssertionError("asked for another document");
      };
  private long minFreeBytes;

  /// What the power going at a step leaves.
  private static final class PowerCut extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Kept implements JobHandler.Progress {
    private Map<String, Object> state = Map.of();
    private int writesLeft = Integer.MAX_VALUE;

    @Override
    public Map<String, Object> state() {
      return state;
    }

    @Override
    public void keep(Map<String, Object> now) {
      if (writesLeft-- <= 0) {
        throw new PowerCut();
      }
      state = Map.copyOf(now);
    }
  }

  private static KeyPair generated() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void serve() throws Exception {
    Path base = Files.createDirectory(folder.resolve("base"));
    Files.writeString(base.resolve("version"), "1.0\n");
    slots = new Slots(folder.resolve("slots"), base);
    key =
        Files.writeString(
            folder.resolve("key.pem"),
            "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getEncoder().encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
    archive = packed("2.0", "exit 0");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean tooOld = exchange.getRequestURI().getPath().equals("/too-old");
          exchange.sendResponseHeaders(tooOld ? 403 : 200, tooOld ? -1 : archive.length);
          if (tooOld) {
            exchange.close();
            return;
          }
          exchange.getResponseBody().write(archive);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private byte[] packed(String version, String does) throws Exception {
    Path image = Files.createDirectories(folder.resolve("image"));
    Files.writeString(image.resolve("version"), version + "\n");
    Path program = Files.createDirectories(image.resolve("bin")).resolve("fieldline-agent");
    Files.writeString(program, "#!/bin/sh\n" + does + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path file = folder.resolve("archive");
    List<String> tar =
        List.of("tar", "-czf", file.toString(), "-C", image.toString(), "version", "bin");
    assertThat(new ProcessBuilder(tar).start().waitFor()).isZero();
    return Files.readAllBytes(file);
  }

  private Update document() throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    Signature signature = Signature.getInstance("Ed25519");
    signature.initSign(keys.getPrivate());
    signature.update(UpdateKey.signed(sha256));
    return new Update(
        "2.0",
        URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/agent.tar.gz"),
        archive.length,
        LARGE,
        sha256,
        Base64.getEncoder().encodeToString(signature.sign()));
  }

  /// One start of the agent, in the slot that is current.
  private Optional<JobOutcome> start(Update job) throws Exception {
    return started(slots.current(), List.of(key)).carryOut(job, kept, !kept.state.isEmpty());
  }

  private UpdateJob started(String slot, List<Path> trusted) {
    var config = new JobsConfig.Update(trusted, 2 * LARGE, Duration.ofSeconds(30));
    var image =
        new RunningImage(Optional.of(slots), slot, Optional.of(folder.resolve("agent.yaml")));
    var backoff = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2), new Random(1));
    var parts =
        new UpdateJob.Parts(
            Duration.ZERO,
            minFreeBytes,
            _ -> problem,
            renewed::get,
            new WebServers(Optional.empty()),
            backoff);
    return new UpdateJob(config, image, parts);
  }

  private void assertRefused(Update job, String why) {
    assertThatThrownBy(() -> start(job)).isInstanceOf(JobException.class).hasMessageContaining(why);
    kept.state = Map.of();
  }

  @Test
  void aGoodVersionIsSwitchedToAndConfirmed() throws Exception {
    assertThat(start(document())).isEmpty();
    assertThat(slots.current()).isEqualTo("a");
    assertThat(slots.trial()).hasValue(new Slots.Trial("a", "base", 3, Duration.ofSeconds(30)));

    assertThat(start(document()))
        .hasValue(JobOutcome.succeeded(Map.of("version", "2.0", "slot", "a")));
    assertThat(slots.trial()).isEmpty();
    assertThat(slots.download()).doesNotExist();

    kept.state = Map.of();
    archive = packed("3.0", "exit 0");
    Update third = document();
    Update next =
        new Update("3.0", third.url(), third.bytes(), LARGE, third.sha256(), third.signature());
    assertThat(start(next)).isEmpty();
    assertThat(slots.current()).isEqualTo("b");
    assertThat(slots.version("a")).as("the way back is still there").hasValue("2.0");
  }

  @Test
  void theVersionThatRunsIsNotFetched() throws Exception {
    Files.writeString(folder.resolve("base/version"), "2.0\n");
    archive = new byte[0];

    assertThat(start(document()).orElseThrow().details()).containsEntry("already", "true");
  }

  @Test
  void aVersionThatDoesNotWorkGoesBackAndSaysWhy() throws Exception {
    assertThat(start(document())).isEmpty();
    problem = Optional.of("the new version did not connect: no route");
    assertThat(start(document())).isEmpty();

    assertThat(slots.current()).isEqualTo("base");
    assertRefused(document(), "back on base: the new version did not connect: no route");
    assertThat(slots.image("a")).doesNotExist();
  }

  @Test
  void whatTheLauncherTookBackIsTold() throws Exception {
    assertThat(start(document())).isEmpty();
    slots.goBack(slots.trial().orElseThrow(), "it was started 3 times");

    assertRefused(document(), "back on base: it was started 3 times");
    assertThat(start(document())).isEmpty();
    assertThat(slots.failure()).as("of the trial before").isEmpty();
  }

  @Test
  void aLauncherThatDoesNotTakeTheSlotIsNotAskedForEver() throws Exception {
    UpdateJob base = started("base", List.of(key));
    assertThat(base.carryOut(document(), kept, false)).isEmpty();
    assertThat(base.carryOut(document(), kept, true)).isEmpty();
    assertThatThrownBy(() -> base.carryOut(document(), kept, true))
        .hasMessageContaining("the launcher does not start slot a");
    assertThat(slots.current()).isEqualTo("base");
  }

  @Test
  void whatIsNotSignedByAKnownKeyIsNotFetched() throws Exception {
    Update job = document();
    keys = generated();
    Update foreign = document();
    archive = new byte[0];

    assertRefused(foreign, "none of them has signed it");
    assertThatThrownBy(() -> started("base", List.of()).carryOut(job, kept, false))
        .hasMessageContaining("jobs.update.keys is not configured");
    assertThatThrownBy(() ->
            new UpdateJob(
                    new JobsConfig.Update(List.of(key), LARGE, Duration.ZERO),
                    RunningImage.UNKNOWN,
                    new UpdateJob.Parts(
                        Duration.ZERO,
                        0,
                        _ -> problem,
                        renewed::get,
                        new WebServers(Optional.empty()),
                        new Backoff(Duration.ZERO, Duration.ZERO, new Random(1))))
                .carryOut(job, kept, false))
        .hasMessageContaining("FIELDLINE_AGENT_SLOTS");
  }

  @Test
  void anotherArchiveThanTheSignedOneIsRefused() throws Exception {
    Update job = document();
    archive = archive.clone();
    archive[archive.length / 2]++;

    assertRefused(job, "the archive is not the one that was signed");
    assertThat(slots.download()).doesNotExist();
    assertThat(slots.current()).isEqualTo("base");
  }

  @Test
  void whatDoesNotFitOrHasNoRoomIsNotFetched() throws Exception {
    Update job = document();
    archive = new byte[0];

    minFreeBytes = Long.MAX_VALUE / 2;
    assertRefused(job, "no room for the update");
    assertRefused(
        new Update("2.0", job.url(), job.bytes(), 3 * LARGE, job.sha256(), job.signature()),
        "at most jobs.update.maxBytes 20000000 together expected");
    assertRefused(
        new Update("2.0", URI.create("http://192.0.2.1/x"), 10, 10, job.sha256(), job.signature()),
        "https expected beyond this machine");
  }

  @Test
  void anImageThatCannotStartOrIsAnotherVersionIsNotTried() throws Exception {
    archive = packed("2.0", "echo cannot; exit 78");
    assertRefused(
        document(), "ended with status 78 when it was to check the configuration: cannot");
    archive = packed("2.1", "exit 0");
    assertRefused(document(), "version 2.0 expected in the archive, got 2.1");
    assertThat(slots.trial()).isEmpty();
    assertThat(slots.current()).isEqualTo("base");
  }

  @Test
  void aSlotThatLostItsProgramIsFilledAnew() throws Exception {
    Files.createDirectories(slots.folder());
    slots.switchTo("a");

    assertThat(started("base", List.of(key)).carryOut(document(), kept, false)).isEmpty();

    assertThat(slots.version(slots.current())).hasValue("2.0");
  }

  @Test
  void aVersionOnTrialTakesNoUpdate() throws Exception {
    slots.offer(new Slots.Trial("a", "base", 3, Duration.ofSeconds(60)));
    slots.switchTo("a");

    assertRefused(document(), "on trial itself");
  }

  @Test
  void anAddressThatIsTooOldIsMadeAnewOnce() throws Exception {
    Update job = document();
    URI tooOld = job.url().resolve("/too-old");
    Update old = new Update("2.0", tooOld, job.bytes(), LARGE, job.sha256(), job.signature());

    renewed = () -> old;
    assertRefused(old, "the archive was not to be had: the server answered 403");
    renewed = () -> job;
    assertThat(start(old)).isEmpty();
    assertThat(slots.current()).isEqualTo("a");
  }

  /// Cut at the first write of the journal, at the next start at the second, and so on: each start
  /// goes on where the one before was cut.
  @Test
  void aPowerCutAtEachStepCostsThatStep() throws Exception {
    Update job = document();
    Optional<JobOutcome> outcome = Optional.empty();
    int cuts = 0;
    while (outcome.isEmpty()) {
      assertThat(cuts).isLessThan(50);
      kept.writesLeft = 1;
      try {
        outcome = start(job);
      } catch (PowerCut e) {
        cuts++;
      }
    }

    assertThat(cuts).isGreaterThan(4);
    assertThat(outcome).hasValue(JobOutcome.succeeded(Map.of("version", "2.0", "slot", "a")));
    assertThat(slots.trial()).isEmpty();
  }

  @Test
  void whatACutDownloadLeftBehindIsFetchedAnewIfItDoesNotFit() throws Exception {
    Update job = document();
    kept.writesLeft = 2;
    archive = new byte[0];
    assertThatThrownBy(() -> start(job)).isInstanceOf(JobException.class);
    archive = packed("2.0", "exit 0");
    Update again = document();
    kept.writesLeft = Integer.MAX_VALUE;
    kept.state = Map.of("next", "DOWNLOAD", "slot", "a", "fetching", again.sha256());
    Files.write(slots.download(), new byte[archive.length - 1]);

    assertThat(start(again)).isEmpty();
    assertThat(slots.current()).isEqualTo("a");
  }
}
