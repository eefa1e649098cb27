// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;

/// `FunctionColdWork HANDLER EVENT plain|primed`: makes a function, lets it answer one event and
/// says how much processor time that took: all of it, or from when it was primed.
public final class FunctionColdWork {
  /// Of the kernel's clock that /proc counts in. Source: proc_pid_stat(5), USER_HZ on Linux.
  private static final double MS_A_TICK = 10;

  private FunctionColdWork() {}

  public static void main(String[] arguments) throws Exception {
    var type = Class.forName(arguments[0]);
    var handler = (RequestStreamHandler) type.getDeclaredConstructor().newInstance();
    double before = 0;
    if (arguments[2].equals("primed")) {
      prime(handler);
      before = cpuMs();
    }
    var answer = new ByteArrayOutputStream();
    byte[] event = Files.readAllBytes(Path.of(arguments[1]));
    handler.handleRequest(new ByteArrayInputStream(event), answer, context());
    System.out.println("cpu " + (cpuMs() - before));
    // Threads of clients do not keep it alive, and an AOT cache is written at the end.
    System.exit(0);
  }

  /// Of the snapshot's hook; a function without one is in the snapshot as its constructor left it.
  private static void prime(RequestStreamHandler handler) throws ReflectiveOperationException {
    for (var method : handler.getClass().getMethods()) {
      if (method.getName().equals("prime")) {
        method.invoke(handler);
      }
    }
  }

  private static Context context() {
    return (Context)
        Proxy.newProxyInstance(
            FunctionColdWork.class.getClassLoader(),
            new Class<?>[] {Context.class},
            (_, method, _) ->
                switch (method.getName()) {
                  case "getRemainingTimeInMillis" -> 30_000;
                  case "getMemoryLimitInMB" -> 512;
                  case "getFunctionName" -> "bench";
                  case "getFunctionVersion" -> "1";
                  case "getAwsRequestId" -> "request";
                  default -> null;
                });
  }

  /// Of this process with all its threads, from the beginning.
  private static double cpuMs() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MS_A_TICK;
  }
}
