// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import io.fieldline.agent.config.SourceConfig.Program;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.Polling;
import io.fieldline.agent.ingest.ReadingException;
import io.fieldline.agent.ingest.ReadingParser;
import io.fieldline.messages.Reading;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs an allowed program, without a shell and in an empty environment, and takes its output as
/// lines of readings. One that takes too long is ended with all it started; what it said then, and
/// what a program says that fails, is not taken.
public final class ProgramSource implements Polling.Question {
  private static final Duration GRACE = Duration.ofMillis(500);
  private static final int SHOWN = 200;

  private final Program config;
  private final String source;
  private final ReadingParser parser;
  private final Intake intake;

  /// @param source its name in metrics
  public ProgramSource(Program config, String source, ReadingParser parser, Intake intake) {
    this.config = config;
    this.source = source;
    this.parser = parser;
    this.intake = intake;
  }

  @Override
  public void ask() throws IOException, ReadingException, InterruptedException {
    List<Reading> readings = parser.lines(run(), config.device());
    if (readings.isEmpty()) {
      throw new IOException("at least one line with a reading expected on its standard output");
    }
    intake.accept(source, readings);
  }

  private byte[] run() throws IOException, InterruptedException {
    var builder = new ProcessBuilder(config.command()).redirectError(Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LANG", "C.UTF-8"));
    Process process = builder.start();
    var output = new ByteArrayOutputStream();
    // Reading a pipe keeps a carrier of virtual threads.
    Thread reader =
        Thread.ofPlatform()
            .daemon()
            .name("program-" + config.name())
            .start(() -> read(process.getInputStream(), output));
    try {
      process.getOutputStream().close();
      if (!process.waitFor(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("not done within " + config.timeout().toMillis() + " ms, ended");
      }
      reader.join(GRACE);
      return checked(process.exitValue(), output);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private byte[] checked(int status, ByteArrayOutputStream output) throws IOException {
    byte[] said;
    synchronized (output) {
      said = output.toByteArray();
    }
    if (status != 0) {
      String text = new String(said, StandardCharsets.UTF_8).strip();
      throw new IOException(
          "exit status 0 expected, got "
              + status
              + (text.isEmpty() ? "" : ": " + text.substring(0, Math.min(SHOWN, text.length()))));
    }
    if (said.length > config.maxOutputBytes()) {
      throw new IOException("an output of at most " + config.maxOutputBytes() + " bytes expected");
    }
    return said;
  }

  /// All of it is read, so that the program does not wait; the bound and one byte more is kept.
  private void read(InputStream in, ByteArrayOutputStream output) {
    byte[] chunk = new byte[4096];
    try (in) {
      int length = in.read(chunk);
      while (length >= 0) {
        synchronized (output) {
          int room = config.maxOutputBytes() + 1 - output.size();
          output.write(chunk, 0, Math.min(room, length));
        }
        length = in.read(chunk);
      }
    } catch (IOException e) {
      // The process was ended: what it said until then is what it said.
      Thread.currentThread().interrupt();
    }
  }
}
