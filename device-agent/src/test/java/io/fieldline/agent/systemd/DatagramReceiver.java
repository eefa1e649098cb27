// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A service manager's end: a Unix datagram socket, bound by the C library.
@SuppressWarnings("restricted")
public final class DatagramReceiver implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVTIMEO = 20;
  private static final int MAX_BYTES = 4096;

  private final Linker linker = Linker.nativeLinker();
  private final BlockingQueue<String> received = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private volatile boolean closed;

  /// Binds a path, or a name of the abstract namespace that begins with `@`.
  public DatagramReceiver(String name) throws Throwable {
    var arena = Arena.ofShared();
    int fd = (int) call("socket", JAVA_INT, JAVA_INT, JAVA_INT).invoke(AF_UNIX, SOCK_DGRAM, 0);
    byte[] path = name.getBytes(StandardCharsets.UTF_8);
    MemorySegment address = arena.allocate(2 + path.length + 1, 2);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
    boolean isAbstract = name.startsWith("@");
    if (isAbstract) {
      address.set(JAVA_BYTE, 2, (byte) 0);
    }
    int length = 2 + path.length + (isAbstract ? 0 : 1);
    int bound = (int) call("bind", JAVA_INT, ADDRESS, JAVA_INT).invoke(fd, address, length);
    MemorySegment wait = arena.allocate(16, 8);
    wait.set(JAVA_LONG, 8, 50_000);
    int timed =
        (int)
            call("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)
                .invoke(fd, SOL_SOCKET, SO_RCVTIMEO, wait, 16);
    if (fd < 0 || bound < 0 || timed < 0) {
      throw new IllegalStateException("no socket at " + name);
    }
    Thread.ofPlatform().daemon().start(() -> receive(fd, arena));
  }

  private java.lang.invoke.MethodHandle call(String symbol, ValueLayout... arguments) {
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(symbol), FunctionDescriptor.of(JAVA_INT, arguments));
  }

  private void receive(int fd, Arena arena) {
    try (arena) {
      var recv =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("recv"),
              FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
      MemorySegment buffer = arena.allocate(MAX_BYTES);
      while (!closed) {
        long length = (long) recv.invoke(fd, buffer, (long) MAX_BYTES, 0);
        if (length > 0) {
          byte[] bytes = buffer.asSlice(0, length).toArray(JAVA_BYTE);
          received.add(new String(bytes, StandardCharsets.UTF_8));
        }
      }
      int _ = (int) call("close", JAVA_INT).invoke(fd);
    } catch (Throwable e) {
      received.add("receiver failed: " + e);
    }
  }

  /// The next datagram with that line.
  public String await(String line) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (System.nanoTime() < deadline) {
      String datagram = received.poll(100, TimeUnit.MILLISECONDS);
      if (datagram != null) {
        seen.add(datagram);
        if (datagram.lines().anyMatch(line::equals)) {
          return datagram;
        }
      }
    }
    throw new AssertionError("no datagram has the line '" + line + "': " + seen);
  }

  /// What has arrived and was not awaited.
  List<String> others() {
    List<String> others = new ArrayList<>();
    received.drainTo(others);
    return others;
  }

  @Override
  public void close() {
    closed = true;
  }
}
