// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import io.fieldline.localstack.ways.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Execution environments by function version: started on demand, reused, stopped when idle.
final class EnvironmentPool implements AutoCloseable {
  /// AWS starts as many as there are events; one machine does not: further events wait here, but
  /// for what each poller of a queue has taken.
  private static final int LEAST_PER_VERSION = 4;

  private static final Duration IDLE = Duration.ofMinutes(10);

  /// An environment's credentials end an hour later than it does.
  private static final Duration LONGEST_LIFE =
      Duration.ofSeconds(FunctionRoles.SESSION_SECONDS).minusHours(1);

  private final Function<FunctionVersion, ExecutionEnvironment> starter;
  private final StackClock clock;
  private final int mostPerVersion;
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();

  EnvironmentPool(
      Function<FunctionVersion, ExecutionEnvironment> starter,
      StackClock clock,
      Timers timers,
      int pollers) {
    this.starter = starter;
    this.clock = clock;
    this.mostPerVersion = Math.max(LEAST_PER_VERSION, pollers);
    timers.every(Duration.ofMinutes(1), this::stopIdle);
  }

  Outcome run(FunctionVersion function, Invocation invocation) throws InterruptedException {
    Pool pool = pools.computeIfAbsent(identity(function), _ -> new Pool(function));
    pool.permits.acquire();
    try {
      return pool.run(invocation);
    } finally {
      pool.permits.release();
    }
  }

  /// Code or configuration that changed makes another environment.
  private static String identity(FunctionVersion function) {
    return function.key() + "@" + function.modifiedAt();
  }

  /// Stops the environments of a function, or of one version of it; what still runs an event ends
  /// after it, as on AWS.
  void stop(String functionName, @Nullable String version) {
    pools.forEach((key, pool) -> {
      FunctionVersion of = pool.function;
      if (of.name().equals(functionName) && (version == null || of.version().equals(version))) {
        pools.remove(key);
        pool.retire();
      }
    });
  }

  private void stopIdle() {
    Instant now = clock.instant();
    pools.values().forEach(pool -> pool.closeIdle(now));
  }

  @Override
  public void close() {
    pools.values().forEach(Pool::closeAll);
    pools.clear();
  }

  private final class Pool {
    private final FunctionVersion function;
    private final Semaphore permits = new Semaphore(mostPerVersion, true);
    private final Deque<ExecutionEnvironment> idle = new ArrayDeque<>();
    private final Map<ExecutionEnvironment, Instant> lastUse = new HashMap<>();
    private boolean retired;

    private Pool(FunctionVersion function) {
      this.function = function;
    }

    Outcome run(Invocation invocation) throws InterruptedException {
      ExecutionEnvironment environment = takeIdle();
      if (environment == null) {
        // What Lambda asks for itself is no part of what the function does.
        environment = Step.aside(() -> starter.apply(function));
        add(environment);
      }
      // For one that was busy, or for the start of one.
      Step.current().waited();
      try {
        return environment.run(invocation);
      } finally {
        giveBack(environment);
      }
    }

    private synchronized void add(ExecutionEnvironment environment) {
      lastUse.put(environment, clock.instant());
    }

    private synchronized @Nullable ExecutionEnvironment takeIdle() {
      while (!idle.isEmpty()) {
        ExecutionEnvironment candidate = idle.pop();
        if (candidate.isUsable() && candidate.age().compareTo(LONGEST_LIFE) < 0) {
          return candidate;
        }
        end(candidate);
      }
      return null;
    }

    private synchronized void giveBack(ExecutionEnvironment environment) {
      if (environment.isUsable() && !retired) {
        lastUse.put(environment, clock.instant());
        idle.push(environment);
      } else {
        end(environment);
      }
    }

    private synchronized void closeIdle(Instant now) {
      for (ExecutionEnvironment environment : new ArrayDeque<>(idle)) {
        Instant used = lastUse.getOrDefault(environment, now);
        if (Duration.between(used, now).compareTo(IDLE) > 0) {
          idle.remove(environment);
          end(environment);
        }
      }
    }

    private synchronized void retire() {
      retired = true;
      idle.forEach(this::end);
      idle.clear();
    }

    private void closeAll() {
      var all = new ArrayDeque<ExecutionEnvironment>();
      synchronized (this) {
        all.addAll(lastUse.keySet());
        retire();
        new ArrayDeque<>(lastUse.keySet()).forEach(this::end);
      }
      all.forEach(ExecutionEnvironment::awaitLog);
    }

    private synchronized void end(ExecutionEnvironment environment) {
      lastUse.remove(environment);
      environment.close();
    }
  }
}
