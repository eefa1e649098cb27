// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.clock;

import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// When the machine was started, for the starts at which the time was not known: learned later, and
/// kept in a file, so that a batch is made real the same way after every restart. A start whose
/// time was never learned is taken to have ended when the next began.
final class BootTimes {
  private static final Logger LOG = System.getLogger(BootTimes.class.getName());

  private final Path file;
  private final List<Boot> boots = new ArrayList<>();

  BootTimes(Path folder) {
    this.file = folder.resolve("clock.json");
    load();
  }

  private static final class Boot {
    private final int slot;
    private final String bootId;
    private final long baseMs;
    private long lastMs;
    private @Nullable Long startMs;

    /// @param baseMs how long the machine had been up when this began; what is in it counts from
    ///   there
    private Boot(int slot, String bootId, long baseMs) {
      this.slot = slot;
      this.bootId = bootId;
      this.baseMs = baseMs;
    }
  }

  private void load() {
    if (!Files.exists(file)) {
      return;
    }
    try {
      Object kept = JsonText.parseObject(Files.readString(file)).get("boots");
      for (Object entry : kept instanceof List<?> list ? list : List.of()) {
        Map<String, Object> members = JsonText.object(entry).orElse(Map.of());
        if (members.get("slot") instanceof Long slot
            && members.get("bootId") instanceof String bootId
            && members.get("baseMs") instanceof Long baseMs
            && members.get("lastMs") instanceof Long lastMs) {
          var boot = new Boot(Math.toIntExact(slot), bootId, baseMs);
          boot.lastMs = lastMs;
          boot.startMs = members.get("startMs") instanceof Long startMs ? startMs : null;
          boots.add(boot);
        }
      }
    } catch (IOException | JsonSyntaxException | ArithmeticException e) {
      LOG.log(Level.WARNING, "times of earlier starts cannot be read: file={0}", file, e);
      putAside();
    }
  }

  private void putAside() {
    try {
      Files.move(file, file.resolveSibling("clock.bad"), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "it cannot be put aside: file={0}", file, e);
    }
  }

  /// The time that stands for so long after this start. Its number is on the disk before anything
  /// is stamped with it, or as soon as the disk takes it.
  synchronized long stampMs(String bootId, long elapsedMs) {
    Boot last = boots.isEmpty() ? null : boots.getLast();
    if (last == null
        || !last.bootId.equals(bootId)
        || last.startMs != null
        || elapsedMs - last.baseMs > ProvisionalTime.LONGEST_MS) {
      last = begin(last == null ? 0 : (last.slot + 1) % ProvisionalTime.SLOTS, bootId, elapsedMs);
    }
    last.lastMs = Math.max(last.lastMs, elapsedMs - last.baseMs);
    return ProvisionalTime.of(last.slot, elapsedMs - last.baseMs);
  }

  private Boot begin(int slot, String bootId, long elapsedMs) {
    boots.removeIf(boot -> boot.slot == slot);
    var boot = new Boot(slot, bootId, elapsedMs);
    boots.add(boot);
    try {
      save();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "this start cannot be noted yet: file={0}", file, e);
    }
    return boot;
  }

  /// Keeps how far this start has come, for the case that its time is never learned.
  synchronized void keep() throws IOException {
    if (!boots.isEmpty() && boots.getLast().startMs == null) {
      save();
    }
  }

  /// This start's time is known: it is on the disk, and never changes after.
  synchronized void learned(String bootId, long startMs) throws IOException {
    long next = startMs;
    List<Boot> news = new ArrayList<>();
    for (Boot boot : boots.reversed()) {
      if (boot.startMs == null) {
        boot.startMs = boot.bootId.equals(bootId) ? startMs + boot.baseMs : next - boot.lastMs;
        news.add(boot);
      }
      next = boot.startMs;
    }
    try {
      if (!news.isEmpty()) {
        save();
      }
    } catch (IOException e) {
      news.forEach(boot -> boot.startMs = null);
      throw e;
    }
  }

  /// When the start with that number was; empty if nobody knows yet.
  synchronized OptionalLong startMs(int slot) {
    for (Boot boot : boots) {
      if (boot.slot == slot && boot.startMs != null) {
        return OptionalLong.of(boot.startMs);
      }
    }
    return OptionalLong.empty();
  }

  /// Whether there is anything about the start with that number.
  synchronized boolean knows(int slot) {
    return boots.stream().anyMatch(boot -> boot.slot == slot);
  }

  /// Sets when a start was of which the file told nothing, because it was lost.
  synchronized void adopt(int slot, long startMs) throws IOException {
    var boot = new Boot(slot, "lost", 0);
    boot.startMs = startMs;
    boots.addFirst(boot);
    try {
      save();
    } catch (IOException e) {
      boots.removeFirst();
      throw e;
    }
  }

  private void save() throws IOException {
    List<Map<String, Object>> entries = new ArrayList<>();
    for (Boot boot : boots) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("slot", (long) boot.slot);
      entry.put("bootId", boot.bootId);
      entry.put("baseMs", boot.baseMs);
      entry.put("lastMs", boot.lastMs);
      if (boot.startMs != null) {
        entry.put("startMs", boot.startMs);
      }
      entries.add(entry);
    }
    byte[] text = JsonText.write(Map.of("boots", entries)).getBytes(StandardCharsets.UTF_8);
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path draft = file.resolveSibling("clock.new");
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(text));
      out.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder =
        FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }
}
