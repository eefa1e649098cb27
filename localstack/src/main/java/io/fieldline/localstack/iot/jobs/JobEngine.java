// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.iot.jobs.JobFailure.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The life of jobs and of their executions. One change at a time, so that things are told in the
/// order in which it happened.
///
/// Source: AWS IoT Core Developer Guide, "Jobs and job execution states", "How job configurations
/// work".
final class JobEngine {
  private static final Set<String> BY_DEVICE =
      Set.of("IN_PROGRESS", "FAILED", "SUCCEEDED", "REJECTED");

  private final JobStore store;
  private final JobTargets targets;
  private final JobNotices notices;
  private final UnaryOperator<String> documents;
  private final StackClock clock;

  /// @param documents of a job's id, as a device gets it
  JobEngine(
      JobStore store,
      JobTargets targets,
      JobNotices notices,
      UnaryOperator<String> documents,
      StackClock clock) {
    this.store = store;
    this.targets = targets;
    this.notices = notices;
    this.documents = documents;
    this.clock = clock;
  }

  /// What is looked at and then changed, with nobody else in between.
  synchronized <T> T alone(Supplier<T> work) {
    return work.get();
  }

  // --- Jobs

  synchronized void begin(String id, Job.Order order) {
    store.put(new Job(id, order, Job.Progress.begun(things(order.targets()), order.createdAt())));
    rollOut(id);
    settle(id);
  }

  private List<String> things(List<String> arns) {
    var things = new LinkedHashSet<String>();
    for (String arn : arns) {
      String name = arn.substring(arn.indexOf('/') + 1);
      if (arn.contains(":thinggroup/")) {
        things.addAll(targets.thingsOf(name));
      } else {
        things.add(name);
      }
    }
    return List.copyOf(things);
  }

  /// Tells the next things, if it is time.
  private void rollOut(String id) {
    Job job = store.job(id).orElseThrow();
    Instant now = clock.instant();
    Instant next = job.progress().nextRolloutAt();
    if (!job.isInProgress() || next == null || now.isBefore(next)) {
      return;
    }
    int told = job.progress().notified();
    int succeeded = counts(id).of("SUCCEEDED");
    int count =
        Math.min(job.order().rollout().rate(told, succeeded), job.progress().waiting().size());
    List<String> first = List.copyOf(job.progress().waiting().subList(0, count));
    store.put(job.with(job.progress().rolledOut(count, now.plusSeconds(60), now)));
    first.stream().filter(targets::thingExists).forEach(thing -> queue(id, thing));
  }

  private void queue(String jobId, String thing) {
    long number = store.find(jobId, thing, null).map(Execution::number).orElse(0L) + 1;
    Instant now = clock.instant();
    changing(
        thing, () -> store.put(Execution.queued(jobId, thing, number, store.nextPlace(), now)));
  }

  private void changing(String thing, Runnable change) {
    List<Execution> before = store.pending(thing);
    change.run();
    notices.pendingChanged(thing, before, store.pending(thing), e -> documents.apply(e.jobId()));
  }

  JobCounts counts(String jobId) {
    return JobCounts.of(store.latest(jobId));
  }

  /// Whether enough have failed, or all are done.
  private void settle(String id) {
    Job job = store.job(id).orElseThrow();
    if (!job.isInProgress()) {
      return;
    }
    JobCounts counts = counts(id);
    int told = job.progress().notified();
    boolean abort =
        job.order().abort().stream()
            .anyMatch(a ->
                told >= a.atLeast()
                    && counts.failures(a.failureType()) * 100.0 / told >= a.percentage());
    if (abort) {
      cancel(id, false, null, null);
      return;
    }
    boolean done = job.progress().waiting().isEmpty() && counts.pending() == 0;
    if (done && !job.order().continuous()) {
      Job completed = job.with(job.progress().ended("COMPLETED", clock.instant()));
      store.put(completed);
      notices.job(completed, "completed", "COMPLETED", counts);
    }
  }

  synchronized void cancel(
      String id, boolean force, @Nullable String reasonCode, @Nullable String comment) {
    Job job = store.job(id).orElseThrow();
    Job canceled = job.with(job.progress().canceled(force, reasonCode, comment, clock.instant()));
    store.put(canceled);
    notices.job(canceled, "cancellation_in_progress", "CANCELLATION_IN_PROGRESS", counts(id));
    for (Execution execution : List.copyOf(store.latest(id))) {
      if (execution.isPending() && (force || !execution.isInProgress())) {
        end(execution, execution.canceled(force, null, clock.instant()));
      }
    }
    notices.job(canceled, "canceled", "CANCELED", counts(id));
  }

  synchronized void delete(String id) {
    Job job = store.job(id).orElseThrow();
    notices.job(job, "deletion_in_progress", "DELETION_IN_PROGRESS", counts(id));
    store.ofJob(id).forEach(this::forget);
    store.remove(job);
    notices.job(job, "deleted", "DELETED", JobCounts.of(List.of()));
  }

  private void forget(Execution execution) {
    changing(execution.thing(), () -> store.remove(execution));
    notices.execution(execution, "deleted");
  }

  synchronized void replaceOrder(Job job, Job.Order order) {
    store.put(job.with(order).with(job.progress().touched(null, 0, clock.instant())));
  }

  /// Adds groups to a continuous job.
  synchronized void associate(Job job, List<String> arns, @Nullable String comment) {
    var all = new LinkedHashSet<>(job.order().targets());
    all.addAll(arns);
    Job.Order o = job.order();
    var order =
        new Job.Order(
            List.copyOf(all),
            o.continuous(),
            o.document(),
            o.documentSource(),
            o.description(),
            o.presigning(),
            o.rollout(),
            o.abort(),
            o.minutes(),
            o.retry(),
            o.createdAt());
    store.put(job.with(order).with(job.progress().touched(comment, 0, clock.instant())));
    follow(job.id());
  }

  /// Things have come to groups or left them: continuous jobs follow.
  synchronized void membershipChanged() {
    for (Job job : List.copyOf(store.jobs())) {
      if (job.isInProgress() && job.order().continuous()) {
        follow(job.id());
      }
    }
  }

  /// Assumed: what a thing that is no more had still to do is removed, whatever kind of job it is.
  synchronized void thingDeleted(String thing) {
    for (Execution execution : store.pending(thing)) {
      end(execution, execution.updated("REMOVED", null, null, clock.instant()));
      settle(execution.jobId());
    }
  }

  private void follow(String id) {
    Job job = store.job(id).orElseThrow();
    List<String> wanted = things(job.order().targets());
    var joined = new ArrayList<String>();
    for (String thing : wanted) {
      Optional<Execution> last = store.find(id, thing, null);
      boolean waits = job.progress().waiting().contains(thing);
      if (!waits && last.filter(e -> !e.status().equals("REMOVED")).isEmpty()) {
        joined.add(thing);
      }
    }
    if (!joined.isEmpty()) {
      store.put(job.with(job.progress().touched(null, joined.size(), clock.instant())));
      joined.forEach(thing -> queue(id, thing));
    }
    for (Execution execution : List.copyOf(store.latest(id))) {
      if (execution.isPending() && !wanted.contains(execution.thing())) {
        end(execution, execution.updated("REMOVED", null, null, clock.instant()));
      }
    }
  }

  /// What the time brings: further rollouts, and executions that are late.
  synchronized void tick() {
    for (Job job : List.copyOf(store.jobs())) {
      if (job.isInProgress() && job.progress().nextRolloutAt() != null) {
        rollOut(job.id());
        settle(job.id());
      }
    }
    Instant now = clock.instant();
    for (Execution late : store.late(now)) {
      finish(late, late.updated("TIMED_OUT", null, null, now));
    }
  }

  // --- Executions

  /// Ends a try; where its job allows, the thing gets another.
  private void finish(Execution from, Execution to) {
    Job job = store.job(to.jobId()).orElseThrow();
    boolean again = job.isInProgress() && to.number() <= Math.min(job.retries(to.status()), 10);
    changing(
        to.thing(),
        () -> {
          store.put(to);
          if (again) {
            store.put(
                Execution.queued(
                    to.jobId(), to.thing(), to.number() + 1, store.nextPlace(), clock.instant()));
          }
        });
    tell(from, to);
    settle(to.jobId());
  }

  private void end(Execution from, Execution to) {
    changing(to.thing(), () -> store.put(to));
    tell(from, to);
  }

  private void tell(Execution from, Execution to) {
    if (!from.status().equals(to.status()) && !to.isPending()) {
      notices.execution(to, to.status().toLowerCase(Locale.ROOT));
    }
  }

  synchronized List<Execution> pending(String thing) {
    require(thing);
    return store.pending(thing);
  }

  private void require(String thing) {
    if (!targets.thingExists(thing)) {
      throw new JobFailure(Code.RESOURCE_NOT_FOUND, "Thing " + thing + " not found.");
    }
  }

  private static JobFailure none(String jobId, String thing) {
    return new JobFailure(
        Code.RESOURCE_NOT_FOUND, "There is no execution of job " + jobId + " on thing " + thing);
  }

  /// Empty where the next one is asked for, and nothing waits.
  synchronized Optional<Execution> describe(String thing, String jobId, @Nullable Long number) {
    require(thing);
    if (jobId.equals("$next")) {
      return store.pending(thing).stream().findFirst();
    }
    Execution found = store.find(jobId, thing, number).orElseThrow(() -> none(jobId, thing));
    if (!found.isPending()) {
      throw new JobFailure(
          Code.TERMINAL_STATE_REACHED,
          "The execution of job " + jobId + " has reached the terminal state " + found.status());
    }
    return Optional.of(found);
  }

  synchronized Optional<Execution> startNext(
      String thing, @Nullable Map<String, String> details, @Nullable Long stepMinutes) {
    require(thing);
    @Nullable Map<String, String> checked = StatusDetails.checked(details);
    Optional<Execution> head = store.pending(thing).stream().findFirst();
    if (head.isEmpty()) {
      return head;
    }
    Execution from = head.get();
    Instant now = clock.instant();
    @Nullable Instant step = step(from, stepMinutes, now);
    if (from.isInProgress()) {
      if (stepMinutes == null) {
        return head;
      }
      Execution to = from.updated("IN_PROGRESS", null, step, now);
      store.put(to);
      return Optional.of(to);
    }
    Execution to = from.updated("IN_PROGRESS", checked, step, now);
    end(from, to);
    return Optional.of(to);
  }

  /// Source: "UpdateJobExecution": 1 to 10,080 minutes; -1 ends the step timer.
  private static @Nullable Instant step(Execution from, @Nullable Long minutes, Instant now) {
    if (minutes == null) {
      return from.stepUntil();
    }
    if (minutes == -1) {
      return null;
    }
    if (minutes < 1 || minutes > 10_080) {
      throw JobFailure.invalidRequest(
          "stepTimeoutInMinutes: expected 1 to 10080, or -1, got " + minutes);
    }
    return now.plusSeconds(60 * minutes);
  }

  /// What a device asks to be changed.
  record Update(
      String status,
      @Nullable Map<String, String> details,
      @Nullable Long expectedVersion,
      @Nullable Long number,
      @Nullable Long stepMinutes) {}

  synchronized Execution update(String thing, String jobId, Update update) {
    require(thing);
    if (!BY_DEVICE.contains(update.status())) {
      throw JobFailure.invalidRequest(
          "status: expected one of IN_PROGRESS, FAILED, SUCCEEDED, REJECTED, got "
              + update.status());
    }
    @Nullable Map<String, String> details = StatusDetails.checked(update.details());
    Execution from =
        store.find(jobId, thing, update.number()).orElseThrow(() -> none(jobId, thing));
    if (update.expectedVersion() != null && update.expectedVersion() != from.version()) {
      throw new JobFailure(
          Code.VERSION_MISMATCH,
          "Expected version " + update.expectedVersion() + ", but it is " + from.version(),
          Optional.of(from));
    }
    if (!from.isPending()) {
      throw new JobFailure(
          Code.INVALID_STATE_TRANSITION,
          "Invalid state transition from " + from.status() + " to " + update.status(),
          Optional.of(from));
    }
    Instant now = clock.instant();
    Execution to =
        from.updated(update.status(), details, step(from, update.stepMinutes(), now), now);
    if (to.isPending()) {
      end(from, to);
    } else {
      finish(from, to);
    }
    return to;
  }

  synchronized void cancelExecution(
      Execution from, boolean force, @Nullable Map<String, String> details) {
    end(from, from.canceled(force, details, clock.instant()));
    settle(from.jobId());
  }

  synchronized void deleteExecution(Execution execution) {
    forget(execution);
    settle(execution.jobId());
  }
}
