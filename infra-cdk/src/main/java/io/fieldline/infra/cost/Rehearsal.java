// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.cost;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Pollers of a queue and the function's environments, tried with messages that come at random
/// times, the same each time.
///
/// A poller that is free takes a message as it comes; what comes while all are busy is taken
/// together by the next that is. Assumed: of the environments that are free the one is taken that
/// was used last, and another is started where none is.
///
/// @param messagesPerInvocation how many are taken together
/// @param shares of the messages that each environment has
record Rehearsal(double messagesPerInvocation, List<Double> shares) {
  private static final int BATCH = 10;
  private static final int TRIED = 200_000;

  static Rehearsal of(Pace pace, double messagesPerSecond) {
    double[] come = arrivals(messagesPerSecond);
    double[] free = new double[pace.pollers()];
    var environments = new ArrayList<Environment>();
    int invocations = 0;
    int next = 0;
    while (next < TRIED) {
      int poller = first(free);
      double begin = Math.max(free[poller], come[next]);
      int taken = 0;
      while (next < TRIED && taken < BATCH && come[next] <= begin) {
        next++;
        taken++;
      }
      double seconds = pace.invocationSeconds() + pace.messageSeconds() * taken;
      lastUsed(environments, begin).take(taken, begin + seconds);
      free[poller] = begin + pace.pollSeconds() + seconds;
      invocations++;
    }
    var shares = environments.stream().map(one -> one.messages / (double) TRIED).toList();
    return new Rehearsal((double) TRIED / invocations, shares);
  }

  private static double[] arrivals(double perSecond) {
    var random = new SplittableRandom(1);
    double[] come = new double[TRIED];
    double now = 0;
    for (int i = 0; i < TRIED; i++) {
      now += random.nextExponential() / perSecond;
      come[i] = now;
    }
    return come;
  }

  private static int first(double[] free) {
    int first = 0;
    for (int i = 1; i < free.length; i++) {
      first = free[i] < free[first] ? i : first;
    }
    return first;
  }

  private static Environment lastUsed(List<Environment> all, double atSeconds) {
    Environment last = null;
    for (Environment one : all) {
      boolean isFree = one.busyUntil <= atSeconds;
      last = isFree && (last == null || one.busyUntil > last.busyUntil) ? one : last;
    }
    if (last == null) {
      last = new Environment();
      all.add(last);
    }
    return last;
  }

  private static final class Environment {
    private double busyUntil;
    private long messages;

    void take(int some, double until) {
      messages += some;
      busyUntil = until;
    }
  }
}
