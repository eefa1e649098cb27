// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ConfigException;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.log.LogSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is in force, over restarts at any moment; the cloud is played by the test, a part of the
/// agent by a list.
@Timeout(60)
class ReconfigurationTest {
  private static final String FILE =
      """
      thing: gw
      cloud: {endpoint: "localhost:8883", certificate: cert.pem, key: key.pem}
      configShadow: {trialSeconds: 1}
      machine: {everyMs: 1000}
      tcp: {listen: "127.0.0.1:0"}
      """;
  private static final Map<String, Object> DEBUG = Map.of("log", Map.of("level", "debug"));
  private static final Map<String, Object> LOUD = Map.of("log", Map.of("level", "loud"));

  @TempDir Path folder;

  private final List<Thread> running = new ArrayList<>();
  private final List<Map<String, Object>> reports = new CopyOnWriteArrayList<>();
  private final List<AgentConfig> taken = new CopyOnWriteArrayList<>();
  private Sources sources = new Sources(Clock.systemUTC(), System::nanoTime);
  private Path file;

  @BeforeEach
  void files() throws Exception {
    Files.writeString(folder.resolve("cert.pem"), "");
    Files.writeString(folder.resolve("key.pem"), "");
    file = Files.writeString(folder.resolve("agent.yaml"), FILE);
  }

  /// As a kill does: nothing is told.
  @AfterEach
  void kill() throws InterruptedException {
    for (Thread thread : running) {
      thread.interrupt();
      thread.join();
    }
    running.clear();
  }

  /// An agent starts, without a cloud.
  private Reconfiguration start(Changeable part) throws Exception {
    kill();
    sources = new Sources(Clock.systemUTC(), System::nanoTime);
    Reconfiguration started = Reconfiguration.open(file, Clock.systemUTC());
    started.watch(sources);
    started.add(part);
    started.onReport(reports::add);
    running.add(
        Thread.ofVirtual()
            .start(() -> {
              try {
                started.follow();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            }));
    return started;
  }

  private Reconfiguration start() throws Exception {
    return start(next -> {
      taken.add(next);
      return Set.of();
    });
  }

  private String state() {
    return reports.isEmpty() ? "" : text(status().get("state"));
  }

  private Map<String, Object> status() {
    return JsonText.object(reports.getLast().get("status")).orElseThrow();
  }

  private static String text(Object value) {
    return String.valueOf(value);
  }

  private static LogSettings.Level level(Reconfiguration of) {
    return of.config().log().level();
  }

  @Test
  void itIsOnTrialUntilTheCloudHasHeardOfItAndHoldsAfterRestarts() throws Exception {
    Reconfiguration first = start();
    first.desired(DEBUG, 7);
    await(() -> state().equals("on-trial"));
    assertThat(taken.getLast().log().level()).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(status()).containsEntry("version", 7L);
    assertThat(reports.getLast()).containsAllEntriesOf(DEBUG);

    first.heard(reports.getLast());
    await(() -> state().equals("in-force"));

    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
  }

  @Test
  void aTrialGoesOnAfterARestartAndIsTakenBackAtTheThird() throws Exception {
    start().desired(DEBUG, 1);
    await(() -> state().equals("on-trial"));

    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
    Reconfiguration third = start();
    assertThat(level(third)).isEqualTo(LogSettings.Level.INFO);
    assertThat(state()).isEqualTo("taken-back");
    assertThat(text(status().get("why"))).contains("ended 3 times while this was tried");

    third.desired(DEBUG, 5);
    third.desired(DEBUG, 6);
    assertThat(level(start())).isEqualTo(LogSettings.Level.INFO);
  }

  @Test
  void whatTheCloudDoesNotHearOfIsTakenBackAndTriedAgainOnlyAfterSomethingElse() throws Exception {
    Reconfiguration agent = start();
    agent.desired(DEBUG, 1);
    await(() -> state().equals("taken-back"));
    assertThat(text(status().get("why"))).contains("did not hear of it within 1 s");
    assertThat(level(agent)).isEqualTo(LogSettings.Level.INFO);

    int before = taken.size();
    int told = reports.size();
    agent.desired(DEBUG, 2);
    await(() -> reports.size() > told);
    assertThat(state()).isEqualTo("taken-back");
    agent.desired(Map.of(), 3);
    await(() -> state().equals("in-force"));
    assertThat(taken).hasSize(before);
    agent.desired(DEBUG, 4);
    await(() -> state().equals("on-trial"));
  }

  @Test
  void aPartThatCannotTakeItHasTheOneBeforeAgain() throws Exception {
    Reconfiguration agent =
        start(next -> {
          if (next.log().level() == LogSettings.Level.DEBUG) {
            throw new IOException("no room for that");
          }
          taken.add(next);
          return Set.of();
        });
    agent.desired(DEBUG, 1);

    await(() -> state().equals("taken-back"));
    assertThat(status()).containsEntry("why", "it cannot be taken: no room for that");
    assertThat(taken.getLast().log().level()).isEqualTo(LogSettings.Level.INFO);
    assertThat(agent.trouble()).hasValueSatisfying(why -> assertThat(why).contains("no room"));
    assertThat(level(start())).isEqualTo(LogSettings.Level.INFO);
  }

  /// A device that answers each question with an error was never heard, and does not fail either.
  @Test
  void aSourceThatItMadeWorseIsTakenBackAndOneThatWasBadBeforeIsNotHeldAgainstIt()
      throws Exception {
    Reconfiguration agent = start(_ -> Set.of("plc", "broken"));
    sources.failed("broken", "no connection");
    sources.refused("plc", "illegal address");
    agent.desired(DEBUG, 1);
    await(() -> state().equals("on-trial"));
    agent.heard(reports.getLast());
    await(() -> !state().equals("on-trial"));
    assertThat(state()).as("plc was as bad before").isEqualTo("in-force");

    sources.forget("plc");
    sources.heard("plc", 1);
    agent.desired(Map.of("log", Map.of("level", "error")), 2);
    await(() -> state().equals("on-trial"));
    sources.forget("plc");
    sources.refused("plc", "illegal address");
    agent.heard(reports.getLast());
    await(() -> state().equals("taken-back"));
    assertThat(status()).containsEntry("why", "source plc: illegal address");
    assertThat(level(agent)).isEqualTo(LogSettings.Level.DEBUG);
  }

  @Test
  void whatIsRefusedTouchesNothingNotEvenATrial() throws Exception {
    Reconfiguration agent = start();
    agent.desired(DEBUG, 1);
    await(() -> state().equals("on-trial"));
    agent.desired(LOUD, 2);
    await(() -> state().equals("refused"));
    assertThat(text(status().get("errors"))).contains("key=log.level").contains("came='loud'");
    assertThat(reports.getLast()).containsAllEntriesOf(DEBUG);
    int told = reports.size();

    agent.heard(reports.getLast());
    await(() -> reports.size() > told);
    assertThat(state()).isEqualTo("refused");
    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
    assertThat(level(start())).isEqualTo(LogSettings.Level.DEBUG);
  }

  /// Desired and reported share the shadow's 8 KB.
  @Test
  void whatIsLargeIsNotRepeatedAndManyErrorsAreCounted() throws Exception {
    List<Object> rules = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      rules.add(Map.of("sensor", "sensor-" + i));
    }
    Reconfiguration agent = start();
    agent.desired(Map.of("edge", rules), 1);
    await(() -> state().equals("on-trial"));
    assertThat(reports.getLast()).containsOnlyKeys("status");
    agent.heard(reports.getLast());
    await(() -> state().equals("in-force"));
    assertThat(agent.config().edge()).hasSize(250);

    List<Object> wrong = Collections.nCopies(250, Map.of("sensor", "a b"));
    agent.desired(Map.of("edge", wrong), 2);
    await(() -> state().equals("refused"));
    assertThat(JsonText.write(reports.getLast()).length()).isLessThan(2000);
    assertThat(text(status().get("why"))).matches("2[34]\\d more errors");
  }

  @Test
  void whatCannotBeKeptIsNotTaken() throws Exception {
    Reconfiguration agent = start();
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("data/config"), "in the way of a folder");
    agent.desired(DEBUG, 1);
    await(() -> state().equals("refused"));
    assertThat(text(status().get("why"))).startsWith("it cannot be kept on the disk: ");
    assertThat(taken).isEmpty();
    assertThat(level(agent)).isEqualTo(LogSettings.Level.INFO);
    assertThat(level(start())).isEqualTo(LogSettings.Level.INFO);
  }

  @Test
  void theFileIsTakenWithoutARestartOrNotAtAll() throws Exception {
    Reconfiguration agent = start();
    Files.writeString(file, FILE.replace("everyMs: 1000", "everyMs: 2000"));
    assertThat(agent.reload()).containsExactly("machine.everyMs");
    assertThat(taken.getLast().machine().orElseThrow().every()).isEqualTo(Duration.ofSeconds(2));

    Files.writeString(
        file, FILE.replace("everyMs: 1000", "everyMs: 3000").replace("127.0.0.1:0", "127.0.0.1:1"));
    assertThatThrownBy(agent::reload)
        .isInstanceOf(ReloadException.class)
        .hasMessage("nothing was changed: these keys take a restart of the agent: tcp.listen");
    Files.writeString(file, FILE.replace("everyMs: 1000", "everyMs: often"));
    assertThatThrownBy(agent::reload)
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'machine.everyMs'");
    assertThat(taken).hasSize(1);
    assertThat(agent.config().machine().orElseThrow().every()).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void theShadowGoesBeforeTheFileUntilTheyDoNotFitAnyMore() throws Exception {
    String page = "pages:\n  - {name: meter, url: \"http://localhost:1/\"}\n";
    Files.writeString(file, FILE + page);
    Map<String, Object> slow = Map.of("pages", Map.of("meter", Map.of("everyMs", 60_000L)));
    Reconfiguration agent = start();
    agent.desired(slow, 1);
    await(() -> state().equals("on-trial"));
    agent.heard(reports.getLast());
    await(() -> state().equals("in-force"));
    Files.writeString(file, FILE + page.replace("}", ", everyMs: 500}"));
    assertThat(agent.differences())
        .anySatisfy(each -> {
          assertThat(each.key()).isEqualTo("pages.meter.everyMs");
          assertThat(each.shadow()).hasValue("60000");
        });

    Files.writeString(file, FILE);
    assertThat(agent.reload()).contains("pages.meter.everyMs");
    await(() -> state().equals("refused"));
    assertThat(agent.config().sources()).isEmpty();
    assertThat(text(status().get("errors"))).contains("one of none");
    assertThat(start().config().sources()).isEmpty();

    Files.writeString(file, FILE + page);
    assertThat(start().config().sources()).hasSize(1);
  }

  @Test
  void theFileCanShutTheShadowOut() throws Exception {
    Reconfiguration agent = start();
    agent.desired(DEBUG, 1);
    await(() -> state().equals("on-trial"));
    agent.heard(reports.getLast());
    await(() -> state().equals("in-force"));
    Files.writeString(file, FILE.replace("trialSeconds: 1", "enabled: false"));
    Reconfiguration shut = start();
    assertThat(level(shut)).isEqualTo(LogSettings.Level.INFO);
    shut.desired(DEBUG, 2);
    await(() -> state().equals("refused"));
    assertThat(status()).containsEntry("why", "configShadow.enabled is false in the file");
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not within 15 s");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
