// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.kinesis.model.Record;

/// Takes records from one shard as the function's role and hands them over batch by batch, the next
/// when the last is done with: by success, or given up.
///
/// Source: Lambda Developer Guide, "How Lambda processes records from stream and queue-based event
/// sources".
final class ShardPoller implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ShardPoller.class.getName());

  /// Assumed: a shard is asked five times a second, which is as often as AWS answers.
  private static final Duration IDLE = Duration.ofMillis(200);

  private static final Duration PAUSE_AFTER_ERROR = Duration.ofSeconds(1);

  /// Assumed: a batch is tried again after a tenth of a second, then after twice as long each time.
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);

  private static final int MOST_DOUBLINGS = 8;

  /// The stack's clock may be moved while a poller waits, so it looks again this often.
  private static final Duration LONGEST_SLEEP = Duration.ofMillis(250);

  private final ShardReader reader;
  private final ShardDelivery delivery;
  private final EventSource source;
  private final FunctionRecords records;
  private final FunctionRoles roles;
  private final InstantSource clock;
  private final Thread thread;
  private volatile boolean closed;

  ShardPoller(
      ShardReader reader,
      ShardDelivery delivery,
      EventSource source,
      FunctionRecords records,
      FunctionRoles roles,
      InstantSource clock) {
    this.reader = reader;
    this.delivery = delivery;
    this.source = source;
    this.records = records;
    this.roles = roles;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("poller-" + source.arn()).start(this::poll);
  }

  private void poll() {
    String lastFailure = "";
    while (!closed) {
      try {
        pollOnce();
        lastFailure = "";
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        String failure = e instanceof AwsFailure aws ? aws.message() : e.toString();
        if (!closed && !failure.equals(lastFailure)) {
          LOG.log(System.Logger.Level.WARNING, "polling " + source.arn() + ": " + failure);
          lastFailure = failure;
        }
        reader.rewind();
        if (!closed && !pausedAfterError(e)) {
          return;
        }
      }
    }
  }

  private boolean pausedAfterError(RuntimeException e) {
    boolean expired =
        e instanceof AwsFailure failure && failure.code().equals("ExpiredIteratorException");
    try {
      Thread.sleep(expired ? Duration.ZERO : PAUSE_AFTER_ERROR);
      return true;
    } catch (InterruptedException closing) {
      return false;
    }
  }

  private void pollOnce() throws InterruptedException {
    FunctionVersion function = records.route(FunctionName.of(source.function()));
    Caller role = roles.of(function);
    List<Record> read = read(role);
    if (read.isEmpty()) {
      Thread.sleep(IDLE);
      return;
    }
    for (List<Record> batch : StreamEvents.bySize(read)) {
      deliver(function, role, batch);
    }
  }

  /// What there is; where there is something, also what comes within the window.
  private List<Record> read(Caller role) throws InterruptedException {
    var read = new ArrayList<>(reader.read(role, source.batchSize()));
    Instant end = clock.instant().plusSeconds(source.windowSeconds());
    while (!read.isEmpty()
        && read.size() < source.batchSize()
        && StreamEvents.fitOne(read)
        && clock.instant().isBefore(end)) {
      Thread.sleep(IDLE);
      read.addAll(reader.read(role, source.batchSize() - read.size()));
    }
    return read;
  }

  private void deliver(FunctionVersion function, Caller role, List<Record> batch)
      throws InterruptedException {
    var left = delivery.begin(batch);
    int failures = 0;
    while (!left.isEmpty()) {
      Instant now = clock.instant();
      Instant horizon = failures == 0 ? Instant.MIN : reader.horizon(role, now);
      boolean failed = delivery.attempt(function, left, now, horizon, () -> closed, reader::done);
      if (closed) {
        throw new InterruptedException();
      }
      if (failed && !left.isEmpty()) {
        pause(FIRST_WAIT.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS)));
        failures++;
      }
    }
  }

  private void pause(Duration wait) throws InterruptedException {
    Instant end = clock.instant().plus(wait);
    while (true) {
      Duration left = Duration.between(clock.instant(), end);
      if (!left.isPositive()) {
        return;
      }
      Thread.sleep(left.compareTo(LONGEST_SLEEP) < 0 ? left : LONGEST_SLEEP);
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
