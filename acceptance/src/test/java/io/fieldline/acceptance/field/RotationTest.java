// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.acceptance.pipeline.Await;
import io.fieldline.agent.identity.DeviceCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.JobExecution;
import software.amazon.awssdk.services.iot.model.JobExecutionStatus;

/// A thing gets another certificate while it is in the field: whatever happens on the way, one that
/// works is in force afterwards.
@Tag("long")
@Timeout(300)
class RotationTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static FieldCloud cloud;
  private static int things;

  @TempDir Path folder;
  private String thing = "";
  private String oldId = "";

  @BeforeAll
  static void start() {
    cloud = new FieldCloud();
    cloud.template("rotation", FieldCloud.TEMPLATE);
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @BeforeEach
  void register() throws IOException {
    thing = "box-" + ++things;
    oldId = cloud.thing(thing, folder).replaceAll(".*/", "");
  }

  private Path config(String jobs) throws IOException {
    return cloud.config(folder, "thing: %s\njobs: {%s}\n".formatted(thing, jobs));
  }

  private void rotate(String id) {
    String document =
        "{\"fieldline\":{\"type\":\"rotate-certificate\",\"template\":\"rotation\","
            + "\"parameters\":{\"SerialNumber\":\"%s\"}}}";
    cloud.iot.createJob(create ->
        create
            .jobId(thing + "-" + id)
            .targets("arn:aws:iot:us-east-1:000000000000:thing/" + thing)
            .document(document.formatted(thing.substring("box-".length()))));
  }

  private JobExecution execution(String id) {
    return cloud
        .iot
        .describeJobExecution(asked -> asked.jobId(thing + "-" + id).thingName(thing))
        .execution();
  }

  private boolean isOpen(String id) {
    JobExecutionStatus status = execution(id).status();
    return status == JobExecutionStatus.QUEUED || status == JobExecutionStatus.IN_PROGRESS;
  }

  private Map<String, String> ended(String id, JobExecutionStatus status) {
    Await.until("end of job " + id, LIMIT, () -> isOpen(id), open -> !open);
    JobExecution execution = execution(id);
    assertThat(execution.status()).as(execution.toString()).isEqualTo(status);
    return execution.statusDetails().detailsMap();
  }

  private static void set(String certificateId, CertificateStatus status) {
    cloud.iot.updateCertificate(update -> update.certificateId(certificateId).newStatus(status));
  }

  private String idInPlace() throws IOException {
    return DeviceCertificate.read(folder.resolve("device.crt")).id();
  }

  private List<Path> leftOver() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.(new|old|draft)")).toList();
    }
  }

  @Test
  void theOldOneGoesOnlyAfterTheNewOneWorks() throws Exception {
    rotate("once");
    Path config = config("enabled: true");
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    assertThat(execution("once").status()).isEqualTo(JobExecutionStatus.IN_PROGRESS);
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      Map<String, String> details = ended("once", JobExecutionStatus.SUCCEEDED);
      assertThat(details).containsEntry("previousCertificateId", oldId);
      assertThat(details).containsEntry("certificateId", idInPlace());
    }
    set(oldId, CertificateStatus.INACTIVE);
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
    }
    assertThat(leftOver()).isEmpty();
  }

  /// The key stays in its token; the certificate changes.
  @Test
  void aKeyInATokenGetsAnotherCertificate() throws Exception {
    cloud.claim(folder);
    var token = new FieldToken("rotation", folder);
    String provisioning =
        "thing: %s\njobs: {enabled: true}\nprovisioning: {certificate: claim.crt, key: claim.key, "
            + "template: rotation, parameters: [\"SerialNumber=%s\"]}\n";
    Files.delete(folder.resolve("device.crt"));
    Path config =
        token.config(
            cloud.config(folder, provisioning.formatted(thing, thing.substring("box-".length()))));
    rotate("token");
    String before;
    try (var agent = new FieldAgent(config)) {
      agent.await("provisioned: thing=" + thing);
      before = idInPlace();
      agent.await("connected");
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      assertThat(ended("token", JobExecutionStatus.SUCCEEDED))
          .containsEntry("previousCertificateId", before)
          .containsEntry("certificateId", idInPlace());
    }
    assertThat(idInPlace()).isNotEqualTo(before);
    assertThat(token.objects()).containsOnlyOnce("Private Key Object");
    assertThat(leftOver()).isEmpty();
  }

  /// It worked when it was tried, and does not after the change.
  @Test
  void aNewOneThatStopsWorkingIsChangedBack() throws Exception {
    rotate("once");
    Path config = config("enabled: true, rotateWithinSeconds: 2");
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    String newId = idInPlace();
    assertThat(newId).isNotEqualTo(oldId);
    set(newId, CertificateStatus.INACTIVE);
    try (var agent = new FieldAgent(config)) {
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      Map<String, String> details = ended("once", JobExecutionStatus.FAILED);
      assertThat(details.get("reason"))
          .startsWith("the new certificate did not connect after the change; back on the old one")
          .contains("not active");
      assertThat(details).containsEntry("unusedCertificateId", newId);
    }
    assertThat(idInPlace()).isEqualTo(oldId);
    assertThat(leftOver()).isEmpty();
  }

  /// Killed after the first file that it makes, at the next start after the second, and so on,
  /// until the job has ended: each of its steps makes files.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void killedAtEveryStepItGoesOnAndOneThatWorksIsInForce(boolean newOneWorks) throws Exception {
    rotate("cut");
    Path config = config("enabled: true, rotateWithinSeconds: 2");
    Path journal = Files.createDirectories(folder.resolve("data/jobs"));
    int kills = 0;
    // A start that finds the change begun makes it and goes on: then nobody has come in between,
    // and
    // once it has connected, the old one is gone.
    boolean stopped = false;
    while (isOpen("cut")) {
      if (!newOneWorks && !idInPlace().equals(oldId) && !leftOver().isEmpty()) {
        set(idInPlace(), CertificateStatus.INACTIVE);
        stopped = true;
      }
      try (var watch = folder.getFileSystem().newWatchService()) {
        folder.register(watch, ENTRY_CREATE);
        journal.register(watch, ENTRY_CREATE);
        try (var agent = new FieldAgent(config)) {
          kills++;
          awaitFiles(watch, kills, agent);
          agent.kill();
        }
      }
      assertThat(kills).isLessThan(60);
    }

    assertThat(kills).isGreaterThan(5);
    String inForce = idInPlace();
    assertThat(inForce.equals(oldId))
        .as("back on the old one: %s", execution("cut"))
        .isEqualTo(stopped);
    if (!stopped) {
      set(oldId, CertificateStatus.INACTIVE);
    }
    rotate("after");
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      assertThat(agent.exitStatus()).isEqualTo(75);
    }
    try (var agent = new FieldAgent(config)) {
      agent.await("connected");
      assertThat(ended("after", JobExecutionStatus.SUCCEEDED))
          .containsEntry("previousCertificateId", inForce);
    }
    assertThat(leftOver()).isEmpty();
  }

  private void awaitFiles(WatchService watch, int count, FieldAgent agent) throws Exception {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    int made = 0;
    while (made < count && agent.isAlive() && isOpen("cut")) {
      assertThat(System.nanoTime())
          .as("file %d of %d, or the end of the job: %s", made, count, agent.said())
          .isLessThan(deadline);
      WatchKey changes = watch.poll(100, TimeUnit.MILLISECONDS);
      if (changes != null) {
        made += changes.pollEvents().size();
        changes.reset();
      }
    }
  }
}
