// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/// Where all loggers of the process write. What is written often is left out and counted; a file
/// that cannot be written is said on standard error once and tried again with each line. The last
/// lines are kept in memory for a support bundle. May be used from any thread.
public final class AgentLog extends Handler implements AutoCloseable {
  private static final int RECENT_CHARACTERS = 64 * 1024;

  private final LogSettings settings;
  private final PrintStream err;
  private final boolean toJournal;
  private final Optional<RotatingFile> file;
  private final TemplateLimit limit;
  private final Deque<String> recent = new ArrayDeque<>();
  private int recentCharacters;
  private long failures;
  private boolean failing;

  /// A log of those settings.
  ///
  /// @param toJournal whether standard error is the journal's, which takes a level before the line
  /// @throws IOException if the file cannot be opened
  public AgentLog(LogSettings settings, PrintStream err, boolean toJournal) throws IOException {
    this.settings = settings;
    this.err = err;
    this.toJournal = toJournal;
    this.limit = new TemplateLimit(settings.perMinute());
    this.file = file(settings);
    setLevel(javaLevel(settings.level()));
  }

  private static Optional<RotatingFile> file(LogSettings settings) throws IOException {
    if (settings.file().isEmpty()) {
      return Optional.empty();
    }
    Path path = settings.file().get();
    try {
      return Optional.of(new RotatingFile(path, settings.maxFileBytes(), settings.files()));
    } catch (IOException e) {
      throw new IOException("log.file: a file that can be written expected, got " + e, e);
    }
  }

  /// Takes the place of all other handlers of the process.
  public void install() {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(getLevel());
    root.addHandler(this);
  }

  /// Another level from now on.
  public void level(LogSettings.Level least) {
    setLevel(javaLevel(least));
    Logger.getLogger("").setLevel(getLevel());
  }

  private static Level javaLevel(LogSettings.Level level) {
    return switch (level) {
      case ERROR -> Level.SEVERE;
      case WARNING -> Level.WARNING;
      case INFO -> Level.INFO;
      case DEBUG -> Level.FINE;
    };
  }

  @Override
  public void publish(LogRecord record) {
    if (isLoggable(record)) {
      write(record);
    }
  }

  private synchronized void write(LogRecord record) {
    String template = record.getLoggerName() + " " + record.getMessage();
    OptionalLong leftOut = limit.admit(template, System.nanoTime());
    if (leftOut.isEmpty()) {
      return;
    }
    var line = new LogLine(record, leftOut.getAsLong());
    String text = line.text(settings.format());
    remember(text);
    if (file.isEmpty()) {
      err.println(toJournal ? forJournal(line.level(), text) : text);
      return;
    }
    try {
      file.get().write(text);
      failing = false;
    } catch (IOException e) {
      failures++;
      if (!failing) {
        failing = true;
        err.println("the log file cannot be written: " + e + ": " + text);
      }
    }
  }

  /// Source: sd-daemon(3), the priority in angle brackets before each line.
  private static String forJournal(String level, String text) {
    String priority =
        switch (level) {
          case "ERROR" -> "<3>";
          case "WARNING" -> "<4>";
          case "INFO" -> "<6>";
          default -> "<7>";
        };
    return priority + text.replace("\n", "\n" + priority);
  }

  private void remember(String text) {
    recent.addLast(text);
    recentCharacters += text.length();
    while (recentCharacters > RECENT_CHARACTERS && recent.size() > 1) {
      recentCharacters -= recent.removeFirst().length();
    }
  }

  /// The last lines, oldest first.
  public synchronized List<String> recent() {
    return List.copyOf(recent);
  }

  /// How many lines were left out because their like was written too often.
  public synchronized long leftOut() {
    return limit.dropped();
  }

  /// How many lines could not be written.
  public synchronized long failures() {
    return failures;
  }

  @Override
  public void flush() {
    err.flush();
  }

  @Override
  public synchronized void close() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      err.println("the log file cannot be closed: " + e);
    }
  }
}
