// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.cloud.CloudConnection.Delivery;
import io.fieldline.agent.cloud.CloudConnection.Published;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.spool.BatchId;
import io.fieldline.agent.spool.DeadLetters;
import io.fieldline.agent.spool.SealedBatch;
import io.fieldline.agent.spool.Spool;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Publishes sealed batches, several at a time, and gives one up to oblivion only when the cloud
/// has acknowledged it.
///
/// When anything fails, all that is out is awaited, the spool is wound back, and batches go one by
/// one until one is acknowledged. A batch that the cloud refuses three times alone while one of the
/// next three passes is poison: it is put among the dead letters. If those are refused too, the
/// fault is not the batch's and everything is kept. Where none follows yet it cannot be told. It is
/// tried now and then, once each time, since each refusal costs the session, and judged as soon as
/// another one is there. A batch larger than AWS IoT takes is put aside without being tried.
final class Uplink {
  private static final Logger LOG = System.getLogger(Uplink.class.getName());
  private static final int STRIKES = 3;
  private static final int FOLLOWERS = 3;
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration MOMENT = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Spool spool;
  private final CloudConnection cloud;
  private final Bypass bypass;
  private final TelemetryRoute route;
  private final int window;
  private final ByteBudget budget;
  private final DeadLetters deadLetters;
  private final Backoff backoff;
  private final Metrics metrics;
  private final AckListener listener;
  private final BlockingQueue<Result> results = new LinkedBlockingQueue<>();
  private final Semaphore permits;
  private volatile boolean failed;
  private volatile long roundNanos = System.nanoTime();

  /// When the batch that goes alone was last published; of the loop's thread.
  private long aloneNanos;

  /// When another batch was last taken that went alone.
  private long takenNanos = System.nanoTime();

  /// When the batches that go alone were first refused.
  private final Map<BatchId, Long> refusedNanos = new HashMap<>();

  /// An uplink that is idle until run.
  ///
  /// @param bypass the way out while there is no session
  /// @param window how many batches may be out
  /// @param budget how much each lane may still send
  /// @param listener hears of each batch that the cloud has acknowledged
  Uplink(
      Spool spool,
      CloudConnection cloud,
      Bypass bypass,
      TelemetryRoute route,
      int window,
      ByteBudget budget,
      DeadLetters deadLetters,
      Backoff backoff,
      Metrics metrics,
      AckListener listener) {
    this.spool = spool;
    this.cloud = cloud;
    this.bypass = bypass;
    this.route = route;
    this.window = window;
    this.budget = budget;
    this.deadLetters = deadLetters;
    this.backoff = backoff;
    this.metrics = metrics;
    this.listener = listener;
    this.permits = new Semaphore(window);
  }

  /// What became of a batch that went alone.
  private enum Verdict {
    /// The cloud takes batches.
    GOES_ON,
    /// It is out of the way; what was refused after it is tried again.
    DONE,
    /// It was refused, and nothing follows that would tell whose fault it is.
    UNDECIDED,
    /// Neither it nor the next one was taken now.
    STANDS
  }

  private record Result(SealedBatch batch, Published published, Duration after) {}

  /// Takes the outcomes, so that the client's thread never waits for the spool. Runs until
  /// interrupted, beside [#run].
  void settle() throws InterruptedException {
    while (true) {
      Result result = results.take();
      if (result.published() == Published.ACKNOWLEDGED) {
        acknowledged(result.batch(), result.after());
      } else {
        failed = true;
      }
      permits.release();
    }
  }

  private void acknowledged(SealedBatch batch, Duration after) {
    spool.acknowledge(batch);
    listener.acknowledged(batch, after);
    metrics.add("fieldline_uplink_batches_total", 1);
    metrics.add("fieldline_uplink_readings_total", batch.readings());
  }

  /// How long ago its loop last went round. A round waits for answers of the cloud and for the
  /// longest back-off at most.
  Duration sinceLastRound() {
    return Duration.ofNanos(System.nanoTime() - roundNanos);
  }

  /// Publishes until interrupted.
  void run() throws IOException, InterruptedException {
    recover();
    while (true) {
      roundNanos = System.nanoTime();
      if (!cloud.state().isConnected()) {
        if (bypass.isDue()) {
          recover();
        } else {
          cloud.state().awaitSessionAfter(-1, IDLE);
        }
        continue;
      }
      if (!permits.tryAcquire(IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
        continue;
      }
      if (failed) {
        permits.release();
        recover();
        continue;
      }
      Optional<SealedBatch> batch = nextOrRelease();
      if (batch.isPresent() && !send(batch.get())) {
        permits.release();
      }
    }
  }

  private Optional<SealedBatch> nextOrRelease() throws IOException, InterruptedException {
    boolean sending = false;
    try {
      Optional<SealedBatch> batch = spool.next(IDLE, budget::isOpen);
      sending = batch.isPresent();
      return batch;
    } finally {
      if (!sending) {
        permits.release();
      }
    }
  }

  /// Whether it is on its way.
  private boolean send(SealedBatch batch) {
    TelemetryRoute.Outgoing out = route.of(batch.payload());
    if (out.isTooLarge()) {
      putAside(batch);
      return false;
    }
    spent(batch, out);
    long sentNanos = System.nanoTime();
    cloud.publish(
        out.topic(),
        out.payload(),
        Delivery.AT_LEAST_ONCE,
        published -> results.add(new Result(batch, published, since(sentNanos))));
    return true;
  }

  private void spent(SealedBatch batch, TelemetryRoute.Outgoing out) {
    budget.spent(batch.id().lane(), out);
    if (out.deflated()) {
      metrics.add("fieldline_uplink_deflated_batches_total", 1);
    }
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  /// One batch at a time until one is acknowledged.
  private void recover() throws IOException, InterruptedException {
    while (!permits.tryAcquire(window, IDLE.toMillis(), TimeUnit.MILLISECONDS)) {
      // A slow link brings its acknowledgements one by one: that is no standstill.
      roundNanos = System.nanoTime();
    }
    try {
      failed = false;
      spool.rewind();
      while (true) {
        roundNanos = System.nanoTime();
        Optional<SealedBatch> head = spool.next(IDLE, budget::isOpen);
        if (head.isEmpty()) {
          continue;
        }
        switch (judged(head.get())) {
          case GOES_ON -> {
            refusedNanos.clear();
            backoff.reset();
            return;
          }
          case DONE -> backoff.reset();
          case UNDECIDED -> spool.next(backoff.next(), budget::isOpen);
          case STANDS -> backoff.pause();
        }
        spool.rewind();
      }
    } finally {
      permits.release(window);
    }
  }

  /// Sends a batch alone, again while the cloud refuses it, plain after the first time.
  private Verdict judged(SealedBatch head) throws IOException, InterruptedException {
    boolean wasRefused = refusedNanos.containsKey(head.id());
    TelemetryRoute.Outgoing out =
        wasRefused ? route.plain(head.payload()) : route.of(head.payload());
    if (out.isTooLarge()) {
      return putAside(head) ? Verdict.DONE : Verdict.GOES_ON;
    }
    int strikes = wasRefused ? 1 : STRIKES;
    boolean deflatedIsRefused = false;
    for (int strike = 0; strike < strikes; strike++) {
      Published published = alone(head, out);
      if (published == Published.ACKNOWLEDGED) {
        if (deflatedIsRefused) {
          route.deflatedIsRefused();
        }
        acknowledged(head, since(aloneNanos));
        return Verdict.GOES_ON;
      }
      if (published == Published.UNKNOWN) {
        return Verdict.STANDS;
      }
      refused(head);
      deflatedIsRefused |= out.deflated();
      out = route.plain(head.payload());
    }
    if (isPoison(head)) {
      return putAside(head) ? Verdict.DONE : Verdict.GOES_ON;
    }
    Verdict others = takesAnother();
    if (others != Verdict.GOES_ON) {
      LOG.log(Level.WARNING, "the cloud refuses telemetry, all is kept: topic={0}", out.topic());
      return others;
    }
    return switch (alone(head, out)) {
      case REFUSED -> putAside(head) ? Verdict.DONE : Verdict.GOES_ON;
      case ACKNOWLEDGED -> {
        acknowledged(head, since(aloneNanos));
        yield Verdict.DONE;
      }
      case UNKNOWN -> Verdict.STANDS;
    };
  }

  private void refused(SealedBatch batch) {
    metrics.add("fieldline_uplink_refused_total", 1);
    refusedNanos.putIfAbsent(batch.id(), System.nanoTime());
  }

  /// Whether a batch that was just refused was so before another one was taken, too.
  private boolean isPoison(SealedBatch batch) {
    Long since = refusedNanos.get(batch.id());
    return since != null && takenNanos - since > 0;
  }

  /// Whether the cloud takes one of the next batches, plain; not only the next one, since those of
  /// one device may all be poison.
  private Verdict takesAnother() throws IOException, InterruptedException {
    int refused = 0;
    while (refused < FOLLOWERS) {
      Optional<SealedBatch> next = spool.next(Duration.ZERO, budget::isOpen);
      if (next.isEmpty()) {
        return Verdict.UNDECIDED;
      }
      TelemetryRoute.Outgoing out = route.plain(next.get().payload());
      if (out.isTooLarge()) {
        putAside(next.get());
        continue;
      }
      switch (alone(next.get(), out)) {
        case ACKNOWLEDGED -> {
          acknowledged(next.get(), since(aloneNanos));
          takenNanos = System.nanoTime();
          return Verdict.GOES_ON;
        }
        case UNKNOWN -> {
          return Verdict.STANDS;
        }
        case REFUSED -> {
          refused(next.get());
          refused++;
        }
      }
    }
    return Verdict.STANDS;
  }

  /// The cloud will never take it. Where the disk does not take it as a dead letter it stays in the
  /// spool, and the others pass it; then false.
  private boolean putAside(SealedBatch batch) {
    try {
      deadLetters.keep(batch);
    } catch (IOException e) {
      LOG.log(
          Level.WARNING,
          "batch refused by the cloud stays in the spool: device={0} firstSeq={1} cause={2}",
          batch.id().device(),
          Long.toString(batch.id().firstSeq()),
          e.toString());
      return false;
    }
    spool.acknowledge(batch);
    metrics.add("fieldline_dead_letters_total", 1);
    LOG.log(
        Level.WARNING,
        "batch refused by the cloud put among the dead letters: device={0} firstSeq={1} bytes={2}",
        batch.id().device(),
        Long.toString(batch.id().firstSeq()),
        Integer.toString(batch.payload().length));
    return true;
  }

  private Published alone(SealedBatch batch, TelemetryRoute.Outgoing out)
      throws InterruptedException {
    while (!cloud.state().isConnected()) {
      roundNanos = System.nanoTime();
      if (bypass.isDue()) {
        spent(batch, out);
        metrics.add("fieldline_https_publishes_total", 1);
        aloneNanos = System.nanoTime();
        return bypass.publish(out.topic(), out.payload());
      }
      cloud.state().awaitSessionAfter(-1, IDLE);
    }
    long session = cloud.state().session();
    var answer = new LinkedBlockingQueue<Published>();
    spent(batch, out);
    aloneNanos = System.nanoTime();
    cloud.publish(out.topic(), out.payload(), Delivery.AT_LEAST_ONCE, answer::add);
    @Nullable Published published = null;
    while (published == null) {
      // The connection tells an outcome in the end, whatever happens to it.
      roundNanos = System.nanoTime();
      published = answer.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
    if (published != Published.UNKNOWN) {
      return published;
    }
    boolean refused = cloud.state().awaitEndOf(session, MOMENT);
    return refused ? Published.REFUSED : Published.UNKNOWN;
  }
}
