// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.spool.SpoolException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.random.RandomGenerator;

/// Asks a sensor again and again. Its failures are counted, said once until it works again, and
/// make the agent ask less often; they never end the asking.
public final class Polling {
  private static final Logger LOG = System.getLogger(Polling.class.getName());
  private static final Duration LONGEST = Duration.ofSeconds(60);

  private final String source;
  private final Duration every;
  private final Question question;
  private final Intake intake;
  private final Backoff backoff;
  private String lastFailure = "";

  /// Asks that source that question.
  public Polling(
      String source, Duration every, Question question, Intake intake, RandomGenerator random) {
    this.source = source;
    this.every = every;
    this.question = question;
    this.intake = intake;
    Duration longest = every.compareTo(LONGEST) > 0 ? every : LONGEST;
    this.backoff = new Backoff(every, longest, random);
  }

  /// One question and what is done with its answer.
  @FunctionalInterface
  public interface Question {
    /// Asks, and keeps what is answered.
    void ask() throws IOException, ReadingException, InterruptedException;
  }

  /// Asks at once and then after every period, until interrupted.
  public void run() throws InterruptedException {
    long next = System.nanoTime();
    while (true) {
      boolean answered = ask();
      Duration pause = answered ? every : longer(every, backoff.next());
      next = Math.max(next + pause.toNanos(), System.nanoTime());
      Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private boolean ask() throws InterruptedException {
    try {
      question.ask();
      if (!lastFailure.isEmpty()) {
        LOG.log(Level.INFO, "source answers again: source={0}", source);
      }
      lastFailure = "";
      backoff.reset();
      return true;
    } catch (SpoolException e) {
      // Not the sensor's fault: its next reading may find room.
      return true;
    } catch (IOException | ReadingException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedException();
      }
      failed(e);
      return false;
    }
  }

  private void failed(Exception cause) {
    String failure = cause instanceof RuntimeException ? cause.toString() : message(cause);
    Level level = failure.equals(lastFailure) ? Level.DEBUG : Level.WARNING;
    lastFailure = failure;
    intake.failed(source, failure);
    LOG.log(level, "source failed and will be asked again: source={0} cause={1}", source, failure);
  }

  private static String message(Exception cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
