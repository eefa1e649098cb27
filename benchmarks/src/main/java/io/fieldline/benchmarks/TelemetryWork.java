// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs in a JVM with the function's jars and says, in milliseconds, what an event takes: of its
/// thread's processor time, and of the wall.
public final class TelemetryWork {
  private static final int WARM_UP = 300;
  private static final int EVENTS = 200;
  private static final int MESSAGES = 10;
  private static final int SAMPLES = 60;
  private static final String[] SENSORS = {"temperature", "humidity", "pressure", "current"};

  private long firstSeq;

  private TelemetryWork() {}

  public static void main(String[] arguments) throws Exception {
    var out = System.out;
    RequestStreamHandler handler = arguments[0].equals("alone") ? alone() : calling();
    // What the function measures in its log is work, too, but not to be read here.
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), true));
    new TelemetryWork().run(handler, out);
  }

  private static RequestStreamHandler calling() throws ReflectiveOperationException {
    return (RequestStreamHandler) handler().getDeclaredConstructor().newInstance();
  }

  private static Class<?> handler() throws ClassNotFoundException {
    return Class.forName("io.fieldline.lambdas.telemetry.TelemetryHandler");
  }

  /// The function's public constructor, with clients that answer at once.
  private static RequestStreamHandler alone() throws ReflectiveOperationException {
    for (var constructor : handler().getConstructors()) {
      Class<?>[] types = constructor.getParameterTypes();
      if (types.length > 0) {
        var given = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
          given[i] =
              types[i].isInterface()
                  ? Proxy.newProxyInstance(
                      TelemetryWork.class.getClassLoader(), new Class<?>[] {types[i]}, new Known())
                  : types[i] == Clock.class
                      ? Clock.systemUTC()
                      : types[i].getDeclaredMethod("ofProcess").invoke(null);
        }
        return (RequestStreamHandler) constructor.newInstance(given);
      }
    }
    throw new IllegalStateException("expected a public constructor with clients");
  }

  /// A device is there, a queue takes what it is given, nothing is newer, no rule is kept: empty
  /// responses of the types that are asked for, and those of requests that are lambdas.
  private static final class Known implements InvocationHandler {
    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
        throws Throwable {
      if (method.isDefault() && arguments != null && isConsumer(method)) {
        // With a lambda the request is built as the SDK does it, and comes here again.
        return InvocationHandler.invokeDefault(proxy, method, arguments);
      }
      if (method.getName().equals("queryPaginator")) {
        return InvocationHandler.invokeDefault(proxy, method, arguments);
      }
      Class<?> response = method.getReturnType();
      if (response == String.class) {
        return "known";
      }
      if (response == void.class) {
        return null;
      }
      Object builder = response.getMethod("builder").invoke(null);
      Method build = builder.getClass().getMethod("build");
      build.setAccessible(true);
      return build.invoke(builder);
    }

    private static boolean isConsumer(Method method) {
      return method.getParameterCount() == 1 && method.getParameterTypes()[0] == Consumer.class;
    }
  }

  private void run(RequestStreamHandler handler, PrintStream out) throws IOException {
    for (int i = 0; i < WARM_UP; i++) {
      handle(handler);
    }
    var threads = ManagementFactory.getThreadMXBean();
    long cpuNanos = 0;
    long wallNanos = 0;
    for (int i = 0; i < EVENTS; i++) {
      byte[] event = event();
      long cpu = threads.getCurrentThreadCpuTime();
      long wall = System.nanoTime();
      handle(handler, event);
      cpuNanos += threads.getCurrentThreadCpuTime() - cpu;
      wallNanos += System.nanoTime() - wall;
    }
    out.printf(Locale.ROOT, "%.4f %.4f%n", cpuNanos / 1e6 / EVENTS, wallNanos / 1e6 / EVENTS);
    out.flush();
    System.exit(0);
  }

  private void handle(RequestStreamHandler handler) throws IOException {
    handle(handler, event());
  }

  private static void handle(RequestStreamHandler handler, byte[] event) throws IOException {
    var answer = new ByteArrayOutputStream();
    handler.handleRequest(new ByteArrayInputStream(event), answer, CONTEXT);
    String said = answer.toString(StandardCharsets.UTF_8);
    if (!said.equals("{\"batchItemFailures\":[]}")) {
      throw new IllegalStateException("expected every message to be taken, got " + said);
    }
  }

  /// Ten messages of as many devices, of the last minute.
  private byte[] event() {
    long nowMs = System.currentTimeMillis();
    var event = new StringBuilder("{\"Records\":[");
    for (int i = 0; i < MESSAGES; i++) {
      String body =
          "{\"batch\":%s,\"thing\":\"bench-%d\",\"receivedMs\":%d}"
              .formatted(batch("bench-" + i, nowMs - SAMPLES * 1_000L), i, nowMs);
      event
          .append(i == 0 ? "" : ",")
          .append("{\"messageId\":\"m")
          .append(i)
          .append("\",\"receiptHandle\":\"r\",\"eventSource\":\"aws:sqs\",")
          .append("\"eventSourceARN\":\"arn:aws:sqs:us-east-1:000000000000:ingest\",")
          .append("\"attributes\":{\"ApproximateReceiveCount\":\"1\",\"SentTimestamp\":\"")
          .append(nowMs)
          .append("\"},\"body\":\"")
          .append(body.replace("\"", "\\\""))
          .append("\"}");
    }
    return event.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private String batch(String device, long t0Ms) {
    var batch = new StringBuilder();
    batch
        .append("{\"v\":1,\"device\":\"")
        .append(device)
        .append("\",\"epoch\":1764028800000,\"lane\":0,\"firstSeq\":")
        .append(firstSeq)
        .append(",\"t0\":")
        .append(t0Ms)
        .append(",\"sensors\":[");
    for (int s = 0; s < SENSORS.length; s++) {
      batch.append(s == 0 ? "" : ",").append("{\"name\":\"").append(SENSORS[s]);
      batch.append("\",\"unit\":\"Cel\",\"rows\":[");
      for (int i = 0; i < SAMPLES; i++) {
        double value = Math.round((20 + 5 * Math.sin((firstSeq + i) / 9.0 + s)) * 100) / 100.0;
        batch
            .append(i == 0 ? "[0," : ",[1000,")
            .append(String.format(Locale.ROOT, "%.2f", value))
            .append(']');
      }
      batch.append("]}");
    }
    firstSeq += (long) SAMPLES * SENSORS.length;
    return batch.append("]}").toString();
  }

  private static final Context CONTEXT =
      (Context)
          Proxy.newProxyInstance(
              TelemetryWork.class.getClassLoader(),
              new Class<?>[] {Context.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "getRemainingTimeInMillis" -> 30_000;
                    case "getMemoryLimitInMB" -> 1024;
                    case "getFunctionName" -> "telemetry";
                    case "getFunctionVersion" -> "1";
                    case "getAwsRequestId" -> "request";
                    default -> null;
                  });
}
