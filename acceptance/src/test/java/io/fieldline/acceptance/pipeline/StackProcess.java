// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import io.fieldline.localstack.Main;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The local stack as a process of its own, which may be killed and started again on its data.
public final class StackProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("ready (\\S+) mqtts://[^:]+:(\\d+) .*");
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final Path data;
  private final Program program;
  private final URI endpoint;
  private final int mqttPort;

  private StackProcess(Path data, int port, int mqttPort) {
    this.data = data;
    this.program = program(data, port, mqttPort);
    Matcher ready = READY.matcher(program.line(line -> line.startsWith("ready "), READY_WITHIN));
    if (!ready.matches()) {
      throw new AssertionError("expected a line as " + READY + ", got " + program);
    }
    this.endpoint = URI.create(ready.group(1));
    this.mqttPort = Integer.parseInt(ready.group(2));
  }

  /// On free ports.
  public static StackProcess start(Path data) {
    return new StackProcess(data, 0, 0);
  }

  /// On the ports and the data of this one, which must have ended.
  public StackProcess again() {
    return new StackProcess(data, endpoint.getPort(), mqttPort);
  }

  /// The program, whether it becomes ready or not.
  public static Program program(Path data, int port, int mqttPort) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("--port", String.valueOf(port)));
    command.addAll(List.of("--mqtt-port", String.valueOf(mqttPort)));
    command.addAll(List.of("--data", data.toString()));
    return Program.start(Checkout.root(), Map.of(), command);
  }

  public URI endpoint() {
    return endpoint;
  }

  public int mqttPort() {
    return mqttPort;
  }

  /// All that it said.
  public String log() {
    return program.output();
  }

  public long pid() {
    return program.pid();
  }

  public void kill() {
    program.kill();
  }

  @Override
  public void close() {
    program.close();
  }
}
