// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The boot id decides what became of a reboot.
class RebootJobTest {
  private static final JobDocument.Reboot JOB = new JobDocument.Reboot();

  @TempDir Path folder;
  private Path bootId = Path.of("");
  private final Kept kept = new Kept();

  private static final class Kept implements JobHandler.Progress {
    private Map<String, Object> state = Map.of();

    @Override
    public Map<String, Object> state() {
      return state;
    }

    @Override
    public void keep(Map<String, Object> now) {
      state = Map.copyOf(now);
    }
  }

  @BeforeEach
  void boot() throws Exception {
    bootId = Files.writeString(folder.resolve("boot_id"), "first\n");
  }

  private RebootJob job(List<String> command) {
    return new RebootJob(command, Duration.ofSeconds(1), bootId, Clock.systemUTC());
  }

  @Test
  void anotherBootIsSuccess() throws Exception {
    List<String> command = List.of("/bin/touch", folder + "/asked");
    assertThatThrownBy(() -> job(command).carryOut(JOB, kept, false))
        .isInstanceOf(JobException.class)
        .hasMessageStartingWith("the machine has not booted within 1 s");
    assertThat(folder.resolve("asked")).exists();
    assertThat(kept.state()).containsEntry("bootId", "first");

    Files.writeString(bootId, "second\n");

    assertThat(job(command).carryOut(JOB, kept, true))
        .isEqualTo(Optional.of(JobOutcome.succeeded(Map.of("bootId", "second"))));
  }

  @Test
  void theSameBootIsAFailureOnceTheTimeIsOver() {
    kept.keep(Map.of("bootId", "first", "atMs", 0L));

    assertThatThrownBy(() -> job(List.of("/bin/true")).carryOut(JOB, kept, true))
        .isInstanceOf(JobException.class);
  }

  @Test
  void aCommandThatFailsIsToldWithWhatItSaid() {
    assertThatThrownBy(
            () -> job(List.of("/bin/sh", "-c", "echo may not; exit 4")).carryOut(JOB, kept, false))
        .hasMessageContaining("ended with status 4: may not");
    assertThatThrownBy(() -> job(List.of()).carryOut(JOB, kept, false))
        .hasMessageContaining("jobs.reboot is not configured");
  }
}
