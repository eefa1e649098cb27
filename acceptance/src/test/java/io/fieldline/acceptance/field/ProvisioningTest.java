// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.iot.model.Certificate;
import software.amazon.awssdk.services.iot.model.CertificateStatus;

/// A new device with nothing but a claim becomes a thing with its own certificate, whatever happens
/// on the way.
@Timeout(180)
class ProvisioningTest {
  private static FieldCloud cloud;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    cloud = new FieldCloud();
    cloud.template("boxes", FieldCloud.TEMPLATE);
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  private Path config(String template, String mode, String serial) throws IOException {
    Files.writeString(folder.resolve("serial"), serial + "\n");
    return cloud.config(
        folder,
        """
        provisioning:
          certificate: claim.crt
          key: claim.key
          template: %s
          mode: %s
          parameters: ["SerialNumber=@%s/serial"]
        """
            .formatted(template, mode, folder));
  }

  @Test
  void aClaimBecomesACertificateWhoseKeyNeverLeftTheDevice() throws Exception {
    cloud.claim(folder);
    try (var agent = new FieldAgent(config("boxes", "csr", "1"))) {
      agent.await("provisioned: thing=box-1");
      agent.await("ready thing=box-1");
      agent.await("connected session=1");
    }
    assertThat(certificatesOf("box-1")).hasSize(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key())))
        .isEqualTo("rw-------");
    assertThat(leftOver()).isEmpty();

    try (var again = new FieldAgent(folder.resolve("agent.yaml"))) {
      assertThat(again.await("thing=box-1")).startsWith("ready");
      again.await("connected");
    }
    assertThat(certificatesOf("box-1")).hasSize(1);
  }

  @Test
  void aKeyMadeByAwsWorksToo() throws Exception {
    cloud.claim(folder);
    try (var agent = new FieldAgent(config("boxes", "keys-by-aws", "2"))) {
      agent.await("ready thing=box-2");
      agent.await("connected session=1");
    }
    assertThat(leftOver()).isEmpty();
  }

  @Test
  void aKeyMadeInATokenStaysThere() throws Exception {
    cloud.claim(folder);
    var token = new FieldToken("provisioning", folder);
    Path config = token.config(config("boxes", "csr", "5"));
    try (var agent = new FieldAgent(config)) {
      agent.await("provisioned: thing=box-5");
      agent.await("connected session=1");
    }
    assertThat(certificatesOf("box-5")).hasSize(1);
    assertThat(token.objects())
        .containsPattern("Private Key Object; EC\\s+label:\\s+own")
        .contains("never extractable");
    assertThat(key()).doesNotExist();
    assertThat(leftOver()).isEmpty();
  }

  private Path key() {
    return folder.resolve("device.key");
  }

  private List<Path> leftOver() throws IOException {
    try (var files = Files.list(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.(new|old|draft)")).toList();
    }
  }

  private static List<String> certificatesOf(String thing) {
    return cloud.iot.listThingPrincipals(list -> list.thingName(thing)).principals();
  }

  /// Killed after the first file that it makes, at the next start after the second, and so on,
  /// until it is through: each of its steps makes files, and it stands somewhere else each time.
  @Test
  @Tag("long")
  void killedAtEveryStepItGoesOnAndRegistersOnce() throws Exception {
    cloud.claim(folder);
    Path config = config("boxes", "csr", "3");
    Path identity = Files.createDirectories(folder.resolve("data/identity"));
    long before = active();
    int kills = 0;
    while (!Files.exists(folder.resolve("device.crt"))) {
      try (var watch = folder.getFileSystem().newWatchService()) {
        folder.register(watch, ENTRY_CREATE);
        identity.register(watch, ENTRY_CREATE);
        try (var agent = new FieldAgent(config)) {
          kills++;
          awaitFiles(watch, kills);
          agent.kill();
        }
      }
    }
    try (var agent = new FieldAgent(config)) {
      agent.await("connected session=1");
    }

    assertThat(kills).isGreaterThan(3);
    assertThat(certificatesOf("box-3")).hasSize(1);
    assertThat(active()).isEqualTo(before + 1);
    assertThat(leftOver()).isEmpty();
  }

  private static void awaitFiles(WatchService watch, int count) throws InterruptedException {
    int made = 0;
    while (made < count) {
      WatchKey changes = watch.poll(30, TimeUnit.SECONDS);
      assertThat(changes).as("a file within 30 s").isNotNull();
      made += changes.pollEvents().size();
      changes.reset();
    }
  }

  private static long active() {
    return cloud.iot.listCertificates(list -> list.pageSize(200)).certificates().stream()
        .map(Certificate::status)
        .filter(CertificateStatus.ACTIVE::equals)
        .count();
  }

  @Test
  void whatIsWrongIsSaidInPlainWordsAndTriedAgain() throws Exception {
    String claim = cloud.claim(folder);
    try (var agent = new FieldAgent(config("late", "csr", "4"))) {
      agent.await("there is no provisioning template late (ResourceNotFound");
      cloud.template("late", FieldCloud.TEMPLATE.replace("SerialNumber", "Serial"));
      agent.await("does not take provisioning.parameters as they are (InvalidParameters");
    }
    cloud.iot.updateCertificate(
        update -> update.certificateId(claim).newStatus(CertificateStatus.INACTIVE));
    try (var agent = new FieldAgent(config("boxes", "csr", "4"))) {
      agent.await("with the claim certificate: cause=");
      cloud.iot.updateCertificate(
          update -> update.certificateId(claim).newStatus(CertificateStatus.ACTIVE));
      agent.await("ready thing=box-4");
    }
  }
}
