// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.net.InetSocketAddress;
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
