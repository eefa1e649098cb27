// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.inspector;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.DroppedCall;
import io.fieldline.localstack.api.FaultPlan;
import io.fieldline.localstack.api.Operation;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// The faults that somebody has planned, until they are taken away or the stack ends. Of several
/// that fit a call, delays add up and the first other one decides. Thread-safe.
public final class PlannedFaults implements FaultPlan {
  static final int MOST = 100;

  private final RandomGenerator random;
  private final List<Planned> planned = new CopyOnWriteArrayList<>();
  private final AtomicLong lastId = new AtomicLong();

  /// @param random thread-safe
  public PlannedFaults(RandomGenerator random) {
    this.random = random;
  }

  /// A fault, how many calls fitted, and how many it hit.
  record Planned(Fault fault, AtomicLong fitted, AtomicLong hits) {}

  List<Planned> all() {
    return planned;
  }

  String newId() {
    return "fault-" + lastId.incrementAndGet();
  }

  /// False where there are too many.
  boolean plan(Fault fault) {
    return planned.size() < MOST
        && planned.add(new Planned(fault, new AtomicLong(), new AtomicLong()));
  }

  Optional<Planned> remove(String id) {
    for (Planned each : planned) {
      if (each.fault().id().equals(id) && planned.remove(each)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  @Override
  public void before(Caller caller, Operation<?, ?> operation) {
    for (Planned each : planned) {
      Fault fault = each.fault();
      if (fault.fits(operation.service(), operation.name(), caller.principal().arn())
          && isHit(fault, each.fitted().incrementAndGet())) {
        each.hits().incrementAndGet();
        happen(fault);
      }
    }
  }

  private boolean isHit(Fault fault, long fitted) {
    return fault.nth() > 0 ? fitted == fault.nth() : random.nextDouble() < fault.probability();
  }

  private static void happen(Fault fault) {
    switch (fault.what()) {
      case Fault.What.Failure(String code) ->
          throw new AwsFailure(code, status(code), "planned by the inspector: " + fault.id());
      case Fault.What.Delay(var by) -> {
        try {
          Thread.sleep(by);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new AwsFailure("ServiceUnavailable", 503, "The local stack is stopping");
        }
      }
      case Fault.What.Drop() -> throw new DroppedCall("planned by the inspector: " + fault.id());
    }
  }

  /// Assumed: what an error of that name usually has.
  private static int status(String code) {
    if (code.contains("Throttl") || code.startsWith("TooManyRequests")) {
      return 429;
    }
    if (code.startsWith("Internal")) {
      return 500;
    }
    if (code.startsWith("ServiceUnavailable") || code.equals("SlowDown")) {
      return 503;
    }
    return code.startsWith("AccessDenied") ? 403 : 400;
  }
}
