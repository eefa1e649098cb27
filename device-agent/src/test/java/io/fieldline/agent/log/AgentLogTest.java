// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.log.LogSettings.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentLogTest {
  private static final int FILE_BYTES = 16_384;
  private static final int PLENTY = 1_000_000;

  @TempDir Path folder;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void textLineHasTimeLevelClassAndMessageOnOneLine() throws Exception {
    try (AgentLog log = log(Optional.empty(), Format.TEXT, PLENTY)) {
      log.publish(record(Level.WARNING, "refused: name={0}", "a\nb"));
    }

    assertThat(err())
        .matches(
            "\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z WARNING io.fieldline.Test refused: name=a\\\\nb\n");
  }

  @Test
  void jsonLineIsAnObjectAndTellsTheError() throws Exception {
    try (AgentLog log = log(Optional.of(file()), Format.JSON, PLENTY)) {
      LogRecord record = record(Level.SEVERE, "failed \"{0}\"", "x");
      record.setThrown(new IOException("disk"));
      log.publish(record);
      log.publish(record(Level.FINE, "detail"));
    }

    List<String> lines = Files.readAllLines(file());
    assertThat(lines).hasSize(1);
    Map<String, Object> line = JsonText.parseObject(lines.getFirst());
    assertThat(line)
        .containsEntry("level", "ERROR")
        .containsEntry("logger", "io.fieldline.Test")
        .containsEntry("message", "failed \"x\"");
    assertThat((String) line.get("error")).contains("java.io.IOException: disk").contains("at ");
    assertThat(err()).isEmpty();
  }

  @Test
  void filesTogetherNeverHoldMoreThanTheirBoundAndTheNewestLinesAreThere() throws Exception {
    for (int run = 0; run < 2; run++) {
      try (AgentLog log = log(Optional.of(file()), Format.TEXT, PLENTY)) {
        for (int i = 0; i < 2000; i++) {
          log.publish(record(Level.INFO, "line {0}", run + "-" + i));
        }
        log.publish(record(Level.INFO, "x".repeat(100_000)));
      }
    }

    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().toList();
    }
    assertThat(files)
        .extracting(path -> path.getFileName().toString())
        .containsExactly("agent.log", "agent.log.1", "agent.log.2");
    assertThat(files.getFirst()).content().endsWith("x …\n");
    for (Path each : files) {
      assertThat(each).content().endsWith("\n").hasSizeLessThanOrEqualTo(FILE_BYTES);
    }
    assertThat(Files.readString(files.get(1)) + Files.readString(files.getFirst()))
        .contains("line 1-1999\n");
  }

  @Test
  void fewerFilesThanLastTimeHoldsAtOnce() throws Exception {
    for (int number = 1; number <= 9; number++) {
      Files.writeString(folder.resolve("agent.log." + number), "old");
    }
    Files.writeString(folder.resolve("agent.log.bak"), "somebody's own");

    try (AgentLog _ = log(Optional.of(file()), Format.TEXT, PLENTY)) {
      assertThat(folder.resolve("agent.log.2")).exists();
      assertThat(folder.resolve("agent.log.3")).doesNotExist();
      assertThat(folder.resolve("agent.log.9")).doesNotExist();
      assertThat(folder.resolve("agent.log.bak")).exists();
    }
  }

  /// A flapping sensor fills nothing, and other messages are still written.
  @Test
  void whatIsSaidTooOftenIsLeftOutAndCounted() throws Exception {
    try (AgentLog log = log(Optional.empty(), Format.TEXT, 10)) {
      for (int i = 0; i < 1000; i++) {
        log.publish(record(Level.WARNING, "sensor gone: port={0}", i));
      }
      log.publish(record(Level.WARNING, "something else"));

      assertThat(log.leftOut()).isBetween(980L, 990L);
      assertThat(log.recent().size()).isBetween(11, 21);
    }
    assertThat(err().lines().toList().getLast()).endsWith("something else");
  }

  @Test
  void theNextLineTellsHowManyWereLeftOut() {
    var limit = new TemplateLimit(60);
    long second = 1_000_000_000;
    for (int i = 0; i < 70; i++) {
      boolean unused = limit.admit("a", 0).isPresent();
    }

    assertThat(limit.admit("a", second)).hasValue(10);
    assertThat(limit.admit("a", 2 * second)).hasValue(0);
    assertThat(limit.admit("b", 2 * second)).hasValue(0);
    assertThat(limit.dropped()).isEqualTo(10);
  }

  /// `/dev/full` is a disk that is full.
  @Test
  void fullDiskIsSaidOnceAndStopsNobody() throws Exception {
    try (AgentLog log = log(Optional.of(Path.of("/dev/full")), Format.TEXT, PLENTY)) {
      log.publish(record(Level.INFO, "one"));
      log.publish(record(Level.INFO, "two"));

      assertThat(log.failures()).isEqualTo(2);
      assertThat(log.recent()).hasSize(2);
    }
    assertThat(err()).contains("No space left on device").contains("one").doesNotContain("two");
  }

  @Test
  void fileThatCannotBeOpenedIsRefusedWithItsKey() throws Exception {
    Path impossible = Files.writeString(folder.resolve("plain"), "").resolve("agent.log");

    assertThatThrownBy(() -> log(Optional.of(impossible), Format.TEXT, PLENTY))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("log.file: a file that can be written expected");
  }

  /// A channel would be closed for good.
  @Test
  void interruptedThreadWritesAndSoDoOthersAfterIt() throws Exception {
    try (AgentLog log = log(Optional.of(file()), Format.TEXT, PLENTY)) {
      Thread interrupted =
          Thread.ofVirtual()
              .start(() -> {
                Thread.currentThread().interrupt();
                log.publish(record(Level.INFO, "first"));
              });
      interrupted.join();
      log.publish(record(Level.INFO, "second"));
    }

    assertThat(file()).content().contains("first").contains("second");
  }

  @Test
  void journalIsToldTheLevelOfEachLine() throws Exception {
    var settings =
        new LogSettings(Optional.empty(), Format.TEXT, LogSettings.Level.INFO, 4096, 3, PLENTY);
    try (var log = new AgentLog(settings, new PrintStream(err, true), true)) {
      LogRecord record = record(Level.WARNING, "failed");
      record.setThrown(new IOException("disk"));
      log.publish(record);
    }

    assertThat(err().lines()).hasSizeGreaterThan(2).allMatch(line -> line.startsWith("<4>"));
  }

  private AgentLog log(Optional<Path> file, Format format, int perMinute) throws IOException {
    var settings = new LogSettings(file, format, LogSettings.Level.INFO, FILE_BYTES, 3, perMinute);
    return new AgentLog(settings, new PrintStream(err, true, StandardCharsets.UTF_8), false);
  }

  private Path file() {
    return folder.resolve("agent.log");
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private static LogRecord record(Level level, String template, Object... parameters) {
    var record = new LogRecord(level, template);
    record.setLoggerName("io.fieldline.Test");
    record.setParameters(parameters);
    return record;
  }
}
