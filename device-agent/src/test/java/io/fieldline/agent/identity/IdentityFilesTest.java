// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.KeyPlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A change of certificate and key that is cut short between any two of its files: done again, it
/// ends with a whole pair.
class IdentityFilesTest {
  @TempDir Path folder;

  private Path certificate = Path.of("");
  private Path key = Path.of("");
  private IdentityFiles files = new IdentityFiles(certificate, new KeyPlace.InFile(key));

  @BeforeEach
  void twoPairs() throws IOException {
    certificate = write("device.crt", "old");
    key = write("device.key", "old");
    write("device.crt.new", "new");
    write("device.key.new", "new");
    files = new IdentityFiles(certificate, new KeyPlace.InFile(key));
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private void move(String from, String to) throws IOException {
    Files.move(
        folder.resolve(from),
        folder.resolve(to),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private void assertInUse(String pair) throws IOException {
    assertThat(Files.readString(key)).isEqualTo(pair);
    assertThat(Files.readString(certificate)).isEqualTo(pair);
  }

  @Test
  void aChangeCutShortIsCompleted() throws Exception {
    files.keepOld();
    move("device.key.new", "device.key");

    files.moveIn();
    files.moveIn();

    assertInUse("new");
  }

  @Test
  void theWayBackCutShortIsCompleted() throws Exception {
    files.keepOld();
    files.moveIn();
    move("device.key.old", "device.key");

    files.moveBack();
    files.moveBack();

    assertInUse("old");
  }

  /// Its certificate went first, so that the key that is left is not taken for half of a change.
  @Test
  void aPairThatWasBeingDroppedIsNotMovedIn() throws Exception {
    Files.delete(folder.resolve("device.crt.new"));

    files.moveIn();

    assertInUse("old");
    files.dropNew();
    try (var left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(certificate, key);
    }
  }
}
