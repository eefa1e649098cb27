// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iot.model.JobExecution;
import software.amazon.awssdk.services.iot.model.JobExecutionStatus;

/// Updates over the air, from the job in the cloud to the agent in its slot: what is good ends on
/// the new version, and what is not on the one before, with the reason.
@Timeout(240)
class UpdateTest {
  private static final String SIMULATED = "simulator: [{sensor: level, everyMs: 100}]\n";

  private static FieldCloud cloud;
  private static int things;

  @TempDir Path folder;
  private UpdateRig rig;

  @BeforeAll
  static void start() {
    cloud = new FieldCloud();
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @BeforeEach
  void device() throws Exception {
    rig = new UpdateRig(cloud, "updated-" + ++things, folder);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void badImagesAreLeftOrTakenBackAndAGoodOneStays() throws Exception {
    rig.corrupted("corrupt", "2.0", UpdateRig.agent());
    rig.unsigned("unsigned", "2.0", UpdateRig.agent());
    rig.update("crashes", "2.1", UpdateRig.checkedAndThen("exit 78"));
    rig.update("good", "2.2", UpdateRig.agent());
    try (var service = rig.service(rig.config(15, SIMULATED))) {
      assertThat(rig.failure(service, "corrupt"))
          .startsWith("the archive is not the one that was signed");
      assertThat(rig.failure(service, "unsigned")).contains("none of them has signed it");
      assertThat(rig.failure(service, "crashes"))
          .isEqualTo(
              "back on base: it was started 3 times and did not confirm that it works; its last"
                  + " exit status: 78");
      var good = rig.ended(service, "good");

      assertThat(good.status()).as(service.toString()).isEqualTo(JobExecutionStatus.SUCCEEDED);
      assertThat(good.statusDetails().detailsMap())
          .containsEntry("version", "2.2")
          .containsKey("slot");
      assertThat(rig.current()).isEqualTo(good.statusDetails().detailsMap().get("slot"));
    }
    assertThat(leftOver()).containsExactlyInAnyOrder("current", rig.current());
  }

  private Stream<String> leftOver() throws Exception {
    try (var files = Files.list(rig.slots())) {
      return files.map(file -> file.getFileName().toString()).toList().stream()
          .filter(name -> !name.equals("failed"));
    }
  }

  @Test
  @Tag("long")
  void whatHangsOrFindsNoNetworkIsTakenBack() throws Exception {
    rig.update("hangs", "2.0", UpdateRig.checkedAndThen("exec sleep 1000"));
    rig.update("offline", "2.1", UpdateRig.agentWith("s/endpoint:.*/endpoint: localhost:1/"));
    try (var service = rig.service(rig.config(10, SIMULATED))) {
      assertThat(rig.failure(service, "hangs"))
          .isEqualTo("back on base: it did not confirm within 10 s that it works");
      assertThat(rig.failure(service, "offline"))
          .as(service.toString())
          .startsWith("back on base: the new version did not connect: ");
      assertThat(rig.current()).isEqualTo("base");
    }
  }

  /// Killed with all that it started, at the first sign of a step, then in another run at the
  /// fourth, and so on until the job is through before it comes to that: each time it ends on one
  /// of the two versions, as the job says, and takes the next job.
  @Test
  @Tag("long")
  @Timeout(900)
  void killedAtEveryStepItEndsOnOneOfTheVersionsAndTakesTheNextJob() throws Exception {
    Path journal = Files.createDirectories(folder.resolve("data/jobs"));
    Path slots = Files.createDirectories(rig.slots());
    boolean through = false;
    int runs = 0;
    try (var service = rig.service(rig.config(30, SIMULATED))) {
      service.await(0, "connected");
      for (int signs = 1; !through; signs += 3) {
        String id = "killed-" + ++runs;
        try (var watch = folder.getFileSystem().newWatchService()) {
          journal.register(watch, ENTRY_CREATE);
          slots.register(watch, ENTRY_CREATE, ENTRY_DELETE);
          rig.update(id, "3." + runs, UpdateRig.agent());
          through = !seen(watch, signs, id);
          service.cutPower();
        }
        assertEndsAsItSays(service, id, "3." + runs);
      }
      rig.update("last", "4.0", UpdateRig.agent());
      assertThat(rig.ended(service, "last").status()).isEqualTo(JobExecutionStatus.SUCCEEDED);
    }
    assertThat(runs).isGreaterThan(8);
  }

  /// False if the job is through before that many files were made or removed.
  private boolean seen(WatchService watch, int signs, String id) throws InterruptedException {
    int seen = 0;
    while (seen < signs) {
      WatchKey changes = watch.poll(100, TimeUnit.MILLISECONDS);
      if (changes != null) {
        seen += changes.pollEvents().size();
        changes.reset();
      } else if (rig.execution(id).status() != JobExecutionStatus.QUEUED
          && rig.execution(id).status() != JobExecutionStatus.IN_PROGRESS) {
        return false;
      }
    }
    return true;
  }

  private void assertEndsAsItSays(Service service, String id, String version) throws Exception {
    JobExecution ended = rig.ended(service, id);
    String runs = rig.current().equals("base") ? "1.0" : rig.version(rig.current());
    assertThat(runs.equals(version))
        .as("%s, and runs %s: %s", ended, runs, service)
        .isEqualTo(ended.status() == JobExecutionStatus.SUCCEEDED);
  }

  /// Readings come by TCP all the while; each that was acknowledged is in the cloud.
  @Test
  @Tag("long")
  void noAcknowledgedReadingIsLostByAnUpdate() throws Exception {
    var telemetry = new TelemetryQueue(cloud);
    Path config = rig.config(30, "");
    Files.writeString(
        config,
        Files.readString(config)
            .replace("  ca: ca.pem", "  ca: ca.pem\n  compress: false")
            .replace("tcp: {enabled: false}", "tcp: {listen: \"127.0.0.1:0\"}"));
    try (var service = rig.service(config);
        var sensor = new NumberingSensor(service)) {
      service.await(0, "connected");
      rig.update("good", "2.0", UpdateRig.agent());
      assertThat(rig.ended(service, "good").status()).isEqualTo(JobExecutionStatus.SUCCEEDED);
      rig.update("crashes", "2.1", UpdateRig.checkedAndThen("exit 1"));
      assertThat(rig.failure(service, "crashes")).startsWith("back on a: it was started 3 times");
      sensor.stop();

      assertThat(sensor.acknowledged()).hasSizeGreaterThan(100);
      telemetry.awaitAll("updated-" + things, sensor.acknowledged());
    }
  }
}
