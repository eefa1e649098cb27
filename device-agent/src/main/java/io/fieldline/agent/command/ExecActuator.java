// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Takes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Runs a program of the machine, without a shell, in an empty environment. Success is exit status
/// 0 within the time allowed; a program that takes longer is ended with all it started.
public final class ExecActuator implements Actuator {
  private static final int MAX_OUTPUT_BYTES = 4096;
  private static final int MAX_DETAIL = 200;
  private static final Duration GRACE = Duration.ofMillis(500);

  private final ActuatorConfig.Exec config;

  /// An actuator for a program that the configuration allows.
  public ExecActuator(ActuatorConfig.Exec config) {
    this.config = config;
  }

  @Override
  public Optional<Takes> takes() {
    return config.takes();
  }

  @Override
  public Result actuate(DesiredCommand command) throws InterruptedException {
    String value = command.value() instanceof String text ? text : JsonText.write(command.value());
    if (value.indexOf('\0') >= 0) {
      return Result.failed("a value without NUL expected");
    }
    List<String> words =
        config.command().stream().map(word -> word.replace("{value}", value)).toList();
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      return outcome(process);
    } catch (IOException e) {
      return Result.failed(String.valueOf(e.getMessage()));
    }
  }

  private Result outcome(Process process) throws InterruptedException {
    var output = new StringBuilder();
    // Reading a pipe keeps a carrier of virtual threads: some silent programs would stop the agent.
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .name("exec-output")
            .start(() -> read(process.getInputStream(), output));
    try {
      if (!process.waitFor(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        return Result.failed("not done within " + config.timeout().toMillis() + " ms, ended");
      }
      reader.join(GRACE);
      String said;
      synchronized (output) {
        said = output.toString().strip();
      }
      String detail = said.length() > MAX_DETAIL ? said.substring(0, MAX_DETAIL) : said;
      int status = process.exitValue();
      return status == 0
          ? new Result(true, detail)
          : Result.failed("exit status " + status + (detail.isEmpty() ? "" : ": " + detail));
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static void read(InputStream in, StringBuilder output) {
    byte[] chunk = new byte[1024];
    try (in) {
      int length = in.read(chunk);
      while (length >= 0) {
        synchronized (output) {
          if (output.length() < MAX_OUTPUT_BYTES) {
            output.append(new String(chunk, 0, length, StandardCharsets.UTF_8));
          }
        }
        length = in.read(chunk);
      }
    } catch (IOException e) {
      // The process was ended: what it said until then is what it said.
      Thread.currentThread().interrupt();
    }
  }
}
