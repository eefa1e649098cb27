// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import io.fieldline.localstack.policy.IamMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/// The stack as a program.
public final class Main {
  private static final String USAGE =
      """
      usage: localstack [--port N] [--mqtt-port N] [--bind ADDRESS] [--region NAME]
                        [--data FOLDER [--reset]] [--iam enforce|report|off]
                        [--inspect beginnings|whole] [--pollers N]
      """;

  private Main() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    long start = System.nanoTime();
    LocalStackOptions options;
    try {
      options = options(List.of(args));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.print(USAGE);
      System.exit(2);
      return;
    }
    if (List.of(args).contains("--reset") && options.data().isPresent()) {
      forget(options.data().get());
    }
    LocalStack stack;
    try {
      stack = LocalStack.start(options);
    } catch (IllegalStateException e) {
      System.err.println(e.getMessage());
      System.exit(1);
      return;
    }
    var ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stack.close();
                  ended.countDown();
                },
                "shutdown"));
    if (options.iam() != IamMode.ENFORCE) {
      System.out.println("IAM is not enforced (--iam " + lower(options.iam()) + ")");
    }
    System.out.printf(
        "ready %s mqtts://localhost:%d in %d ms%n",
        stack.endpoint(), stack.mqttPort(), (System.nanoTime() - start) / 1_000_000);
    ended.await();
  }

  static LocalStackOptions options(List<String> args) {
    var options = LocalStackOptions.usual();
    for (int i = 0; i < args.size(); i++) {
      String name = args.get(i);
      if (name.equals("--reset")) {
        continue;
      }
      if (i + 1 == args.size()) {
        throw new IllegalArgumentException(name + " needs a value or is unknown");
      }
      String value = args.get(++i);
      options =
          switch (name) {
            case "--port" -> options.withPort(port(name, value));
            case "--mqtt-port" -> options.withMqttPort(port(name, value));
            case "--bind" -> options.withBindAddress(value);
            case "--region" -> options.withRegion(value);
            case "--data" -> options.withData(Path.of(value));
            case "--iam" -> options.withIam(mode(value));
            case "--pollers" -> options.withPollers(pollers(value));
            case "--inspect" -> options.withInspectWhole(isWhole(value));
            default -> throw new IllegalArgumentException("unknown argument " + name);
          };
    }
    return options;
  }

  private static int port(String name, String value) {
    if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
      throw new IllegalArgumentException(name + ": expected a port from 0 to 65535, got " + value);
    }
    return Integer.parseInt(value);
  }

  private static int pollers(String value) {
    if (!value.matches("\\d{1,2}") || Integer.parseInt(value) == 0) {
      throw new IllegalArgumentException("--pollers: expected 1 to 99 a queue, got " + value);
    }
    return Integer.parseInt(value);
  }

  private static boolean isWhole(String value) {
    return switch (value) {
      case "beginnings" -> false;
      case "whole" -> true;
      default ->
          throw new IllegalArgumentException(
              "--inspect: expected beginnings or whole, got " + value);
    };
  }

  private static IamMode mode(String value) {
    for (IamMode mode : IamMode.values()) {
      if (lower(mode).equals(value)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("--iam: expected enforce, report or off, got " + value);
  }

  private static String lower(IamMode mode) {
    return mode.name().toLowerCase(Locale.ROOT);
  }

  private static void forget(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
