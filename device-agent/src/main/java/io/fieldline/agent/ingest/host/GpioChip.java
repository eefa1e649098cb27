// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import io.fieldline.agent.config.SourceConfig.Gpio;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Input lines of a GPIO chip, by the kernel's character device: no library, and no sysfs
/// interface, which newer kernels do not have.
///
/// Source: linux/gpio.h (ABI version 2, Linux 5.10): GPIO_V2_GET_LINE_IOCTL asks for the lines and
/// gives a file of their own, GPIO_V2_LINE_GET_VALUES_IOCTL reads them all at once. The numbers of
/// both are the same on x86-64 and arm64 (asm-generic/ioctl.h).
final class GpioChip implements Closeable {
  private static final long GET_LINE = 0xC250_B407L;
  private static final long GET_VALUES = 0xC010_B40EL;
  private static final int REQUEST_BYTES = 592;
  private static final int CONSUMER_AT = 256;
  private static final int CONFIG_AT = 288;
  private static final int ATTRIBUTES_AT = CONFIG_AT + 32;
  private static final int ATTRIBUTE_BYTES = 24;
  private static final int LINES_AT = 560;
  private static final int FD_AT = 588;
  private static final int ATTRIBUTE_FLAGS = 1;

  private static final long ACTIVE_LOW = 1L << 1;
  private static final long INPUT = 1L << 2;
  private static final long PULL_UP = 1L << 8;
  private static final long PULL_DOWN = 1L << 9;
  private static final long BIAS_DISABLED = 1L << 10;
  private static final int READ_CLOEXEC = 0x8_0000;

  private final Libc libc;
  private final List<Gpio.Line> lines;
  private final int fd;

  private GpioChip(Libc libc, List<Gpio.Line> lines, int fd) {
    this.libc = libc;
    this.lines = lines;
    this.fd = fd;
  }

  /// Takes the lines of a chip as inputs.
  ///
  /// @throws IOException saying what the machine lacks
  static GpioChip open(Gpio config) throws IOException {
    Path chip = config.chip();
    if (!Files.exists(chip)) {
      throw new IOException(
          "a GPIO chip expected at " + chip + ", nothing is there: this machine offers none by it");
    }
    var libc = Libc.load();
    try (Arena arena = Arena.ofConfined()) {
      int chipFd = libc.open(arena.allocateFrom(chip.toString()), READ_CLOEXEC, chip);
      try {
        MemorySegment request = request(arena, config);
        libc.ioctl(chipFd, GET_LINE, request, "the lines of " + chip);
        return new GpioChip(libc, config.lines(), request.get(ValueLayout.JAVA_INT, FD_AT));
      } finally {
        libc.close(chipFd);
      }
    }
  }

  private static MemorySegment request(Arena arena, Gpio config) {
    MemorySegment request = arena.allocate(REQUEST_BYTES, 8);
    List<Gpio.Line> lines = config.lines();
    for (int i = 0; i < lines.size(); i++) {
      request.setAtIndex(ValueLayout.JAVA_INT, i, lines.get(i).offset());
    }
    request.setString(CONSUMER_AT, "fieldline");
    request.set(ValueLayout.JAVA_INT, LINES_AT, lines.size());
    request.set(ValueLayout.JAVA_LONG, CONFIG_AT, INPUT);
    List<Long> kinds = new ArrayList<>(lines.stream().map(GpioChip::flags).distinct().toList());
    kinds.remove(INPUT);
    request.set(ValueLayout.JAVA_INT, CONFIG_AT + 8, kinds.size());
    for (int kind = 0; kind < kinds.size(); kind++) {
      int at = ATTRIBUTES_AT + kind * ATTRIBUTE_BYTES;
      request.set(ValueLayout.JAVA_INT, at, ATTRIBUTE_FLAGS);
      request.set(ValueLayout.JAVA_LONG, at + 8, kinds.get(kind));
      request.set(ValueLayout.JAVA_LONG, at + 16, mask(lines, kinds.get(kind)));
    }
    return request;
  }

  private static long mask(List<Gpio.Line> lines, long flags) {
    long mask = 0;
    for (int i = 0; i < lines.size(); i++) {
      mask |= flags(lines.get(i)) == flags ? 1L << i : 0;
    }
    return mask;
  }

  private static long flags(Gpio.Line line) {
    long bias =
        switch (line.bias()) {
          case AS_IS -> 0;
          case DISABLED -> BIAS_DISABLED;
          case PULL_UP -> PULL_UP;
          case PULL_DOWN -> PULL_DOWN;
        };
    return INPUT | bias | (line.activeLow() ? ACTIVE_LOW : 0);
  }

  /// The values of the lines, in their order in the configuration: bit 0 is the first.
  long values() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment values = arena.allocate(16, 8);
      values.set(ValueLayout.JAVA_LONG, 8, lines.size() == 64 ? -1L : (1L << lines.size()) - 1);
      libc.ioctl(fd, GET_VALUES, values, "the values of its lines");
      return values.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  @Override
  public void close() throws IOException {
    libc.close(fd);
  }

  /// The three calls of the C library that this takes.
  private record Libc(
      MethodHandle open, MethodHandle ioctl, MethodHandle close, MethodHandle error) {
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    @SuppressWarnings("restricted")
    static Libc load() {
      Linker linker = Linker.nativeLinker();
      var lookup = linker.defaultLookup();
      var errno = Linker.Option.captureCallState("errno");
      var variadic = Linker.Option.firstVariadicArg(2);
      return new Libc(
          linker.downcallHandle(
              lookup.findOrThrow("open"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
              errno,
              variadic),
          linker.downcallHandle(
              lookup.findOrThrow("ioctl"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_INT,
                  ValueLayout.JAVA_LONG,
                  ValueLayout.ADDRESS),
              errno,
              variadic),
          linker.downcallHandle(
              lookup.findOrThrow("close"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)),
          linker.downcallHandle(
              lookup.findOrThrow("strerror"),
              FunctionDescriptor.of(
                  ValueLayout.ADDRESS.withTargetLayout(
                      MemoryLayout.sequenceLayout(256, ValueLayout.JAVA_BYTE)),
                  ValueLayout.JAVA_INT)));
    }

    int open(MemorySegment path, int flags, Path shown) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        int opened = (int) open.invokeExact(state, path, flags);
        if (opened < 0) {
          throw new IOException(
              "a GPIO chip expected at " + shown + ", which cannot be opened: " + why(state));
        }
        return opened;
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    void ioctl(int of, long request, MemorySegment argument, String what) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        int result = (int) ioctl.invokeExact(state, of, request, argument);
        if (result < 0) {
          throw new IOException("the kernel does not give " + what + ": " + why(state));
        }
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }

    private String why(MemorySegment state) throws Throwable {
      int number = (int) ERRNO.get(state, 0L);
      var text = (MemorySegment) error.invokeExact(number);
      return text.getString(0);
    }

    void close(int opened) throws IOException {
      try {
        int result = (int) close.invokeExact(opened);
        if (result < 0) {
          throw new IOException("a GPIO file did not close");
        }
      } catch (IOException e) {
        throw e;
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
