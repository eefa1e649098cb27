// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.amazonaws.services.lambda.crac.Core;
import com.amazonaws.services.lambda.crac.Resource;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The function that the tests deploy: it does what its event tells, for better or worse.
public final class Probe implements RequestStreamHandler, Resource {
  private static final Pattern RECORD =
      Pattern.compile("\"messageId\":\"([^\"]+)\".*?\"body\":\"([^\"]*)\"");

  private static final Pattern STREAM_RECORD =
      Pattern.compile("\"sequenceNumber\":\"([^\"]+)\",\"data\":\"([^\"]*)\"");

  private String hooks = "";

  public Probe() {
    Core.getGlobalContext().register(this);
  }

  @Override
  public void beforeCheckpoint(
      com.amazonaws.services.lambda.crac.Context<? extends Resource> context) {
    hooks += "before ";
  }

  @Override
  public void afterRestore(com.amazonaws.services.lambda.crac.Context<? extends Resource> context) {
    hooks += "after";
  }

  @Override
  public void handleRequest(InputStream in, OutputStream out, Context context) throws IOException {
    String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    String answer =
        switch (field(event, "do")) {
          case "echo" -> event;
          case "context" -> context(context);
          case "variable" -> quoted(String.valueOf(System.getenv(field(event, "name"))));
          case "hooks" -> quoted(hooks);
          case "pid" -> String.valueOf(ProcessHandle.current().pid());
          case "print" -> print(context);
          case "fail" -> throw new IllegalStateException("no such sensor: \"attic\"");
          case "failIf" -> failIf(field(event, "name"));
          case "trace" -> trace(field(event, "name"));
          case "hang" -> hang();
          case "stay" -> stay(Path.of(field(event, "file")));
          case "exit" -> exit();
          case "exhaust" -> exhaust();
          case "large" -> quoted("x".repeat(7 * 1024 * 1024));
          case "meet" -> meet(Path.of(field(event, "folder")));
          case "note" -> note(event);
          case "cookies" ->
              "{\"statusCode\":200,\"cookies\":[\"a=1; Path=/\",\"b=2\"],\"body\":\"set\"}";
          default -> unasked(event);
        };
    out.write(answer.getBytes(StandardCharsets.UTF_8));
  }

  private static String unasked(String event) throws IOException {
    if (event.contains("\"aws:sns\"")) {
      System.out.println(event);
      return "null";
    }
    String meeting = System.getenv("MEETING");
    if (meeting != null) {
      return meet(Path.of(meeting));
    }
    return event.contains("\"Records\"") ? batch(event) : "\"nothing to do\"";
  }

  private static String field(String event, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(event);
    return found.find() ? found.group(1) : "";
  }

  private static String quoted(String text) {
    return "\"" + text + "\"";
  }

  private static String context(Context context) {
    return "{\"requestId\":\"%s\",\"arn\":\"%s\",\"version\":\"%s\",\"memory\":%d,\"leftMs\":%d}"
        .formatted(
            context.getAwsRequestId(),
            context.getInvokedFunctionArn(),
            context.getFunctionVersion(),
            context.getMemoryLimitInMB(),
            context.getRemainingTimeInMillis());
  }

  private static String print(Context context) {
    System.out.println("printed °C");
    context.getLogger().log("logged\n");
    System.out.print("unfinished");
    return "null";
  }

  /// Tells the X-Ray daemon of a call that it never made, as an SDK does of those that it makes.
  private static String trace(String name) throws IOException {
    String header = System.getProperty("com.amazonaws.xray.traceHeader", "");
    String daemon = System.getenv("AWS_XRAY_DAEMON_ADDRESS");
    String segment =
        """
        {"format": "json", "version": 1}
        {"name":"%s","id":"00000000000000aa","trace_id":"%s","parent_id":"%s","type":"subsegment",
        "namespace":"aws","start_time":%d,"end_time":%d}\
        """
            .formatted(
                name,
                header.replaceFirst(".*Root=([^;]*).*", "$1"),
                header.replaceFirst(".*Parent=([^;]*).*", "$1"),
                System.currentTimeMillis() / 1000,
                System.currentTimeMillis() / 1000 + 1);
    byte[] bytes = segment.getBytes(StandardCharsets.UTF_8);
    try (var socket = new DatagramSocket()) {
      int colon = daemon.lastIndexOf(':');
      var address =
          new InetSocketAddress(
              daemon.substring(0, colon), Integer.parseInt(daemon.substring(colon + 1)));
      socket.send(new DatagramPacket(bytes, bytes.length, address));
    }
    return quoted(header);
  }

  private static String failIf(String variable) {
    if (System.getenv(variable) != null) {
      throw new IllegalStateException(variable + " is set");
    }
    return "null";
  }

  private static String hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "null";
  }

  private static String stay(Path file) throws IOException {
    Files.writeString(file, ProcessHandle.current().pid() + "\n");
    return hang();
  }

  private static String exit() {
    System.out.println("about to leave");
    System.exit(3);
    return "null";
  }

  private static String exhaust() {
    List<byte[]> kept = new ArrayList<>();
    while (true) {
      kept.add(new byte[16 * 1024 * 1024]);
    }
  }

  /// Ends only while another environment runs the same event.
  private static String meet(Path folder) throws IOException {
    Files.createFile(folder.resolve(String.valueOf(ProcessHandle.current().pid())));
    while (true) {
      try (var present = Files.list(folder)) {
        if (present.count() > 1) {
          return String.valueOf(ProcessHandle.current().pid());
        }
      }
      Thread.onSpinWait();
    }
  }

  private static String note(String event) throws IOException {
    Files.writeString(
        Path.of(field(event, "file")), "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    if (event.contains("\"then\":\"fail\"")) {
      throw new IllegalStateException("noted, and failed");
    }
    return "null";
  }

  /// Fails for the messages that say so; all of them where one says {@code poison}.
  private static String batch(String event) throws IOException {
    var failed = new ArrayList<String>();
    boolean stream = event.contains("\"kinesis\":{");
    if (stream) {
      Files.writeString(Path.of(System.getenv("SEEN") + ".event"), event);
    }
    Matcher record = (stream ? STREAM_RECORD : RECORD).matcher(event);
    while (record.find()) {
      String body = stream ? decoded(record.group(2)) : record.group(2);
      Files.writeString(
          Path.of(System.getenv("SEEN")),
          body + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      if (body.startsWith("stays") && timesSeen(body) == 1) {
        stay();
      }
      if (body.startsWith("poison")) {
        throw new IllegalStateException(body);
      }
      if (body.startsWith("bad")) {
        failed.add("{\"itemIdentifier\":\"" + record.group(1) + "\"}");
      }
    }
    return "{\"batchItemFailures\":[" + String.join(",", failed) + "]}";
  }

  private static void stay() {
    while (true) {
      LockSupport.park();
    }
  }

  private static long timesSeen(String body) throws IOException {
    return Files.readAllLines(Path.of(System.getenv("SEEN"))).stream().filter(body::equals).count();
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }
}
