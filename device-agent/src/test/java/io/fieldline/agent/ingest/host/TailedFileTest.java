// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.config.SourceConfig;
import io.fieldline.agent.config.SourceConfig.TailedFile.From;
import io.fieldline.agent.ingest.TestIntake;
import io.fieldline.agent.spool.SpoolException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TailedFileTest {
  @TempDir Path folder;

  private Path log;
  private TestIntake intake;

  @BeforeEach
  void open() throws IOException {
    log = folder.resolve("readings.log");
    intake = new TestIntake(folder);
  }

  @AfterEach
  void close() throws IOException {
    intake.close();
  }

  @Test
  void wholeLinesThatAreAddedAreReadOnceAndWrongOnesAreLeftOut() throws Exception {
    add("t=1\n");
    try (TailedFile file = tail(From.END)) {
      file.ask();
      assertThat(intake.rest()).isEmpty();
      add("t=2\n\nnonsense\r\nt=3 Cel\r\nt=4");
      file.ask();
      file.ask();
      assertThat(intake.rest()).containsExactly("gw/t=2.0", "gw/t=3.0 Cel");
      add("0\nx=" + "1".repeat(2000) + "\nt=5\n");
      file.ask();
      assertThat(intake.rest()).containsExactly("gw/t=40.0", "gw/t=5.0");
    }
    assertThat(intake.metrics().count("fieldline_refused_total{source=\"file\",reason=\"size\"}"))
        .isEqualTo(1);
    assertThat(intake.metrics().count("fieldline_refused_total{source=\"file\",reason=\"syntax\"}"))
        .isEqualTo(1);
  }

  @Test
  void placeIsKeptOverARestart() throws Exception {
    add("t=1\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
    }
    add("t=2\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
    }

    assertThat(intake.rest()).containsExactly("gw/t=1.0", "gw/t=2.0");
  }

  @Test
  void whatTheSpoolDoesNotTakeIsReadAgain() throws Exception {
    try (var full = new TestIntake(Files.createDirectory(folder.resolve("full")))) {
      add("t=1\n");
      full.closeSpool();
      try (var file =
          new TailedFile(config(From.START), "file f", full.parser(), full.intake(), folder)) {
        assertThatThrownBy(file::ask).isInstanceOf(SpoolException.class);
        assertThatThrownBy(file::ask).isInstanceOf(SpoolException.class);
      }
    }
    try (TailedFile file = tail(From.START)) {
      file.ask();
    }

    assertThat(intake.rest()).containsExactly("gw/t=1.0");
  }

  @Test
  void rotationByRenamingLosesNothingEvenWhileTheAgentIsAway() throws Exception {
    add("t=1\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
      add("t=2\n");
      Files.move(log, folder.resolve("readings.log.1"));
      add("t=3\n");
      file.ask();
      assertThat(intake.rest()).containsExactly("gw/t=1.0", "gw/t=2.0", "gw/t=3.0");
    }
    add("t=4\n");
    Files.move(folder.resolve("readings.log.1"), folder.resolve("readings.log.2"));
    Files.move(log, folder.resolve("readings.log.1"));
    add("t=5\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
    }

    assertThat(intake.rest()).containsExactly("gw/t=4.0", "gw/t=5.0");
  }

  @Test
  void filesThatCameAndWentWhileTheAgentWasAwayAreReadInTheirOrder() throws Exception {
    add("t=1\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
    }
    add("t=2\n");
    for (int i = 3; i <= 5; i++) {
      rotate();
      add("t=" + i + "\n");
      // What is older must have an older time, whatever the clock's resolution is.
      Files.setLastModifiedTime(log, FileTime.fromMillis(System.currentTimeMillis() + i));
    }
    Files.writeString(folder.resolve("readings.log.9.gz"), "t=9\n");
    Files.writeString(folder.resolve("readings.log.bak"), "t=9\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
      assertThat(intake.rest())
          .containsExactly("gw/t=1.0", "gw/t=2.0", "gw/t=3.0", "gw/t=4.0", "gw/t=5.0");
      rotate();
      add("t=6\n");
      file.ask();
    }
    assertThat(intake.rest()).containsExactly("gw/t=6.0");
  }

  private void rotate() throws IOException {
    for (int i = 3; i >= 1; i--) {
      Path old = folder.resolve("readings.log." + i);
      if (Files.exists(old)) {
        Files.move(old, folder.resolve("readings.log." + (i + 1)));
      }
    }
    Files.move(log, folder.resolve("readings.log.1"));
  }

  @Test
  void fileThatIsCutShortIsReadFromItsStart() throws Exception {
    add("t=1\nt=2\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
      Files.writeString(log, "t=3\n");
      file.ask();
    }
    Files.writeString(log, "");
    Files.writeString(log, "t=4444\nt=5\n");
    try (TailedFile file = tail(From.START)) {
      file.ask();
    }

    assertThat(intake.rest())
        .containsExactly("gw/t=1.0", "gw/t=2.0", "gw/t=3.0", "gw/t=4444.0", "gw/t=5.0");
  }

  @Test
  void fileThatIsNotThereIsNamedAndReadFromItsStartWhenItComes() throws Exception {
    try (TailedFile file = tail(From.START)) {
      assertThatThrownBy(file::ask).hasMessage("a file expected at " + log + ", nothing is there");
      add("t=1\n");
      file.ask();
    }

    assertThat(intake.rest()).containsExactly("gw/t=1.0");
  }

  @Test
  void placeThatCannotBeReadCountsAsNone() throws Exception {
    add("t=1\n");
    Files.writeString(folder.resolve("f.place"), "rubbish");
    try (TailedFile file = tail(From.START)) {
      file.ask();
    }

    assertThat(intake.rest()).containsExactly("gw/t=1.0");
  }

  private TailedFile tail(From from) throws IOException {
    return new TailedFile(config(from), "file f", intake.parser(), intake.intake(), folder);
  }

  private SourceConfig.TailedFile config(From from) {
    return new SourceConfig.TailedFile(
        "f", log, "gw", from, Duration.ofMillis(100), 1000, Duration.ZERO);
  }

  private void add(String text) throws IOException {
    Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
