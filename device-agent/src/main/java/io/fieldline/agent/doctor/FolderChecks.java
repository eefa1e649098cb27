// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.doctor.Findings.Advice;
import io.fieldline.agent.spool.Lane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// The folder where readings are kept: can it be written, and is there room?
final class FolderChecks {
  private static final int PROBE_BYTES = 64 * 1024;

  private final AgentConfig config;
  private final Findings findings;

  FolderChecks(AgentConfig config, Findings findings) {
    this.config = config;
    this.findings = findings;
  }

  void check() {
    writable(config.folder());
    room(config.folder());
  }

  private void writable(Path folder) {
    String tried = "write " + PROBE_BYTES + " bytes in " + folder;
    try {
      Files.createDirectories(folder);
      Path probe = Files.createTempFile(folder, ".doctor", "");
      try {
        Files.write(probe, new byte[PROBE_BYTES]);
      } finally {
        Files.delete(probe);
      }
      findings.ok("folder", tried, "written");
    } catch (IOException e) {
      findings.failed(
          "folder",
          tried,
          e.toString(),
          new Advice(
              "readings cannot be kept: no space, a read-only disk, or another owner",
              "df -h and ls -ld " + folder + "; it must belong to the user that runs the agent"));
    }
  }

  private void room(Path folder) {
    Path there = folder;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    String tried = "ask for the free space of " + there;
    try {
      long free = Files.getFileStore(there).getUsableSpace();
      long wanted =
          Arrays.stream(Lane.values()).mapToLong(lane -> config.spool().of(lane).maxBytes()).sum();
      String came = free / 1_000_000 + " MB free, the spool may take " + wanted / 1_000_000 + " MB";
      if (free >= wanted) {
        findings.ok("disk", tried, came);
      } else {
        findings.warning(
            "disk",
            tried,
            came,
            new Advice(
                "a long outage fills the disk before the spool reaches its bound",
                "free some space, or lower the bounds in spool"));
      }
    } catch (IOException e) {
      findings.warning(
          "disk", tried, e.toString(), new Advice("it cannot be known", "look with df -h"));
    }
  }
}
