// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/// Sends datagrams to a Unix socket, which the JDK's own channels cannot: by the C library's
/// `socket`, `sendto` and `close`. A name that begins with `@` is in Linux' abstract namespace.
///
/// Source: unix(7), sendto(2). The constants are those of Linux on x86-64 and on arm64.
final class UnixDatagram {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MAX_PATH_BYTES = 107;
  private static final int ADDRESS_BYTES = 2 + MAX_PATH_BYTES + 1;

  private final Linker linker = Linker.nativeLinker();
  private final MemoryLayout state = Linker.Option.captureStateLayout();
  private final VarHandle errno =
      state.varHandle(MemoryLayout.PathElement.groupElement("errno")).withInvokeExactBehavior();
  private final MethodHandle socket =
      function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
  private final MethodHandle sendto =
      function(
          "sendto",
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
  private final MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private final String name;
  private final byte[] path;

  /// A sender to the socket of that name; nothing is opened yet.
  ///
  /// @throws IOException if it is neither an absolute path nor an abstract name, or too long
  UnixDatagram(String name) throws IOException {
    this.name = name;
    this.path = name.getBytes(StandardCharsets.UTF_8);
    if (!name.matches("(?s)[/@].+") || path.length > MAX_PATH_BYTES) {
      throw new IOException(
          "an absolute path or @name of at most "
              + MAX_PATH_BYTES
              + " bytes expected, got "
              + name);
    }
    if (path[0] == '@') {
      path[0] = 0;
    }
  }

  @SuppressWarnings("restricted")
  private MethodHandle function(String symbol, FunctionDescriptor descriptor) {
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(symbol),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /// Sends one datagram.
  ///
  /// @throws IOException if nobody takes it
  void send(String text) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errors = arena.allocate(state);
      int fd = (int) socket.invokeExact(errors, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      check("socket", fd, errors);
      try {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        long sent =
            (long)
                sendto.invokeExact(
                    errors,
                    fd,
                    arena.allocateFrom(JAVA_BYTE, bytes),
                    (long) bytes.length,
                    MSG_NOSIGNAL,
                    address(arena),
                    addressLength());
        check("sendto", sent, errors);
      } finally {
        int _ = (int) close.invokeExact(errors, fd);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private MemorySegment address(Arena arena) {
    MemorySegment address = arena.allocate(ADDRESS_BYTES, Short.BYTES);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
    return address;
  }

  /// An abstract name ends where its length says; a path ends with a zero.
  private int addressLength() {
    return 2 + path.length + (path[0] == 0 ? 0 : 1);
  }

  private void check(String call, long result, MemorySegment errors) throws IOException {
    if (result < 0) {
      int number = (int) errno.get(errors, 0L);
      throw new IOException(call + " " + name + ": " + meaning(number));
    }
  }

  private static String meaning(int errno) {
    return switch (errno) {
      case 2 -> "there is no such socket";
      case 13 -> "permission denied";
      case 111 -> "nobody listens there";
      default -> "error " + errno + " of the operating system";
    };
  }
}
