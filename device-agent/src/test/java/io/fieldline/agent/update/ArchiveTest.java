// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the system's own tar packs is unpacked; what could do harm is not.
class ArchiveTest {
  @TempDir Path folder;

  private Path packed(String... arguments) throws Exception {
    Path archive = folder.resolve("archive.tar.gz");
    var command =
        new ArrayList<>(List.of("tar", "-czf", archive.toString(), "--format=ustar", "-C", "in"));
    command.addAll(Arrays.asList(arguments));
    Process tar =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(tar.getInputStream().readAllBytes());
    assertThat(tar.waitFor()).as(said).isZero();
    return archive;
  }

  private Path in(String name, String content) throws IOException {
    Path file = folder.resolve("in").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private Path out() {
    return folder.resolve("out");
  }

  @Test
  void filesComeOutWithTheirModeAndTime() throws Exception {
    String deep = "a-rather-long-name-of-a-folder-".repeat(3) + "/" + "deep".repeat(10);
    in(deep, "deep");
    Path program = in("bin/agent", "x".repeat(1000));
    assertThat(program.toFile().setExecutable(true)).isTrue();

    Archive.unpack(packed("bin", deep.substring(0, deep.indexOf('/'))), out(), 2000);

    assertThat(out().resolve(deep)).hasContent("deep");
    assertThat(Files.isExecutable(out().resolve(deep))).isFalse();
    assertThat(out().resolve("bin/agent")).hasContent("x".repeat(1000)).isExecutable();
    assertThat(Files.getLastModifiedTime(out().resolve("bin/agent")).toInstant().getEpochSecond())
        .isEqualTo(Files.getLastModifiedTime(program).toInstant().getEpochSecond());
  }

  @Test
  void linksAreRefused() throws Exception {
    in("file", "");
    Files.createSymbolicLink(folder.resolve("in/link"), Path.of("file"));
    assertRefused(packed("file", "link"), "files and folders expected in the archive, got link");
  }

  @Test
  void hardLinksAreRefused() throws Exception {
    Files.createLink(folder.resolve("in").resolve("second"), in("first", "x"));
    assertRefused(packed("first", "second"), "got second of type '1'");
  }

  @Test
  void namesThatLeadOutAreRefused() throws Exception {
    in("file", "x");
    assertRefused(packed("--transform=s|^|../|", "file"), "got '../file'");
    assertRefused(packed("-P", "--transform=s|^|/tmp/|", "file"), "got '/tmp/file'");
    assertRefused(packed("--transform=s|^|a/../../|", "file"), "got 'a/../../file'");
    assertThat(folder.resolve("file")).doesNotExist();
  }

  @Test
  void moreThanWasSaidIsRefused() throws Exception {
    in("file", "x".repeat(101));
    assertRefused(packed("file"), "more than unpackedBytes");
  }

  @Test
  void theSameNameTwiceIsRefused() throws Exception {
    in("file", "x");
    assertRefused(packed("file", "file", "--hard-dereference"), "file is in the archive twice");
  }

  @Test
  void whatIsNoArchiveOrIsCutShortIsRefused() throws Exception {
    in("file", "x".repeat(50));
    Path archive = packed("file");
    byte[] whole = Files.readAllBytes(archive);
    assertRefused(
        Files.write(archive, Arrays.copyOf(whole, whole.length / 2)), "the archive is damaged");
    assertRefused(Files.writeString(archive, "no archive"), "the archive is damaged");
    Files.createDirectory(folder.resolve("in/pax"));
    assertRefused(packed("--format=pax", "file"), "of type 'x'");
  }

  private void assertRefused(Path archive, String why) throws IOException {
    assertThatThrownBy(() -> Archive.unpack(archive, out(), 100))
        .isInstanceOf(UpdateException.class)
        .hasMessageContaining(why);
    try (var files = Files.walk(out())) {
      files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
    }
  }
}
