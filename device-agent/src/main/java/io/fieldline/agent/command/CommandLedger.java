// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.command.Outcome.Status;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Which commands were begun and how they ended, on disk before anything moves: what is in here is
/// never carried out again. One line an event, with its checksum in front; the last line wins. A
/// torn last line was not acted upon. May be called from any thread.
public final class CommandLedger implements AutoCloseable {
  private static final Logger LOG = System.getLogger(CommandLedger.class.getName());
  private static final int KEPT_COMMANDS = 4096;
  private static final int COMPACT_LINES = 4 * KEPT_COMMANDS;

  private final Path file;
  private final Map<String, Entry> byId = new LinkedHashMap<>();
  private @Nullable FileChannel channel;
  private int lines;

  /// What is known of a command.
  ///
  /// @param reported whether the cloud has taken this outcome
  public record Entry(Outcome outcome, boolean reported) {}

  private CommandLedger(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      load();
    }
    try {
      this.channel = compact();
    } catch (IOException e) {
      // A disk that takes no writes now is tried again with the first command, which is not begun
      // before it is in here; readings need no ledger.
      LOG.log(Level.WARNING, "command ledger cannot be written now: file={0}", file, e);
    }
  }

  /// Opens the ledger of a folder, creating it if it is not there.
  public static CommandLedger open(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new CommandLedger(folder.resolve("commands.log"));
  }

  private void load() throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    for (String line : text.lines().toList()) {
      Optional<Entry> entry = parse(line);
      if (entry.isEmpty()) {
        LOG.log(Level.WARNING, "command ledger line not sound, left out: file={0}", file);
      }
      entry.ifPresent(this::remember);
    }
  }

  private void remember(Entry entry) {
    byId.remove(entry.outcome().command().id());
    byId.put(entry.outcome().command().id(), entry);
    if (byId.size() > KEPT_COMMANDS) {
      byId.remove(byId.keySet().iterator().next());
    }
  }

  private FileChannel compact() throws IOException {
    Path draft = file.resolveSibling("commands.new");
    var text = new StringBuilder();
    byId.values().forEach(entry -> text.append(line(entry)));
    try (FileChannel out =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(out, text.toString());
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    lines = byId.size();
    return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  private static void write(FileChannel out, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
    out.force(false);
  }

  /// What is known of the command with that id.
  public synchronized Optional<Entry> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /// Everything known, oldest first.
  public synchronized List<Entry> entries() {
    return List.copyOf(byId.values());
  }

  /// Keeps an outcome; it is on the disk when this returns.
  public synchronized void keep(Outcome outcome) throws IOException {
    append(new Entry(outcome, false));
  }

  /// Keeps an outcome that the cloud is not told; it is on the disk when this returns.
  synchronized void keepUntold(Outcome outcome) throws IOException {
    append(new Entry(outcome, true));
  }

  /// Keeps that the cloud has taken this outcome, unless the command has gone on since.
  public synchronized void reported(Outcome outcome) throws IOException {
    Entry known = byId.get(outcome.command().id());
    if (known != null && known.outcome().equals(outcome) && !known.reported()) {
      append(new Entry(outcome, true));
    }
  }

  private void append(Entry entry) throws IOException {
    FileChannel out = channel == null ? compact() : channel;
    channel = out;
    long before = out.size();
    try {
      write(out, line(entry));
    } catch (IOException e) {
      out.truncate(before);
      throw e;
    }
    remember(entry);
    if (++lines > COMPACT_LINES) {
      out.close();
      channel = null;
      channel = compact();
    }
  }

  private static String line(Entry entry) {
    Outcome outcome = entry.outcome();
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("actuator", outcome.command().actuator());
    members.put("id", outcome.command().id());
    members.put("value", outcome.command().value());
    members.put("expiresAtMs", outcome.command().expiresAtMs());
    members.put("status", outcome.status().name());
    members.put("atMs", outcome.atMs());
    members.put("detail", outcome.detail());
    members.put("reported", entry.reported());
    String json = JsonText.write(members);
    return checksum(json) + " " + json + "\n";
  }

  private static String checksum(String json) {
    var crc = new CRC32C();
    crc.update(json.getBytes(StandardCharsets.UTF_8));
    return "%08x".formatted(crc.getValue());
  }

  private static Optional<Entry> parse(String line) {
    if (line.length() < 10 || !line.substring(0, 8).equals(checksum(line.substring(9)))) {
      return Optional.empty();
    }
    try {
      Map<String, Object> members = JsonText.parseObject(line.substring(9));
      if (members.get("actuator") instanceof String actuator
          && members.get("id") instanceof String id
          && members.get("expiresAtMs") instanceof Long expiresAtMs
          && members.get("status") instanceof String status
          && members.get("atMs") instanceof Long atMs
          && members.get("detail") instanceof String detail
          && members.get("reported") instanceof Boolean reported) {
        Object value = members.getOrDefault("value", JsonText.NULL);
        var command = new DesiredCommand(actuator, id, value, expiresAtMs);
        return Optional.of(
            new Entry(new Outcome(command, Status.valueOf(status), atMs, detail), reported));
      }
    } catch (JsonSyntaxException e) {
      LOG.log(Level.DEBUG, "command ledger line is no JSON", e);
    }
    return Optional.empty();
  }

  @Override
  public synchronized void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
