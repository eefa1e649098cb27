// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.field;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
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
}
