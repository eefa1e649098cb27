// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.telemetry;

import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.telemetry.AlarmStates.Kept;
import io.fieldline.lambdas.telemetry.AlarmStates.Owed;
import io.fieldline.messages.AlarmEvaluator;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmState;
import io.fieldline.messages.Command;
import io.fieldline.messages.Reading;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Evaluates alarm rules and issues the commands that they carry. State is written when an alarm is
/// raised or cleared, not with each reading. An alarm commands once, whatever is delivered twice
/// and wherever the function ends: first the state is written, with the command that is owed, then
/// the command is issued, under the same identifier each time it is tried.
final class Alarms {
  private static final System.Logger LOG = System.getLogger(Alarms.class.getName());
  private static final int ATTEMPTS = 5;

  private final AlarmRules rules;
  private final AlarmStates states;
  private final CommandDispatch dispatch;

  Alarms(AlarmRules rules, AlarmStates states, CommandDispatch dispatch) {
    this.rules = rules;
    this.states = states;
    this.dispatch = dispatch;
  }

  /// Looks at the readings of those sensors that a batch has brought something newest of.
  void evaluate(Envelope envelope, Collection<String> sensors) {
    for (var rule : rules.of(envelope.batch().device())) {
      if (sensors.contains(rule.sensor())) {
        evaluate(envelope, rule);
      }
    }
  }

  private void evaluate(Envelope envelope, AlarmRule rule) {
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var before = states.read(envelope.thing(), rule);
      before.owed().ifPresent(owed -> issue(envelope, rule, owed));
      if (judged(envelope, rule, before)) {
        return;
      }
    }
    throw new IllegalStateException("others change the alarm " + rule.name() + " all the time");
  }

  /// False if the state has changed since it was read.
  private boolean judged(Envelope envelope, AlarmRule rule, Kept before) {
    var state = before.state();
    Optional<Owed> owed = Optional.empty();
    for (var reading : inOrder(envelope)) {
      var next = AlarmEvaluator.next(rule, state, reading);
      if (next.raised() && !state.raised()) {
        // Of several in one batch the last counts: it would supersede those before it at once.
        owed = reaction(rule, envelope.receivedMs(), next);
      }
      state = next;
    }
    if (state.sinceMs() == before.state().sinceMs()) {
      return true;
    }
    if (!states.replace(before, envelope.thing(), rule, state, owed)) {
      return false;
    }
    LOG.log(
        System.Logger.Level.INFO,
        state.raised() ? "alarm raised" : "alarm cleared",
        Map.of("rule", rule.name(), "sensor", rule.sensor()));
    owed.ifPresent(one -> issue(envelope, rule, one));
    return true;
  }

  private static List<Reading> inOrder(Envelope envelope) {
    return envelope.batch().readings().stream()
        .sorted(Comparator.comparingLong(Reading::atMs))
        .toList();
  }

  /// The identifier is made of rule, message and reading alone.
  private static Optional<Owed> reaction(AlarmRule rule, long receivedMs, AlarmState raised) {
    var reaction = rule.command();
    if (reaction == null) {
      return Optional.empty();
    }
    var unique =
        "rule-%s-%s"
            .formatted(
                Integer.toHexString(rule.name().hashCode()), Long.toString(raised.sinceMs(), 36));
    var command =
        new Command(
            FleetKeys.commandId(receivedMs, unique),
            reaction.value(),
            receivedMs + reaction.validForMs());
    var order =
        new Order(reaction.thing(), reaction.actuator(), reaction.value(), "rule:" + rule.name());
    return Optional.of(new Owed(order, command, receivedMs));
  }

  /// What could not be issued while it was good is not issued any more: a thing that takes no
  /// commands holds up no telemetry for good.
  private void issue(Envelope envelope, AlarmRule rule, Owed owed) {
    boolean isLate = envelope.receivedMs() > owed.command().expiresAtMs();
    if (!isLate) {
      dispatch.issue(owed.order(), owed.command(), owed.atMs());
    }
    states.settle(envelope.thing(), rule, owed);
    LOG.log(
        isLate ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        isLate ? "command given up" : "command issued",
        Map.of(
            "commandId",
            owed.command().id(),
            "commandedThing",
            owed.order().thing(),
            "actuator",
            owed.order().actuator(),
            "rule",
            rule.name()));
  }
}
