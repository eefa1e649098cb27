// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.Result;
import io.fieldline.iotsql.RuleStatement;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.iot.rules.ErrorDocument.Failure;
import io.fieldline.localstack.ways.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// A rule at work: messages are evaluated in their order on the rule's lane, then each action does
/// its part in the same order on a lane of its own (the only action of a rule on the rule's).
final class LiveRule implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LiveRule.class.getName());
  private static final int CAPACITY = 4096;

  private final String name;
  private final RuleStatement statement;
  private final String sql;
  private final List<RuleAction> actions;
  private final Optional<RuleAction> errorAction;
  private final ActionCalls calls;
  private final LookupFunctions lookups;
  private final RuleCounts counts;
  private final RuleLog log;
  private final Lane lane;
  private final List<Lane> actionLanes = new ArrayList<>();

  LiveRule(String name, Parsed parsed, ActionCalls calls, RuleCounts counts, EventLog log) {
    this.log = new RuleLog(name, log);
    this.name = name;
    this.statement = parsed.statement();
    this.sql = statement.toString();
    this.actions = parsed.actions();
    this.errorAction = parsed.errorAction();
    this.calls = calls;
    this.lookups = new StackLookups(calls, name);
    this.counts = counts;
    this.lane = new Lane("rule " + name, CAPACITY);
    for (RuleAction action : actions) {
      actionLanes.add(new Lane("rule " + name + " " + action.name(), CAPACITY));
    }
  }

  /// A rule's payload, checked.
  record Parsed(
      RuleStatement statement, List<RuleAction> actions, Optional<RuleAction> errorAction) {}

  String name() {
    return name;
  }

  /// Whether it was replaced, disabled or deleted.
  boolean isClosed() {
    return lane.isClosed();
  }

  RuleStatement statement() {
    return statement;
  }

  /// Takes the message, and holds its settlement until everything is done; or refuses it where too
  /// many wait.
  boolean take(Message message, Settlement settlement) {
    settlement.hold();
    Step publish = Step.current();
    boolean taken = lane.offer(() -> evaluate(message, settlement, begin(publish)));
    if (taken) {
      counts.match();
      log.matched(message);
      return true;
    }
    settlement.release();
    if (!isClosed()) {
      counts.refuse();
      if (Long.bitCount(counts.refused()) == 1) {
        LOG.log(
            System.Logger.Level.WARNING,
            "rule queue full rule={0} times={1}",
            name,
            counts.refused());
      }
    }
    return false;
  }

  private Step begin(Step publish) {
    return publish.begin(Step.Kind.RULE, Step.Lane.IOT, name, calls.ruleArn(name), "");
  }

  private void evaluate(Message message, Settlement settlement, Step step) {
    Result result;
    try {
      result = step.run(() -> statement.apply(message, lookups));
    } catch (RuntimeException e) {
      result = new Result.Failed(e.toString());
    }
    switch (result) {
      case Result.NoMatch() -> {
        step.selected(sql, new byte[0]);
        step.done("WHERE does not hold");
        settlement.release();
      }
      case Result.Failed(var failure) -> {
        log.statementFailed(message, failure);
        step.selected(sql, new byte[0]);
        step.failed(failure);
        finish(message, List.of(new Failure("RuleEvaluation", name, failure)), settlement, step);
      }
      case Result.Output output -> {
        counts.fire();
        log.starts(message);
        step.selected(sql, output.bytes());
        step.done();
        fire(new Firing(name, message, lookups, output.value(), output.bytes()), settlement, step);
      }
    }
  }

  private void fire(Firing firing, Settlement settlement, Step step) {
    if (actions.size() <= 1) {
      List<Failure> failures = new ArrayList<>();
      actions.forEach(action -> act(action, firing, settlement, step).ifPresent(failures::add));
      finish(firing.message(), failures, settlement, step);
      return;
    }
    var failures = new AtomicReferenceArray<@Nullable Failure>(actions.size());
    var left = new AtomicInteger(actions.size());
    for (int i = 0; i < actions.size(); i++) {
      var action = actions.get(i);
      int slot = i;
      Runnable done =
          () -> {
            if (left.decrementAndGet() == 0) {
              finish(firing.message(), inOrder(failures), settlement, step);
            }
          };
      Runnable work =
          () -> {
            act(action, firing, settlement, step).ifPresent(failure -> failures.set(slot, failure));
            done.run();
          };
      if (!actionLanes.get(i).offer(work)) {
        String why = "too many messages wait for this action";
        step.begin(Step.Kind.ACTION, Step.Lane.IOT, action.name(), "", "").failed(why);
        failures.set(slot, new Failure(action.name(), "", why));
        done.run();
      }
    }
  }

  private static List<Failure> inOrder(AtomicReferenceArray<@Nullable Failure> slots) {
    List<Failure> failures = new ArrayList<>();
    for (int i = 0; i < slots.length(); i++) {
      var failure = slots.get(i);
      if (failure != null) {
        failures.add(failure);
      }
    }
    return failures;
  }

  private Optional<Failure> act(
      RuleAction action, Firing firing, Settlement settlement, Step rule) {
    var ran = run(action, action.name(), firing, settlement, rule);
    counts.ran(name, action.name(), false, ran.failure().isEmpty());
    log.ran(action.name(), ran.resource(), firing.message(), ran.failure());
    return ran.failure();
  }

  /// What an action acted on, and what went wrong with it.
  private record Ran(String resource, Optional<Failure> failure) {
    static Ran failed(RuleAction action, String resource, String why) {
      return new Ran(resource, Optional.of(new Failure(action.name(), resource, why)));
    }
  }

  /// What the action changes is made durable before the message is acknowledged, by whoever waits
  /// for its settlement.
  private Ran run(
      RuleAction action, String called, Firing firing, Settlement settlement, Step rule) {
    Step step =
        rule.begin(
            Step.Kind.ACTION, Step.Lane.IOT, called, "", action.roleArn().orElse(ActionCalls.IOT));
    Ran ran = step.run(() -> settlement.during(() -> calls.uncommitted(() -> run(action, firing))));
    step.on(ran.resource());
    ran.failure().ifPresentOrElse(f -> step.failed(f.errorMessage()), step::done);
    return ran;
  }

  private Ran run(RuleAction action, Firing firing) {
    var resource = "";
    try {
      resource = action.resource(firing);
      action.run(firing, calls);
      return new Ran(resource, Optional.empty());
    } catch (AwsFailure failure) {
      return Ran.failed(action, resource, failure.code() + ": " + failure.message());
    } catch (ActionFailure | LookupFailure failure) {
      return Ran.failed(action, resource, String.valueOf(failure.getMessage()));
    } catch (RuntimeException unexpected) {
      LOG.log(System.Logger.Level.ERROR, "rule action failed rule=" + name, unexpected);
      return Ran.failed(action, resource, unexpected.toString());
    }
  }

  private void finish(Message message, List<Failure> failures, Settlement settlement, Step step) {
    try {
      if (!failures.isEmpty()) {
        failed(message, failures, settlement, step);
      }
    } finally {
      settlement.release();
    }
  }

  private void failed(Message message, List<Failure> failures, Settlement settlement, Step step) {
    counts.fail();
    if (Long.bitCount(counts.failed()) == 1) {
      // The 1st, 2nd, 4th, … failure: a rule that always fails does not fill the log.
      LOG.log(
          System.Logger.Level.WARNING,
          "rule failed rule={0} times={1} {2}",
          name,
          counts.failed(),
          failures);
    }
    Optional<Failure> lost =
        errorAction.isEmpty()
            ? Optional.of(failures.getFirst())
            : run(
                    errorAction.get(),
                    "error action " + errorAction.get().name(),
                    errorFiring(message, failures),
                    settlement,
                    step)
                .failure();
    errorAction.ifPresent(action -> counts.ran(name, action.name(), true, lost.isEmpty()));
    if (lost.isPresent()) {
      counts.lose();
      LOG.log(System.Logger.Level.DEBUG, "rule error action rule={0} {1}", name, lost.get());
    }
  }

  private Firing errorFiring(Message message, List<Failure> failures) {
    Value document = ErrorDocument.of(name, message, failures);
    return new Firing(name, message, lookups, document, Json.bytes(document));
  }

  /// Takes no more messages; those taken are still worked on, for at most `millis`.
  void drain(long millis) throws InterruptedException {
    lane.drain(millis);
    for (Lane actionLane : actionLanes) {
      actionLane.drain(millis);
    }
  }

  @Override
  public void close() {
    lane.close();
  }
}
