// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.alarm;

import io.fieldline.lambdas.alarm.AlarmItem.Owed;
import io.fieldline.lambdas.alarm.AlarmStates.Kept;
import io.fieldline.lambdas.dispatch.CommandDispatch;
import io.fieldline.lambdas.dispatch.Order;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.messages.AlarmCondition;
import io.fieldline.messages.AlarmEvaluator;
import io.fieldline.messages.AlarmRule;
import io.fieldline.messages.AlarmState;
import io.fieldline.messages.Command;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Judges a rule and does what follows. State is written when something changes, not with each
/// reading, and first, with what is owed because of it; then that is done: the composites that look
/// at the rule, its command, the notices. So an alarm commands once, whatever is delivered twice
/// and wherever the function ends.
public final class AlarmLife {
  private static final System.Logger LOG = System.getLogger(AlarmLife.class.getName());
  private static final int ATTEMPTS = 5;

  private final AlarmRules rules;
  private final AlarmStates states;
  private final CommandDispatch dispatch;
  private final AlarmNotices notices;

  /// Alarms by these rules.
  public AlarmLife(
      AlarmRules rules, AlarmStates states, CommandDispatch dispatch, AlarmNotices notices) {
    this.rules = rules;
    this.states = states;
    this.dispatch = dispatch;
    this.notices = notices;
  }

  /// Which of many are to be judged, since something would change by it, or is owed still. What
  /// nothing becomes of costs half of what judging it does, and a hundredth of the requests. A
  /// state that was written just now may not be seen: then the next look finds it.
  public List<Look> due(List<Look> looks) {
    var kept = states.readAll(looks);
    return looks.stream()
        .filter(look -> {
          var before = kept.getOrDefault(look, states.none());
          var course = new AlarmCourse(before.state(), before.isTold(), look.occasion().nowMs());
          look.judgement().accept(course);
          return !course.isNothing() || !before.owesNothing();
        })
        .toList();
  }

  /// Judges a rule.
  ///
  /// @param judgement leads the alarm on; asked again where another was faster
  /// @return how many alarms were raised by it, composites among them
  public int judge(Occasion occasion, AlarmRule rule, Consumer<AlarmCourse> judgement) {
    int raised = 0;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      var before = states.read(occasion.thing(), rule);
      if (!before.owesNothing()) {
        raised += settle(occasion, rule, before);
      }
      var course = new AlarmCourse(before.state(), before.isTold(), occasion.nowMs());
      judgement.accept(course);
      if (course.isNothing()) {
        return raised;
      }
      var owed = course.lastRaise().flatMap(raise -> reaction(rule, occasion, raise));
      var after = states.replace(before, occasion.thing(), rule, course, owed);
      if (after.isPresent()) {
        log(rule, course);
        raised += raised(before.state(), course);
        return raised + (after.get().owesNothing() ? 0 : settle(occasion, rule, after.get()));
      }
    }
    throw new IllegalStateException("others change the alarm " + rule.name() + " all the time");
  }

  /// One that stood before, and of which people are told only now, was raised before.
  private static int raised(AlarmState before, AlarmCourse course) {
    return (int)
        course.events().stream()
            .filter(event -> event.kind() == AlarmEvent.Kind.RAISED)
            .filter(event -> !before.raised() || event.atMs() != before.sinceMs())
            .count();
  }

  private static void log(AlarmRule rule, AlarmCourse course) {
    for (var event : course.events()) {
      LOG.log(
          System.Logger.Level.INFO,
          event.kind() == AlarmEvent.Kind.RAISED ? "alarm raised" : "alarm cleared",
          Map.of(
              "rule", rule.name(),
              "sensor", rule.condition().sensor().orElse(""),
              "atMs", event.atMs(),
              "told", event.isTold()));
    }
  }

  /// Does what is owed. What is not the same when it is done twice is last: so a failure of what is
  /// before does not repeat it.
  ///
  /// @return how many composites were raised
  private int settle(Occasion occasion, AlarmRule rule, Kept kept) {
    int raised = kept.untold().isEmpty() ? 0 : compose(occasion, rule, kept);
    kept.owed().ifPresent(owed -> issue(occasion, rule, owed));
    kept.untold().stream()
        .filter(AlarmEvent::isTold)
        .forEach(event -> notices.publish(occasion, rule, event));
    states.settle(occasion.thing(), rule, kept);
    return raised;
  }

  /// A composite of a composite would be a loop, or be judged in no order.
  private int compose(Occasion occasion, AlarmRule part, Kept kept) {
    int raised = 0;
    if (part.condition() instanceof AlarmCondition.Composite) {
      return raised;
    }
    // What people are told of the part is as true of the whole.
    boolean isNews = kept.untold().stream().anyMatch(AlarmEvent::isTold);
    long seenMs = isNews ? occasion.nowMs() : kept.state().lastMs();
    for (var rule : rules.of(occasion.device())) {
      if (rule.condition() instanceof AlarmCondition.Composite composite
          && composite.rules().contains(part.name())) {
        raised +=
            judge(
                occasion,
                rule,
                course ->
                    course.next(
                        AlarmEvaluator.composed(
                            composite,
                            course.state(),
                            name -> isRaised(occasion, name),
                            kept.state().sinceMs(),
                            kept.state().lastMs()),
                        seenMs));
      }
    }
    return raised;
  }

  private boolean isRaised(Occasion occasion, String name) {
    return rules.of(occasion.device()).stream()
        .filter(rule -> rule.name().equals(name))
        .filter(rule -> !(rule.condition() instanceof AlarmCondition.Composite))
        .anyMatch(rule -> states.read(occasion.thing(), rule).state().raised());
  }

  /// The identifier is made of rule, device, message and reading alone.
  private static Optional<Owed> reaction(AlarmRule rule, Occasion occasion, AlarmEvent raise) {
    var reaction = rule.command();
    if (reaction == null) {
      return Optional.empty();
    }
    var unique =
        "rule-%s-%s"
            .formatted(
                Integer.toHexString((rule.name() + "#" + rule.device()).hashCode()),
                Long.toString(raise.atMs(), 36));
    long atMs = occasion.receivedMs();
    var command =
        new Command(
            FleetKeys.commandId(atMs, unique), reaction.value(), atMs + reaction.validForMs());
    var order =
        new Order(
            reaction.thingFor(occasion.thing()),
            reaction.actuatorFor(rule.device(), occasion.thing()),
            reaction.value(),
            "rule:" + rule.name());
    return Optional.of(new Owed(order, command, atMs));
  }

  /// What could not be issued while it was good is not issued any more: a thing that takes no
  /// commands holds up no telemetry for good.
  private void issue(Occasion occasion, AlarmRule rule, Owed owed) {
    boolean isLate = occasion.nowMs() > owed.command().expiresAtMs();
    if (!isLate) {
      dispatch.issue(owed.order(), owed.command(), owed.atMs());
    }
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
