// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.command;

import io.fieldline.agent.command.Outcome.Status;
import io.fieldline.agent.health.Metrics;
import io.fieldline.messages.Takes;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/// Brings each command to its actuator at most once, and each step of it to the reporter.
///
/// The ledger is written before the actuator moves: after a crash in between, the command counts as
/// FAILED, and is not repeated. Commands for one actuator run one after the other, those for
/// different ones side by side. May be called from any thread.
public final class CommandRouter {
  private static final Logger LOG = System.getLogger(CommandRouter.class.getName());
  private static final int MAX_WAITING = 64;

  private final Map<String, Actuator> actuators;
  private final CommandLedger ledger;
  private final Clock clock;
  private final Metrics metrics;
  private final Consumer<Outcome> reporter;
  private final Map<String, ReentrantLock> turns = new ConcurrentHashMap<>();
  private final AtomicLong here = new AtomicLong();
  private final Semaphore room = new Semaphore(MAX_WAITING);

  /// A router to these actuators; the reporter must not block.
  public CommandRouter(
      Map<String, Actuator> actuators,
      CommandLedger ledger,
      Clock clock,
      Metrics metrics,
      Consumer<Outcome> reporter)
      throws IOException {
    this.actuators = Map.copyOf(actuators);
    this.ledger = ledger;
    this.clock = clock;
    this.metrics = metrics;
    this.reporter = reporter;
    for (CommandLedger.Entry entry : ledger.entries()) {
      if (entry.outcome().status() == Status.ACCEPTED) {
        ledger.keep(
            outcome(
                entry.outcome().command(),
                Status.FAILED,
                "the agent stopped while this ran; it is not repeated"));
      }
    }
  }

  /// Takes a command; one that was seen before is only reported again.
  public void take(DesiredCommand command) throws IOException {
    Optional<Outcome> refused;
    synchronized (this) {
      Optional<CommandLedger.Entry> known = ledger.find(command.id());
      if (known.isPresent()) {
        if (known.get().outcome().status() != Status.ACCEPTED) {
          reporter.accept(known.get().outcome());
        }
        return;
      }
      refused = refusal(command);
      Outcome first = refused.orElseGet(() -> outcome(command, Status.ACCEPTED, ""));
      keep(first);
      reporter.accept(first);
    }
    if (refused.isPresent()) {
      count(refused.get());
      return;
    }
    Thread.ofVirtual().name("command-" + command.actuator()).start(() -> carryOut(command));
  }

  /// Rejects a command that is not well formed.
  public void refuse(DesiredCommand command, String why) throws IOException {
    Outcome outcome;
    synchronized (this) {
      Optional<CommandLedger.Entry> known = ledger.find(command.id());
      outcome =
          known
              .map(CommandLedger.Entry::outcome)
              .orElseGet(() -> outcome(command, Status.REJECTED, why));
      if (known.isEmpty()) {
        ledger.keep(outcome);
        count(outcome);
      }
    }
    reporter.accept(outcome);
  }

  private void keep(Outcome first) throws IOException {
    try {
      ledger.keep(first);
    } catch (IOException e) {
      if (first.status() == Status.ACCEPTED) {
        room.release();
      }
      throw e;
    }
  }

  /// Has an actuator do what a person at the device wants, and waits for it. It is no command of
  /// the cloud, which hears of the actuator's state alone; a command that comes later, or came
  /// while the device was away and is not too late, is carried out all the same.
  public Outcome actuateHere(String actuator, Object value)
      throws IOException, InterruptedException {
    String id = "here-" + clock.millis() + "-" + here.incrementAndGet();
    var command = new DesiredCommand(actuator, id, value, Long.MAX_VALUE);
    if (!actuators.containsKey(actuator)) {
      return unknown(command);
    }
    Optional<String> unfit = unfit(command);
    if (unfit.isPresent()) {
      return outcome(command, Status.REJECTED, unfit.get());
    }
    ReentrantLock turn = turns.computeIfAbsent(actuator, _ -> new ReentrantLock(true));
    turn.lockInterruptibly();
    try {
      Outcome outcome = actuate(command);
      if (outcome.status() == Status.SUCCEEDED) {
        ledger.keepUntold(outcome);
      }
      return outcome;
    } finally {
      turn.unlock();
    }
  }

  private Outcome unknown(DesiredCommand command) {
    return outcome(
        command,
        Status.REJECTED,
        "no actuator '"
            + command.actuator()
            + "' here; there are: "
            + String.join(", ", actuators.keySet().stream().sorted().toList()));
  }

  private Optional<Outcome> refusal(DesiredCommand command) {
    if (!actuators.containsKey(command.actuator())) {
      return Optional.of(unknown(command));
    }
    if (isLate(command)) {
      return Optional.of(late(command));
    }
    Optional<String> unfit = unfit(command);
    if (unfit.isPresent()) {
      return unfit.map(why -> outcome(command, Status.REJECTED, why));
    }
    if (!room.tryAcquire()) {
      return Optional.of(outcome(command, Status.REJECTED, MAX_WAITING + " commands wait already"));
    }
    return Optional.empty();
  }

  /// Why the actuator does not take the value, if it said what it takes.
  private Optional<String> unfit(DesiredCommand command) {
    return Optional.ofNullable(actuators.get(command.actuator()))
        .flatMap(Actuator::takes)
        .flatMap(takes -> takes.refusal(command.value()))
        .map(why -> "'" + command.actuator() + "': " + why);
  }

  private boolean isLate(DesiredCommand command) {
    return clock.millis() > command.expiresAtMs();
  }

  private Outcome late(DesiredCommand command) {
    long lateMs = clock.millis() - command.expiresAtMs();
    return outcome(command, Status.EXPIRED, "came " + lateMs + " ms too late");
  }

  private void carryOut(DesiredCommand command) {
    ReentrantLock turn = turns.computeIfAbsent(command.actuator(), _ -> new ReentrantLock(true));
    try {
      turn.lockInterruptibly();
      try {
        end(isLate(command) ? late(command) : actuate(command));
      } finally {
        turn.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.log(Level.ERROR, "outcome not kept: id={0}", command.id(), e);
    } finally {
      room.release();
    }
  }

  private Outcome actuate(DesiredCommand command) throws InterruptedException {
    Actuator actuator = actuators.get(command.actuator());
    if (actuator == null) {
      return outcome(command, Status.REJECTED, "no such actuator");
    }
    try {
      Actuator.Result result = actuator.actuate(command);
      Status status = result.succeeded() ? Status.SUCCEEDED : Status.FAILED;
      return outcome(command, status, result.detail());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "actuator failed: actuator={0}", command.actuator(), e);
      return outcome(command, Status.FAILED, e.toString());
    }
  }

  private void end(Outcome outcome) throws IOException {
    ledger.keep(outcome);
    count(outcome);
    reporter.accept(outcome);
  }

  private void count(Outcome outcome) {
    metrics.add("fieldline_commands_total{status=\"" + outcome.status() + "\"}", 1);
  }

  private Outcome outcome(DesiredCommand command, Status status, String detail) {
    return new Outcome(command, status, clock.millis(), detail);
  }

  /// What the cloud has not taken yet, oldest first.
  public List<Outcome> unreported() {
    return ledger.entries().stream()
        .filter(entry -> !entry.reported())
        .map(CommandLedger.Entry::outcome)
        .toList();
  }

  /// What each actuator takes, in the order of their names; empty where nobody said.
  public SequencedMap<String, Optional<Takes>> takes() {
    SequencedMap<String, Optional<Takes>> takes = new TreeMap<>();
    actuators.forEach((name, actuator) -> takes.put(name, actuator.takes()));
    return takes;
  }

  /// The last value each actuator was brought to, by actuator.
  public Map<String, Object> states() {
    Map<String, Object> states = new TreeMap<>();
    actuators.forEach(
        (name, actuator) -> actuator.initialState().ifPresent(state -> states.put(name, state)));
    for (CommandLedger.Entry entry : ledger.entries()) {
      if (entry.outcome().status() == Status.SUCCEEDED) {
        states.put(entry.outcome().command().actuator(), entry.outcome().command().value());
      }
    }
    return states;
  }
}
