// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One thing that was done on a message's way: begun by what led to it, ended once. Thread-safe.
///
/// What is done outside any way goes nowhere: {@link #current()} is then a step of which everything
/// may be told and nothing is kept.
public final class Step {
  private static final ScopedValue<Step> CURRENT = ScopedValue.newInstance();
  private static final Step NOWHERE = new Step(null, 0, 0, 0, Kind.CALL, Lane.OTHER, "", "", "", 0);

  /// What was done.
  public enum Kind {
    PUBLISH,
    RULE,
    ACTION,
    MESSAGE,
    INVOCATION,
    CALL,
    DELIVERY
  }

  /// Where.
  public enum Lane {
    DEVICE,
    IOT,
    QUEUE,
    FUNCTION,
    TABLE,
    SHADOW,
    OTHER
  }

  /// What came of it, the worst last.
  public enum Outcome {
    OK,
    RUNNING,
    REFUSED,
    FAILED
  }

  private final @Nullable Trace trace;
  private final Object guard;
  private final int number;
  private final int parent;
  private final long sequence;
  private final Kind kind;
  private final Lane lane;
  private final String name;
  private final String principal;
  private final long beganNanos;

  // Guarded by the trace's own lock.
  private String resource;
  private long endedNanos;
  private long waitedNanos = -1;
  private Outcome outcome = Outcome.RUNNING;
  private String why = "";
  private Excerpt request = Excerpt.NONE;
  private Excerpt answer = Excerpt.NONE;
  private String sql = "";
  private Excerpt result = Excerpt.NONE;
  private @Nullable Decided decided;

  Step(
      @Nullable Trace trace,
      int number,
      int parent,
      long sequence,
      Kind kind,
      Lane lane,
      String name,
      String resource,
      String principal,
      long beganNanos) {
    this.trace = trace;
    this.guard = trace == null ? this : trace;
    this.number = number;
    this.parent = parent;
    this.sequence = sequence;
    this.kind = kind;
    this.lane = lane;
    this.name = name;
    this.resource = resource;
    this.principal = principal;
    this.beganNanos = beganNanos;
  }

  /// What this thread does is done for this step.
  public static Step current() {
    return CURRENT.isBound() ? CURRENT.get() : NOWHERE;
  }

  static Step nowhere() {
    return NOWHERE;
  }

  /// What the stack does for itself is not on the way of the message that it happens to work for.
  public static <T> T aside(Supplier<T> work) {
    return ScopedValue.where(CURRENT, NOWHERE).call(work::get);
  }

  /// Whether it is on a way.
  public boolean isOnWay() {
    return trace != null;
  }

  /// Begins what this led to.
  ///
  /// @param principal by whom, as policies name him
  public Step begin(Kind ofKind, Lane in, String itsName, String onResource, String principalArn) {
    return trace == null
        ? NOWHERE
        : trace.begin(number, ofKind, in, itsName, onResource, principalArn, System.nanoTime());
  }

  /// Does work that is part of this step; steps that are begun in it are led to by this one.
  public <T, X extends Throwable> T run(ScopedValue.CallableOp<? extends T, X> work) throws X {
    return trace == null ? work.call() : ScopedValue.where(CURRENT, this).call(work);
  }

  /// As {@link #run}, later and on another thread.
  public Runnable carry(Runnable work) {
    return trace == null ? work : () -> ScopedValue.where(CURRENT, this).run(work);
  }

  /// What it acts on, where that was not known when it began.
  public void on(String otherResource) {
    if (isKept()) {
      synchronized (guard) {
        resource = otherResource;
      }
    }
  }

  /// What it is to do.
  public void asked(byte[] payload) {
    if (isKept()) {
      asked(excerpt(payload));
    }
  }

  public void asked(Excerpt excerpt) {
    if (isKept()) {
      synchronized (guard) {
        request = excerpt;
      }
      grew(excerpt);
    }
  }

  /// What it is to do, and what it answered, where passwords and tokens may be in it: they are not
  /// even kept.
  public void askedInConfidence(byte[] event) {
    if (isKept()) {
      asked(excerpt(event).masked());
    }
  }

  public void answeredInConfidence(byte[] answerOfEvent) {
    if (isKept()) {
      answered(excerpt(answerOfEvent).masked());
    }
  }

  /// What it answered.
  public void answered(byte[] payload) {
    if (isKept()) {
      answered(excerpt(payload));
    }
  }

  public void answered(Excerpt excerpt) {
    if (isKept()) {
      synchronized (guard) {
        answer = excerpt;
      }
      grew(excerpt);
    }
  }

  /// A rule's statement, and what it made of the message.
  public void selected(String statement, byte[] made) {
    if (isKept()) {
      Excerpt excerpt = excerpt(made);
      synchronized (guard) {
        sql = statement;
        result = excerpt;
      }
      grew(excerpt);
    }
  }

  private void grew(Excerpt by) {
    if (trace != null) {
      trace.grew(by.size());
    }
  }

  /// It waited until now: in a queue, or for something to start.
  public void waited() {
    if (isKept()) {
      synchronized (guard) {
        waitedNanos = System.nanoTime() - beganNanos;
      }
      changed();
    }
  }

  /// What the policies said. Of several things that it needed, one that was denied is kept.
  public void decided(Decided decision) {
    if (isKept()) {
      synchronized (guard) {
        if (decided == null || !decision.isAllow()) {
          decided = decision;
        }
      }
    }
  }

  public void done() {
    end(Outcome.OK, "");
  }

  /// It did what it had to, and that is less than one may expect.
  public void done(String remark) {
    end(Outcome.OK, remark);
  }

  /// Policies, or its condition, did not let it.
  public void refused(String reason) {
    end(Outcome.REFUSED, reason);
  }

  public void failed(String reason) {
    end(Outcome.FAILED, reason);
  }

  private void end(Outcome with, String reason) {
    if (isKept()) {
      String said = reason.isEmpty() ? reason : Excerpt.ofReason(reason);
      synchronized (guard) {
        // Who gave it up has told why; that a thread then ends tells nothing more.
        if (outcome == Outcome.RUNNING) {
          outcome = with;
          why = said;
          endedNanos = System.nanoTime();
        }
      }
      changed();
    }
  }

  private void changed() {
    if (trace != null) {
      trace.changed();
    }
  }

  /// The way that it is on; empty where it is on none.
  public String wayId() {
    return trace == null ? "" : trace.id();
  }

  /// Names this step to who is told of it over a wire; empty where it is on no way.
  public String header() {
    return trace == null ? "" : new TraceHeader(trace.id(), number, trace.sampled()).text();
  }

  /// As X-Ray names a segment.
  public String segmentId() {
    return TraceHeader.segment(number);
  }

  /// Whether X-Ray records the trace; null where nobody has decided.
  public @Nullable Boolean sampled() {
    return trace == null ? null : trace.sampled();
  }

  /// Decides it, where nobody has.
  public void sample(boolean sampled) {
    if (trace != null) {
      trace.sample(sampled);
    }
  }

  /// Traces that this one goes on from, of messages of a batch, that X-Ray records.
  public Iterable<TraceHeader> sampledLinks() {
    return trace == null ? java.util.List.of() : trace.sampledLinks();
  }

  /// The message that began the way can be published again.
  public void repeatable(Supplier<Step> again) {
    if (trace != null) {
      trace.repeatable(again);
    }
  }

  /// How many bytes of a payload are kept.
  int most() {
    return trace == null ? 0 : trace.most(this);
  }

  private Excerpt excerpt(byte[] payload) {
    return Excerpt.of(payload, most());
  }

  /// How many characters of a request are worth writing down; 0 where nothing is kept.
  public int mostCharacters() {
    return isKept() ? most() : 0;
  }

  /// Whether a message published by it is what the way began with.
  public boolean isBeginning() {
    return trace != null && (number == 0 || number == 1 && kind == Kind.CALL);
  }

  public boolean is(Kind some) {
    return kind == some;
  }

  /// Whether what is told of it is kept.
  public boolean isKept() {
    return trace != null && number > 0;
  }

  int number() {
    return number;
  }

  int parent() {
    return parent;
  }

  long sequence() {
    return sequence;
  }

  Kind kind() {
    return kind;
  }

  long beganNanos() {
    return beganNanos;
  }

  // What follows is read with the trace's lock held.

  long endedNanos() {
    return endedNanos;
  }

  Outcome outcome() {
    return outcome;
  }

  Seen seen(long wayBeganNanos) {
    return new Seen(
        sequence,
        lane,
        kind,
        name,
        resource,
        principal,
        beganNanos - wayBeganNanos,
        outcome == Outcome.RUNNING ? -1 : endedNanos - beganNanos,
        waitedNanos,
        outcome,
        why,
        decided,
        request,
        answer,
        sql,
        result);
  }

  /// A step as it is at one moment.
  public record Seen(
      long sequence,
      Lane lane,
      Kind kind,
      String name,
      String resource,
      String principal,
      long afterNanos,
      long nanos,
      long waitedNanos,
      Outcome outcome,
      String why,
      @Nullable Decided decided,
      Excerpt request,
      Excerpt answer,
      String sql,
      Excerpt result) {}
}
