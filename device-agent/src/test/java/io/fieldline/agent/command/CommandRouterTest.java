// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.command.Outcome.Status;
import io.fieldline.agent.config.ActuatorConfig;
import io.fieldline.agent.health.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class CommandRouterTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir Path folder;

  private final BlockingQueue<Outcome> reported = new LinkedBlockingQueue<>();
  private final AtomicInteger moved = new AtomicInteger();

  @Test
  void commandIsCarriedOutOnceHoweverOftenItComesAndAcrossRestarts() throws Exception {
    DesiredCommand command = command("c1", 60_000);
    try (CommandLedger ledger = CommandLedger.open(folder)) {
      CommandRouter router = router(ledger);
      router.take(command);
      assertThat(next().status()).isEqualTo(Status.ACCEPTED);
      assertThat(next().status()).isEqualTo(Status.SUCCEEDED);
      router.take(command);
      assertThat(next().status()).isEqualTo(Status.SUCCEEDED);
    }

    try (CommandLedger ledger = CommandLedger.open(folder)) {
      router(ledger).take(command);
      assertThat(next().status()).isEqualTo(Status.SUCCEEDED);
    }

    assertThat(moved).hasValue(1);
  }

  @Test
  void commandInterruptedByACrashCountsAsFailedAndIsNotRepeated() throws Exception {
    DesiredCommand command = command("c1", 60_000);
    try (CommandLedger ledger = CommandLedger.open(folder)) {
      ledger.keep(new Outcome(command, Status.ACCEPTED, NOW.toEpochMilli(), ""));
    }

    List<Outcome> left;
    try (CommandLedger ledger = CommandLedger.open(folder)) {
      CommandRouter router = router(ledger);
      left = router.unreported();
      router.take(command);
    }

    assertThat(left).singleElement().extracting(Outcome::status).isEqualTo(Status.FAILED);
    assertThat(moved).hasValue(0);
  }

  @Test
  void lateCommandExpiresAndUnknownActuatorIsRejectedByName() throws Exception {
    try (CommandLedger ledger = CommandLedger.open(folder)) {
      CommandRouter router = router(ledger);

      router.take(command("late", -5));
      router.take(new DesiredCommand("fanx", "c2", true, NOW.toEpochMilli() + 1000));

      Outcome late = next();
      Outcome unknown = next();
      assertThat(late.status()).isEqualTo(Status.EXPIRED);
      assertThat(late.detail()).isEqualTo("came 5 ms too late");
      assertThat(unknown.status()).isEqualTo(Status.REJECTED);
      assertThat(unknown.detail()).isEqualTo("no actuator 'fanx' here; there are: lamp");
    }
    assertThat(moved).hasValue(0);
  }

  @Test
  void tornLineOfTheLedgerIsLeftOut() throws Exception {
    try (CommandLedger ledger = CommandLedger.open(folder)) {
      ledger.keep(new Outcome(command("c1", 1), Status.SUCCEEDED, 1, ""));
    }
    Files.writeString(folder.resolve("commands.log"), "0badc0de {\"act", StandardOpenOption.APPEND);

    List<CommandLedger.Entry> entries;
    try (CommandLedger ledger = CommandLedger.open(folder)) {
      entries = ledger.entries();
    }

    assertThat(entries).hasSize(1);
  }

  @Test
  void programReportsItsExitStatusAndOutputAndIsEndedWhenItTakesTooLong() throws Exception {
    var done = new ExecActuator(exec("/bin/echo", "set", "{value}"));
    var fails = new ExecActuator(exec("/bin/ls", "/nonexistent"));
    var slow = new ExecActuator(exec("/bin/sleep", "30"));

    assertThat(done.actuate(command("c", 1))).isEqualTo(new Actuator.Result(true, "set true"));
    assertThat(fails.actuate(command("c", 1)).detail()).startsWith("exit status 2");
    assertThat(slow.actuate(command("c", 1)).detail()).isEqualTo("not done within 300 ms, ended");
  }

  private static ActuatorConfig.Exec exec(String... command) {
    return new ActuatorConfig.Exec("x", Optional.empty(), List.of(command), Duration.ofMillis(300));
  }

  private CommandRouter router(CommandLedger ledger) throws IOException {
    Actuator lamp =
        _ -> {
          moved.incrementAndGet();
          return Actuator.Result.DONE;
        };
    return new CommandRouter(
        Map.of("lamp", lamp),
        ledger,
        Clock.fixed(NOW, ZoneOffset.UTC),
        new Metrics(),
        reported::add);
  }

  private static DesiredCommand command(String id, long validForMs) {
    return new DesiredCommand("lamp", id, true, NOW.toEpochMilli() + validForMs);
  }

  private Outcome next() throws InterruptedException {
    Outcome outcome = reported.poll(5, TimeUnit.SECONDS);
    assertThat(outcome).isNotNull();
    return outcome;
  }
}
