// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.junit.jupiter.api.Test;

/// In this process itself, which goes on afterwards.
final class RarePagesTest {
  @Test
  void unmapsWhatTheStartNeededAndGoesOn() throws Exception {
    long before = fileKiB();

    RarePages.giveBack();

    assertThat(fileKiB()).as("KiB of files in this process").isLessThan(before * 3 / 4);
    assertThat(MessageDigest.getInstance("SHA-256").digest(new byte[] {1})).hasSize(32);
  }

  private static long fileKiB() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssFile:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
