// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.localstack.ways.Ways.Beginning;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Calls that the stack makes by itself and that policies refuse, such as a poller's: each is a way
/// of one step. Who tries again and again is told of once a minute.
final class Refusals {
  private static final long PERIOD_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MOST = 1_000;

  private final Ways ways;
  private final Map<What, Long> latest = new ConcurrentHashMap<>();

  private record What(String principal, String operation, String resource) {}

  Refusals(Ways ways) {
    this.ways = ways;
  }

  void note(Caller caller, Operation<?, ?> operation, String resource, String why) {
    String principal = caller.principal().arn();
    var what = new What(principal, operation.label(), resource);
    long now = System.nanoTime();
    Long last = latest.get(what);
    if (last != null && now - last < PERIOD_NANOS) {
      return;
    }
    if (latest.size() >= MOST) {
      latest.clear();
    }
    latest.put(what, now);
    ways.beginStep(
            new Ways.Origin(Beginning.LIFECYCLE, operation.label(), "", principal),
            Step.Kind.CALL,
            operation.lane(),
            resource)
        .refused(why);
  }
}
