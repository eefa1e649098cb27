// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A device agent that runs, and where it listens.
public final class Agent implements AutoCloseable {
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(60);

  private final Program program;
  private final String ready;

  Agent(Program program, String ready) {
    this.program = program;
    this.ready = ready;
  }

  /// Where it takes lines.
  public InetSocketAddress tcp() {
    return address("tcp");
  }

  /// Where it takes requests.
  public InetSocketAddress http() {
    return address("http");
  }

  /// Where it is a broker for sensors.
  public InetSocketAddress mqtt() {
    return address("mqtt");
  }

  /// Where it tells how it is.
  public InetSocketAddress metrics() {
    return address("metrics");
  }

  private InetSocketAddress address(String listener) {
    Matcher found = Pattern.compile(" " + listener + "=([^ :]+):(\\d+)").matcher(ready);
    if (!found.find()) {
      throw new AssertionError("expected an address of " + listener + " in: " + ready);
    }
    return new InetSocketAddress(found.group(1), Integer.parseInt(found.group(2)));
  }

  /// Waits until it is connected to the cloud.
  public Agent connected() {
    program.line(line -> line.startsWith("connected "), CONNECTED_WITHIN);
    return this;
  }

  /// Tells it a line, as a sensor does, and waits until that is taken.
  public void hears(String line) throws IOException {
    InetSocketAddress tcp = tcp();
    try (var sensor = new Socket(tcp.getAddress(), tcp.getPort());
        var answers =
            new BufferedReader(
                new InputStreamReader(sensor.getInputStream(), StandardCharsets.UTF_8))) {
      sensor.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      String answer = answers.readLine();
      if (answer == null || !answer.startsWith("ok")) {
        throw new AssertionError("expected ok to " + line + ", got " + answer);
      }
    }
  }

  /// The program behind it.
  public Program program() {
    return program;
  }

  /// SIGKILL.
  public void kill() {
    program.kill();
  }

  @Override
  public void close() {
    program.close();
  }
}
