// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The agent's clock on a machine whose clock can be set to anything.
class AgentClockTest {
  private static final long TRUTH_AT_START = Instant.parse("2026-05-01T12:00:00Z").toEpochMilli();
  private static final long DAY_MS = 86_400_000;

  @TempDir Path folder;

  private final SetMachine machine = new SetMachine();

  @Test
  void readingsOfAMachineThatStartsIn1970AreMadeRealOnceItsClockIsSynchronized() {
    machine.systemErrorMs = -TRUTH_AT_START;
    var clock = clock();
    long first = clock.stamps().millis();
    machine.elapsedMs += 60_000;
    long second = clock.stamps().millis();
    clock.tick(false);
    assertThat(clock.isKnown()).isFalse();
    assertThat(clock.shiftMs(first)).isEmpty();

    machine.systemErrorMs = 0;
    machine.synchronizedNow = true;
    clock.tick(false);

    assertThat(real(clock, first)).isEqualTo(TRUTH_AT_START);
    assertThat(real(clock, second)).isEqualTo(TRUTH_AT_START + 60_000);
    assertThat(clock.stamps().millis()).isEqualTo(TRUTH_AT_START + 60_000);
  }

  @Test
  void aTimeIsMadeRealTheSameWayAfterARestartThoughTheClockWasSetSince() {
    var clock = clock();
    long stamp = clock.stamps().millis();
    clock.cloudSays(machine.truthMs(), 0);
    long real = real(clock, stamp);

    machine.elapsedMs += 5000;
    machine.systemErrorMs = 777;
    var restarted = clock();
    restarted.cloudSays(machine.truthMs(), 0);

    assertThat(real).isEqualTo(TRUTH_AT_START);
    assertThat(real(restarted, stamp)).isEqualTo(real);
  }

  @Test
  void aStaleClockThatLooksRightIsNotBelievedUntilSomebodySaysSo() {
    machine.systemErrorMs = -7 * DAY_MS;
    var clock = clock();
    clock.tick(false);
    long stamp = clock.stamps().millis();
    assertThat(clock.isKnown()).isFalse();

    clock.cloudSays(machine.truthMs(), 0);

    assertThat(Math.abs(real(clock, stamp) - TRUTH_AT_START)).isLessThan(1000);
  }

  @Test
  void aJumpOfTheMachinesClockIsNotFollowedUnlessItIsRight() {
    var clock = clock();
    clock.cloudSays(machine.truthMs(), 0);

    machine.systemErrorMs = DAY_MS;
    clock.tick(false);
    assertThat(clock.millis()).isEqualTo(machine.truthMs());
    machine.systemErrorMs = -DAY_MS;
    clock.tick(false);
    assertThat(clock.millis()).isEqualTo(machine.truthMs());
    assertThat(clock.jumps()).isZero();

    machine.systemErrorMs = 5000;
    machine.synchronizedNow = true;
    clock.tick(false);
    assertThat(clock.millis()).as("the kernel knows").isEqualTo(machine.truthMs() + 5000);
    assertThat(clock.jumps()).isEqualTo(1);
  }

  @Test
  void anAnswerThatWasLongUnderWayDoesNotSetTheClockBack() {
    var clock = clock();
    clock.cloudSays(machine.truthMs(), 0);

    clock.cloudSays(machine.truthMs() - 4000, 4000);

    assertThat(clock.millis()).isEqualTo(machine.truthMs());
    assertThat(clock.jumps()).isZero();
  }

  @Test
  void aClockThatIsSlewedIsFollowed() {
    var clock = clock();
    clock.cloudSays(machine.truthMs(), 0);
    machine.systemErrorMs = 400;

    clock.tick(false);

    assertThat(clock.millis()).isEqualTo(machine.truthMs() + 400);
  }

  @Test
  void aStartWhoseTimeWasNeverLearnedEndedWhenTheNextBegan() {
    machine.systemErrorMs = -TRUTH_AT_START;
    var clock = clock();
    long first = clock.stamps().millis();
    machine.elapsedMs += 120_000;
    long last = clock.stamps().millis();
    for (int second = 0; second < 120; second++) {
      clock.tick(false);
    }

    var next = clock();
    machine.restart("second");
    next = clock();
    next.stamps().millis();
    next.cloudSays(machine.truthMs(), 0);

    assertThat(real(next, last) - real(next, first)).isEqualTo(120_000);
    assertThat(Math.abs(real(next, last) - machine.truthMs())).isLessThan(1000);
  }

  @Test
  void weeksWithoutTheTimeAreMadeRealAllTheSame() {
    machine.systemErrorMs = -TRUTH_AT_START;
    var clock = clock();
    long early = clock.stamps().millis();
    machine.elapsedMs += 20 * DAY_MS;
    long late = clock.stamps().millis();

    clock.cloudSays(machine.truthMs(), 0);

    assertThat(Math.abs(real(clock, early) - TRUTH_AT_START)).isLessThan(1000);
    assertThat(real(clock, late) - real(clock, early)).isEqualTo(20 * DAY_MS);
  }

  @Test
  void whatTheLostFileToldOfHoldsUpNothing() throws Exception {
    long stamp = clock().stamps().millis();
    Files.delete(folder.resolve("clock.json"));
    machine.restart("second");

    var clock = clock();
    clock.cloudSays(machine.truthMs(), 0);
    long real = real(clock, stamp);

    assertThat(Math.abs(real - machine.truthMs())).isLessThan(1000);
    assertThat(real(clock(), stamp)).as("the same ever after").isEqualTo(real);
  }

  @Test
  void whereNobodyTellsTheTimeTheMachinesOwnIsTakenIfItCanBeTrue() {
    machine.systemErrorMs = -TRUTH_AT_START;
    var clock = clock();
    clock.tick(true);
    assertThat(clock.isKnown()).isFalse();

    machine.systemErrorMs = 0;
    clock.tick(true);

    assertThat(clock.isKnown()).isTrue();
  }

  private AgentClock clock() {
    return new AgentClock(machine, folder, false);
  }

  private static long real(AgentClock clock, long stamp) {
    return stamp + clock.shiftMs(stamp).orElseThrow();
  }

  /// A machine as its file says, with its clock off by so much.
  private static final class SetMachine implements Machine {
    private long elapsedMs = 30_000;
    private long startMs = TRUTH_AT_START - 30_000;
    private long systemErrorMs;
    private boolean synchronizedNow;
    private String bootId = "first";

    long truthMs() {
      return startMs + elapsedMs;
    }

    void restart(String id) {
      startMs = truthMs();
      elapsedMs = 0;
      bootId = id;
    }

    @Override
    public Clock clock() {
      return new Clock() {
        @Override
        public long millis() {
          return truthMs() + systemErrorMs;
        }

        @Override
        public Instant instant() {
          return Instant.ofEpochMilli(millis());
        }

        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          throw new UnsupportedOperationException("one zone only");
        }
      };
    }

    @Override
    public long elapsedMs() {
      return elapsedMs;
    }

    @Override
    public String bootId() {
      return bootId;
    }

    @Override
    public boolean isSynchronized() {
      return synchronizedNow;
    }
  }
}
