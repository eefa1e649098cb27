// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/// The stacks and their events, durable. Every change of status goes through here and leaves an
/// event.
final class StackRecords {
  private final Store store;
  private final MVMap<String, StackRecord> stacks;
  private final MVMap<String, Event> events;
  private final StackClock clock;
  private Instant lastEventAt = Instant.EPOCH;

  record Event(
      String id,
      String stackId,
      String stackName,
      String logicalId,
      String physicalId,
      String type,
      String status,
      String reason,
      Instant at) {}

  StackRecords(Store store, StackClock clock) {
    this.store = store;
    this.stacks = store.map("cloudformation/stacks", StackRecord.class);
    this.events = store.map("cloudformation/events", Event.class);
    this.clock = clock;
  }

  /// A deployment that a stop of the process interrupted cannot go on: it has failed, and says so.
  void failInterrupted() {
    for (StackRecord stack : List.copyOf(stacks.values())) {
      if (stack.isBusy()) {
        String operation = stack.status().substring(0, stack.status().indexOf('_'));
        String status =
            switch (operation) {
              case "UPDATE" -> "UPDATE_ROLLBACK_FAILED";
              case "DELETE" -> "DELETE_FAILED";
              default -> "ROLLBACK_FAILED";
            };
        status(stack.id(), status, "The local stack was stopped during " + stack.status());
      }
    }
  }

  Stream<StackRecord> all() {
    return stacks.values().stream();
  }

  /// By name (a live stack) or by id (a deleted one, too).
  Optional<StackRecord> find(String nameOrId) {
    if (nameOrId.startsWith("arn:")) {
      return Optional.ofNullable(stacks.get(nameOrId));
    }
    return all().filter(s -> s.name().equals(nameOrId) && !s.isGone()).findFirst();
  }

  StackRecord get(String nameOrId) {
    return find(nameOrId)
        .orElseThrow(
            () -> AwsFailure.validationError("Stack with id " + nameOrId + " does not exist"));
  }

  void put(StackRecord stack) {
    stacks.put(stack.id(), stack);
  }

  synchronized StackRecord change(String id, UnaryOperator<StackRecord> how) {
    StackRecord stack = how.apply(get(id));
    stacks.put(id, stack);
    return stack;
  }

  void remove(String id) {
    stacks.remove(id);
  }

  /// A new status of the stack itself.
  void status(String id, String status, String reason) {
    StackRecord stack = change(id, s -> s.withStatus(status, reason, clock.instant()));
    event(stack, stack.name(), stack.id(), "AWS::CloudFormation::Stack", status, reason);
    store.commit();
  }

  /// A new status of one of its resources; {@code resource} null removes it from the stack.
  void resource(String id, StackRecord.Resource resource) {
    StackRecord stack = change(id, s -> s.withResource(resource.logicalId(), resource));
    event(
        stack,
        resource.logicalId(),
        resource.physicalId(),
        resource.type(),
        resource.status(),
        resource.reason());
    store.commit();
  }

  void resourceGone(String id, String logicalId) {
    change(id, s -> s.withResource(logicalId, null));
    store.commit();
  }

  void event(
      StackRecord stack,
      String logicalId,
      String physicalId,
      String type,
      String status,
      @Nullable String reason) {
    Instant at = nextEventTime();
    var event =
        new Event(
            UUID.randomUUID().toString(),
            stack.id(),
            stack.name(),
            logicalId,
            physicalId,
            type,
            status,
            reason == null ? "" : reason,
            at);
    events.put(stack.id() + "#" + at, event);
  }

  /// Clients order by time: two events of one millisecond would be printed in the wrong order.
  private synchronized Instant nextEventTime() {
    Instant now = Instant.ofEpochMilli(clock.millis());
    lastEventAt = now.isAfter(lastEventAt) ? now : lastEventAt.plusMillis(1);
    return lastEventAt;
  }

  /// Newest first.
  List<Event> events(String stackId) {
    return events.values().stream()
        .filter(e -> e.stackId().equals(stackId))
        .sorted(java.util.Comparator.comparing(Event::at).reversed())
        .toList();
  }
}
