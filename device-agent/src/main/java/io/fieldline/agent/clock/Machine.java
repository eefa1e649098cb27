// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.clock;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/// What the machine knows about time: its clock, which may be wrong; how long it has been up, which
/// is not; and whether something keeps its clock right.
public interface Machine {
  /// The operating system's clock.
  Clock clock();

  /// Milliseconds since the start of the machine; set by nobody.
  long elapsedMs();

  /// What tells this start from others.
  String bootId();

  /// Whether the kernel's clock is held to a time server's.
  boolean isSynchronized();

  /// This machine.
  static Machine local(Clock clock) {
    return new Local(clock);
  }

  /// Linux.
  ///
  /// Source: random(4) for boot_id; adjtimex(2): TIME_ERROR is the clock that nobody synchronizes.
  /// Assumed: System.nanoTime counts from the start of the machine, as CLOCK_MONOTONIC does.
  final class Local implements Machine {
    private static final Logger LOG = System.getLogger(Machine.class.getName());
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path TIMESYNC = Path.of("/run/systemd/timesync/synchronized");
    private static final int TIME_ERROR = 5;
    private static final int TIMEX_BYTES = 256;

    private final Clock clock;
    private final String bootId;

    private Local(Clock clock) {
      this.clock = clock;
      this.bootId = readBootId();
    }

    private static String readBootId() {
      try {
        return Files.readString(BOOT_ID).strip();
      } catch (IOException e) {
        return UUID.randomUUID().toString();
      }
    }

    @Override
    public Clock clock() {
      return clock;
    }

    @Override
    public long elapsedMs() {
      return Duration.ofNanos(System.nanoTime()).toMillis();
    }

    @Override
    public String bootId() {
      return bootId;
    }

    @Override
    public boolean isSynchronized() {
      return Files.exists(TIMESYNC) || kernelSaysSo();
    }

    private static boolean kernelSaysSo() {
      try (Arena arena = Arena.ofConfined()) {
        int state = (int) Kernel.ADJTIMEX.invokeExact(arena.allocate(TIMEX_BYTES, Long.BYTES));
        return state >= 0 && state != TIME_ERROR;
      } catch (LinkageError e) {
        LOG.log(Level.DEBUG, "the C library has no adjtimex", e);
        return false;
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        LOG.log(Level.DEBUG, "the kernel does not tell whether its clock is synchronized", e);
        return false;
      }
    }

    /// Linked at the first question and once.
    private static final class Kernel {
      private static final MethodHandle ADJTIMEX = adjtimex();

      @SuppressWarnings("restricted")
      private static MethodHandle adjtimex() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
            linker.defaultLookup().findOrThrow("adjtimex"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
      }
    }
  }
}
