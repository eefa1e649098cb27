// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/// Asks again until the answer is the wanted one.
public final class Await {
  private static final long PAUSE_NS = 50_000_000;

  private Await() {}

  /// A question whose asking may fail.
  @FunctionalInterface
  public interface Question<T> {
    T ask() throws Exception;
  }

  /// The first answer of which it is true; fails with the last one when the time is over.
  public static <T> T until(
      String what, Duration limit, Question<T> question, Predicate<T> wanted) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      T answer = ask(what, question);
      if (wanted.test(answer)) {
        return answer;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("expected within " + limit + ": " + what + "; last: " + answer);
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  private static <T> T ask(String what, Question<T> question) {
    try {
      return question.ask();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("while waiting for: " + what, e);
    }
  }
}
