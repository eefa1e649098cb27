// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.jobs;

import io.fieldline.agent.config.JobsConfig.Program;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs a program that the configuration allows, with arguments that it allows. One that the
/// agent's end cut short is not run again.
final class RunJob implements JobHandler<JobDocument.Run> {
  private static final int KEPT_OUTPUT = 4096;
  private static final Duration GRACE = Duration.ofMillis(500);

  private final List<Program> allowed;

  RunJob(List<Program> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  @Override
  public Optional<JobOutcome> carryOut(JobDocument.Run job, Progress progress, boolean resumed)
      throws JobException, IOException, InterruptedException {
    if (resumed) {
      if (progress.state().get("pid") instanceof Long pid
          && progress.state().get("startedAtMs") instanceof Long startedAtMs) {
        ProcessGroup.kill(pid, startedAtMs);
      }
      throw new JobException(
          "the agent ended while the program ran; it was ended and is not run a second time");
    }
    Program program = allowed(job);
    check(program);
    Duration timeout =
        job.timeoutSeconds()
            .map(Duration::ofSeconds)
            .filter(wanted -> wanted.compareTo(program.timeout()) < 0)
            .orElse(program.timeout());
    ProcessGroup group = ProcessGroup.start(program.program(), job.arguments());
    try {
      progress.keep(Map.of("pid", group.leader().pid(), "startedAtMs", group.startedAtMs()));
      return Optional.of(outcome(group, timeout));
    } finally {
      group.kill();
    }
  }

  private Program allowed(JobDocument.Run job) throws JobException {
    List<Program> named =
        allowed.stream().filter(one -> one.program().toString().equals(job.program())).toList();
    if (named.isEmpty()) {
      throw new JobException("program: one of jobs.programs expected, got " + job.program());
    }
    return named.stream()
        .filter(one -> one.takes(job.arguments()))
        .findFirst()
        .orElseThrow(() ->
            new JobException(
                "arguments: as jobs.programs allows them for "
                    + job.program()
                    + " expected, got "
                    + job.arguments()));
  }

  private static void check(Program program) throws JobException, IOException {
    if (program.sha256().isEmpty()) {
      return;
    }
    String is = sha256(program.program());
    if (!is.equals(program.sha256().get())) {
      throw new JobException(
          program.program()
              + " is not the program that jobs.programs allows: sha256 "
              + program.sha256().get()
              + " expected, got "
              + is);
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] chunk = new byte[8192];
      int length = in.read(chunk);
      while (length >= 0) {
        digest.update(chunk, 0, length);
        length = in.read(chunk);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static JobOutcome outcome(ProcessGroup group, Duration timeout)
      throws InterruptedException {
    var output = new StringBuilder();
    // Reading a pipe keeps a carrier of virtual threads: some silent programs would stop the agent.
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .name("job-output")
            .start(() -> read(group.leader().getInputStream(), output));
    boolean ended = group.leader().waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    group.end();
    reader.join(GRACE);
    Map<String, String> details = new LinkedHashMap<>();
    synchronized (output) {
      details.put("output", output.toString());
    }
    if (!ended) {
      details.put(
          "reason",
          "not done within " + timeout.toSeconds() + " s; ended with all that it started");
      return new JobOutcome(false, details);
    }
    int status = group.leader().exitValue();
    details.put("exitStatus", String.valueOf(status));
    if (status != 0) {
      details.put("reason", "exit status " + status);
    }
    return new JobOutcome(status == 0, details);
  }

  private static void read(InputStream in, StringBuilder output) {
    byte[] chunk = new byte[1024];
    try (in) {
      int length = in.read(chunk);
      while (length >= 0) {
        synchronized (output) {
          output.append(new String(chunk, 0, length, StandardCharsets.UTF_8));
          if (output.length() > KEPT_OUTPUT) {
            output.delete(0, output.length() - KEPT_OUTPUT);
          }
        }
        length = in.read(chunk);
      }
    } catch (IOException e) {
      // The program was ended: what it said until then is what it said.
      Thread.currentThread().interrupt();
    }
  }
}
