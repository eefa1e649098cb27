// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A program that leads a process group of its own, so that it can be ended with all that it
/// started.
///
/// Source: setsid(1), which keeps the process number; kill(2) with a negative number.
final class ProcessGroup {
  private static final String SETSID = "/usr/bin/setsid";
  private static final int SIGKILL = 9;

  private final Process leader;

  private ProcessGroup(Process leader) {
    this.leader = leader;
  }

  /// Starts a program without a shell, with nothing to read and an empty environment.
  static ProcessGroup start(Path program, List<String> arguments) throws IOException {
    if (!Files.isExecutable(Path.of(SETSID))) {
      throw new IOException(SETSID + " expected (package util-linux), it is not there");
    }
    var command = new ArrayList<>(List.of(SETSID, program.toString()));
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder
        .environment()
        .putAll(Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "LANG", "C.UTF-8"));
    Process leader = builder.start();
    leader.getOutputStream().close();
    return new ProcessGroup(leader);
  }

  Process leader() {
    return leader;
  }

  /// When it was started, which tells it from a later process with its number.
  long startedAtMs() {
    return leader.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  /// Ends it and all that it started and that did not leave the group. What it said can still be
  /// read.
  void end() {
    kill(leader.pid());
  }

  /// The same, and what it said is gone.
  void kill() {
    end();
    leader.destroyForcibly();
  }

  /// The same after a restart of the agent, if its leader still runs.
  static void kill(long pid, long startedAtMs) {
    Optional<Long> started =
        ProcessHandle.of(pid)
            .flatMap(process -> process.info().startInstant())
            .map(Instant::toEpochMilli);
    if (started.isPresent() && started.get() == startedAtMs) {
      kill(pid);
    }
  }

  @SuppressWarnings("restricted")
  private static void kill(long pid) {
    Linker linker = Linker.nativeLinker();
    MethodHandle kill =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("kill"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    try {
      // It may have ended by itself; there is nothing to do then.
      int ignored = (int) kill.invokeExact(-(int) pid, SIGKILL);
    } catch (Error | RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
