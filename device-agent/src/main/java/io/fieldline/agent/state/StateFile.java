// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.state;

import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One small JSON object in two files, written in turn: `<checksum> <number> <object>`. The sound
/// one with the higher number counts, so that a write that a kill or a bad block cut short costs
/// that write only. For one thread.
public final class StateFile {
  private final Path folder;
  private final String name;

  private StateFile(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /// The object of that name; nothing is made before it is written.
  public static StateFile at(Path folder, String name) {
    return new StateFile(folder, name);
  }

  private record Numbered(long number, Map<String, Object> object) {}

  /// What was written last; empty if nothing was.
  ///
  /// @throws IOException if a file is there that may not be read
  public Optional<Map<String, Object>> read() throws IOException {
    return last().map(Numbered::object);
  }

  private Optional<Numbered> last() throws IOException {
    Optional<Numbered> even = slot(0);
    Optional<Numbered> odd = slot(1);
    if (even.isEmpty() || odd.isEmpty()) {
      return even.or(() -> odd);
    }
    return even.get().number() > odd.get().number() ? even : odd;
  }

  /// Writes it; it is on the disk when this returns.
  public void write(Map<String, Object> object) throws IOException {
    long number = last().map(last -> last.number() + 1).orElse(0L);
    String text = number + " " + JsonText.write(object);
    DurableFile.write(
        file((int) (number % 2)), (checksum(text) + " " + text).getBytes(StandardCharsets.UTF_8));
  }

  private Path file(int slot) {
    return folder.resolve(name + "." + slot);
  }

  private Optional<Numbered> slot(int slot) throws IOException {
    String text;
    try {
      text = new String(Files.readAllBytes(file(slot)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (text.length() < 10 || !text.substring(0, 8).equals(checksum(text.substring(9)))) {
      return Optional.empty();
    }
    int space = text.indexOf(' ', 9);
    try {
      return Optional.of(
          new Numbered(
              Long.parseLong(text.substring(9, space)),
              JsonText.parseObject(text.substring(space + 1))));
    } catch (JsonSyntaxException e) {
      return Optional.empty();
    }
  }

  private static String checksum(String text) {
    var crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }
}
