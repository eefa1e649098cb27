// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.lambda.Invocation.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Execution environments by function version: started on demand, reused, stopped when idle.
final class EnvironmentPool implements AutoCloseable {
  /// AWS starts as many as there are events; one machine does not: further events wait here.
  private static final int MAX_PER_VERSION = 4;

  private static final Duration IDLE = Duration.ofMinutes(10);

  private final Function<FunctionVersion, ExecutionEnvironment> starter;
  private final Map<String, Pool> pools = new ConcurrentHashMap<>();

  EnvironmentPool(Function<FunctionVersion, ExecutionEnvironment> starter, Timers timers) {
    this.starter = starter;
    timers.every(Duration.ofMinutes(1), this::stopIdle);
  }

  Outcome run(FunctionVersion function, Invocation invocation) throws InterruptedException {
    Pool pool = pools.computeIfAbsent(identity(function), _ -> new Pool());
    pool.permits.acquire();
    try {
      return pool.run(function, invocation);
    } finally {
      pool.permits.release();
    }
  }

  /// Code or configuration that changed makes another environment.
  private static String identity(FunctionVersion function) {
    return function.key() + "@" + function.modifiedAt();
  }

  /// Stops every environment of a function.
  void stop(String functionName) {
    pools.forEach((key, pool) -> {
      if (key.startsWith(functionName + ":")) {
        pools.remove(key);
        pool.closeAll();
      }
    });
  }

  private void stopIdle() {
    pools.values().forEach(Pool::closeIdle);
  }

  @Override
  public void close() {
    pools.values().forEach(Pool::closeAll);
    pools.clear();
  }

  private final class Pool {
    private final Semaphore permits = new Semaphore(MAX_PER_VERSION, true);
    private final Deque<ExecutionEnvironment> idle = new ArrayDeque<>();
    private final Deque<ExecutionEnvironment> all = new ArrayDeque<>();

    Outcome run(FunctionVersion function, Invocation invocation) throws InterruptedException {
      ExecutionEnvironment environment = takeIdle();
      if (environment == null) {
        environment = starter.apply(function);
        synchronized (this) {
          all.add(environment);
        }
      }
      Outcome outcome = environment.run(invocation);
      giveBack(environment);
      return outcome;
    }

    private synchronized @Nullable ExecutionEnvironment takeIdle() {
      while (!idle.isEmpty()) {
        ExecutionEnvironment candidate = idle.pop();
        if (candidate.isUsable()) {
          return candidate;
        }
        end(candidate);
      }
      return null;
    }

    private synchronized void giveBack(ExecutionEnvironment environment) {
      if (environment.isUsable() && all.contains(environment)) {
        idle.push(environment);
      } else {
        end(environment);
      }
    }

    private synchronized void closeIdle() {
      for (ExecutionEnvironment environment : new ArrayDeque<>(idle)) {
        if (environment.idleNanos() > IDLE.toNanos()) {
          idle.remove(environment);
          end(environment);
        }
      }
    }

    private synchronized void closeAll() {
      idle.clear();
      new ArrayDeque<>(all).forEach(this::end);
    }

    private synchronized void end(ExecutionEnvironment environment) {
      all.remove(environment);
      environment.close();
    }
  }
}
