// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.update;

import io.fieldline.agent.state.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The two places of updates beside the image that the package brought, and which of the three
/// runs. The launcher reads the same files (`src/main/package/slots`):
///
/// - `a/`, `b/`: an image each, as the package's own; `current`: a link to one of them; without it
///   the package's image runs;
/// - `trial`: `<slot> <back> <starts> <seconds>`: that slot is not confirmed yet, where to go back
///   to, after how many starts or how long; `starts`: when it was started, in seconds after the
///   machine, a line each;
/// - `failed`: why the last trial ended badly, written before the way back begins.
public final class Slots {
  /// The image that the package brought.
  public static final String BASE = "base";

  private static final List<String> NAMES = List.of("a", "b");
  private static final Path UPTIME = Path.of("/proc/uptime");

  private final Path folder;
  private final Path base;

  /// @param base where the package's image lies
  public Slots(Path folder, Path base) {
    this.folder = folder;
    this.base = base;
  }

  /// A slot that is not confirmed.
  ///
  /// @param starts after so many it ends
  /// @param within after so long it ends
  public record Trial(String slot, String back, int starts, Duration within) {}

  /// The slot that an update of this one goes to.
  public static String other(String running) {
    return running.equals("a") ? "b" : "a";
  }

  /// Where the archive grows.
  public Path download() {
    return folder.resolve("download");
  }

  /// Where they are.
  public Path folder() {
    return folder;
  }

  /// An image's folder.
  public Path image(String slot) {
    return slot.equals(BASE) ? base : folder.resolve(slot);
  }

  /// What an image's file `version` says; empty if it has none.
  public Optional<String> version(String slot) {
    try {
      return Optional.of(Files.readString(image(slot).resolve("version")).strip());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The slot that the next start takes.
  public String current() throws IOException {
    try {
      String name = Files.readSymbolicLink(folder.resolve("current")).toString();
      return NAMES.contains(name) ? name : BASE;
    } catch (NoSuchFileException e) {
      return BASE;
    }
  }

  /// Makes a slot empty that is not the current one, and forgets what was fetched for it before.
  public void clear(String slot) throws IOException {
    if (current().equals(slot) || slot.equals(BASE)) {
      throw new IllegalArgumentException(slot + " is in use");
    }
    DurableFile.folder(folder);
    delete(folder.resolve(slot));
    delete(folder.resolve("unpacked"));
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (var all = Files.walk(tree)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  /// Fills a slot from the archive that was fetched.
  public void fill(String slot, long unpackedBytes) throws UpdateException, IOException {
    clear(slot);
    Path unpacked = folder.resolve("unpacked");
    Archive.unpack(download(), unpacked, unpackedBytes);
    Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
    DurableFile.move(unpacked, folder.resolve(slot));
  }

  /// Says that a slot is to be tried, before [#switchTo] makes it the current one.
  public void offer(Trial trial) throws IOException {
    DurableFile.remove(folder.resolve("failed"));
    DurableFile.remove(folder.resolve("starts"));
    String line =
        "%s %s %d %d\n".formatted(trial.slot, trial.back, trial.starts, trial.within.toSeconds());
    DurableFile.write(folder.resolve("trial"), line.getBytes(StandardCharsets.US_ASCII));
  }

  /// The trial that is open.
  public Optional<Trial> trial() throws IOException {
    String[] words = text("trial").map(text -> text.strip().split(" ")).orElse(new String[0]);
    try {
      return words.length == 4
          ? Optional.of(
              new Trial(
                  words[0],
                  words[1],
                  Integer.parseInt(words[2]),
                  Duration.ofSeconds(Long.parseLong(words[3]))))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /// How much time the open trial has left.
  public Duration left(Trial trial) throws IOException {
    long now = (long) Double.parseDouble(Files.readString(UPTIME).split(" ")[0]);
    long first =
        text("starts")
            .flatMap(text -> text.lines().findFirst())
            .filter(line -> line.matches("\\d{1,12}"))
            .map(Long::parseLong)
            .filter(begun -> begun <= now)
            .orElse(now);
    return trial.within.minusSeconds(now - first);
  }

  /// Why the last trial ended badly, if it did.
  public Optional<String> failure() throws IOException {
    return text("failed").map(String::strip);
  }

  private Optional<String> text(String name) throws IOException {
    try {
      return Optional.of(Files.readString(folder.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// Makes a slot, or the package's image, the one that the next start takes.
  public void switchTo(String slot) throws IOException {
    Path current = folder.resolve("current");
    if (slot.equals(BASE)) {
      DurableFile.remove(current);
      return;
    }
    Path draft = folder.resolve("current.draft");
    Files.deleteIfExists(draft);
    Files.createSymbolicLink(draft, Path.of(slot));
    DurableFile.move(draft, current);
  }

  /// The slot on trial is good.
  public void confirm() throws IOException {
    DurableFile.remove(folder.resolve("trial"));
    DurableFile.remove(folder.resolve("starts"));
    DurableFile.remove(download());
  }

  /// The slot on trial is not: the next start takes the one before.
  public void goBack(Trial trial, String reason) throws IOException {
    DurableFile.write(folder.resolve("failed"), (reason + "\n").getBytes(StandardCharsets.UTF_8));
    switchTo(trial.back);
    DurableFile.remove(folder.resolve("trial"));
  }
}
