// SPDX-License-Identifier: Apache-2.0
package io.fieldline.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Who listens on a TCP port of this machine already: "Address already in use" alone leaves a
/// person to search.
///
/// Source: proc(5), `/proc/net/tcp`: local address and port in hexadecimal, state 0A is LISTEN, the
/// tenth field is the socket's inode; `/proc/[pid]/fd` links to `socket:[inode]`. Elsewhere than on
/// Linux nobody is named.
public final class PortOwner {
  private static final String LISTEN = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int USER = 7;
  private static final int INODE = 9;
  private static final Pattern SPACES = Pattern.compile("\\s+");

  private PortOwner() {}

  /// What went wrong when the address was to be listened on, in one line, with the owner if known.
  public static String explain(InetSocketAddress address, @Nullable Throwable cause) {
    String why = cause == null ? "unknown reason" : cause.getMessage();
    return "cannot listen on port %d of %s: %s%s"
        .formatted(
            address.getPort(),
            address.getHostString(),
            why,
            of(address.getPort()).map(owner -> ", by " + owner).orElse(""));
  }

  /// "name (pid N)", or "a program of user N" where that user's processes may not be looked into.
  public static Optional<String> of(int port) {
    Path proc = Path.of("/proc");
    for (String table : new String[] {"net/tcp", "net/tcp6"}) {
      for (String line : lines(proc.resolve(table))) {
        String[] fields = SPACES.split(line.strip());
        if (fields.length > INODE && listens(fields, port)) {
          return Optional.of(
              process(proc, "socket:[" + fields[INODE] + "]")
                  .orElse("a program of user " + fields[USER]));
        }
      }
    }
    return Optional.empty();
  }

  private static boolean listens(String[] fields, int port) {
    return fields[STATE].equals(LISTEN) && fields[LOCAL_ADDRESS].endsWith(":%04X".formatted(port));
  }

  private static Optional<String> process(Path proc, String socket) {
    try (var processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        if (holds(process, socket)) {
          String name = String.join("", lines(process.resolve("comm"))).strip();
          return Optional.of(name + " (pid " + process.getFileName() + ")");
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  private static boolean holds(Path process, String socket) {
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      for (Path file : (Iterable<Path>) open::iterator) {
        if (target(file).equals(socket)) {
          return true;
        }
      }
    } catch (IOException | RuntimeException e) {
      // Another user's, or it has ended.
      return false;
    }
    return false;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static Iterable<String> lines(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return Set.of();
    }
  }
}
