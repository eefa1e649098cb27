// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Boots the machine anew. Done is what the next boot says: its id is another one.
///
/// Source: proc(5), /proc/sys/kernel/random/boot_id.
final class RebootJob implements JobHandler<JobDocument.Reboot> {
  static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Duration LOOK = Duration.ofSeconds(1);

  private final List<String> command;
  private final Duration within;
  private final Path bootId;
  private final Clock clock;

  /// @param command empty if the machine may not be booted
  /// @param bootId the file that holds a text of its own for each boot
  RebootJob(List<String> command, Duration within, Path bootId, Clock clock) {
    this.command = List.copyOf(command);
    this.within = within;
    this.bootId = bootId;
    this.clock = clock;
  }

  @Override
  public Optional<JobOutcome> carryOut(JobDocument.Reboot job, Progress progress, boolean resumed)
      throws JobException, IOException, InterruptedException {
    String now = Files.readString(bootId, StandardCharsets.US_ASCII).strip();
    if (!resumed) {
      if (command.isEmpty()) {
        throw new JobException("jobs.reboot is not configured: this machine is not booted by jobs");
      }
      progress.keep(Map.of("bootId", now, "atMs", clock.millis()));
      run();
    }
    String before = String.valueOf(progress.state().getOrDefault("bootId", now));
    if (!now.equals(before)) {
      return Optional.of(JobOutcome.succeeded(Map.of("bootId", now)));
    }
    await(progress);
    throw new JobException(
        "the machine has not booted within " + within.toSeconds() + " s after " + command);
  }

  private void run() throws IOException, JobException, InterruptedException {
    ProcessGroup group =
        ProcessGroup.start(Path.of(command.getFirst()), command.subList(1, command.size()));
    if (group.leader().waitFor(within.toMillis(), TimeUnit.MILLISECONDS)
        && group.leader().exitValue() != 0) {
      byte[] said = group.leader().getInputStream().readNBytes(1024);
      throw new JobException(
          command
              + " ended with status "
              + group.leader().exitValue()
              + ": "
              + new String(said, StandardCharsets.UTF_8));
    }
  }

  /// The end of the machine interrupts this.
  private void await(Progress progress) throws InterruptedException {
    long since = progress.state().get("atMs") instanceof Long atMs ? atMs : 0;
    long left = Math.min(within.toMillis(), since + within.toMillis() - clock.millis());
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(left);
    while (System.nanoTime() < deadline) {
      Thread.sleep(LOOK);
    }
  }
}
