// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import io.fieldline.agent.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Map;

/// What becomes of an agent's answer at the person's side.
interface Answer {
  void item(Map<String, Object> item) throws ControlException, IOException;

  void done(Map<String, Object> last) throws ControlException, IOException;

  /// As the command line wants it.
  static Answer of(CommandLine line, PrintStream out) throws ControlException {
    return switch (line.subcommand()) {
      case SUPPORT_BUNDLE -> new Bundle(line, out);
      case QUEUE_EXPORT -> new Export(line, out);
      default -> line.json() ? new Json(out) : new Text(line.subcommand(), out);
    };
  }

  /// One JSON object a line.
  record Json(PrintStream out) implements Answer {
    @Override
    public void item(Map<String, Object> item) {
      if (!item.containsKey("listening")) {
        out.println(JsonText.write(item));
      }
    }

    @Override
    public void done(Map<String, Object> last) {
      if (!last.isEmpty()) {
        out.println(JsonText.write(last));
      }
    }
  }

  /// For people.
  record Text(Subcommand subcommand, PrintStream out) implements Answer {
    @Override
    public void item(Map<String, Object> item) {
      out.print(TextView.item(subcommand, item));
      out.flush();
    }

    @Override
    public void done(Map<String, Object> last) {
      out.print(TextView.done(subcommand, last));
    }
  }

  /// A file that only its owner may read, and that was not there.
  private static void create(Path file, byte[] content) throws ControlException, IOException {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      throw new ControlException(file + " is there already: name another file");
    }
    Files.write(file, content);
  }

  /// A support bundle into its file.
  final class Bundle implements Answer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CommandLine line;
    private final PrintStream out;

    Bundle(CommandLine line, PrintStream out) {
      this.line = line;
      this.out = out;
    }

    @Override
    public void item(Map<String, Object> item) {
      bytes.writeBytes(Base64.getDecoder().decode(String.valueOf(item.get("base64"))));
    }

    @Override
    public void done(Map<String, Object> last) throws ControlException, IOException {
      Object named = line.arguments().getOrDefault("file", last.get("name"));
      Path file = Path.of(String.valueOf(named));
      create(file, bytes.toByteArray());
      Map<String, Object> told = Map.of("file", file.toString(), "bytes", (long) bytes.size());
      out.println(
          line.json()
              ? JsonText.write(told)
              : file + ": " + bytes.size() + " bytes; look through it before you send it");
    }
  }

  /// Batches into a file, a line each.
  final class Export implements Answer {
    private final Path file;
    private final CommandLine line;
    private final PrintStream out;

    Export(CommandLine line, PrintStream out) throws ControlException {
      this.line = line;
      this.out = out;
      this.file = Path.of(String.valueOf(line.arguments().get("file")));
      try {
        create(file, new byte[0]);
      } catch (IOException e) {
        throw new ControlException(file + ": cannot be made: " + e);
      }
    }

    @Override
    public void item(Map<String, Object> item) throws IOException {
      byte[] text = (JsonText.write(item) + "\n").getBytes(StandardCharsets.UTF_8);
      Files.write(file, text, StandardOpenOption.APPEND);
    }

    @Override
    public void done(Map<String, Object> last) {
      out.println(
          line.json() ? JsonText.write(last) : file + ": " + last.get("batches") + " batches");
    }
  }
}
