// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// The agent as a process of its own, started with the launcher's flags.
public final class AgentProcess implements AutoCloseable {
  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  /// @param prefix a program and its arguments that start it
  public AgentProcess(Path config, String... prefix) throws IOException {
    List<String> command = new ArrayList<>(List.of(prefix));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx48m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.fieldline.agent.Main",
            "--config",
            config.toString()));
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread.ofVirtual().start(this::read);
  }

  private void read() {
    try (var in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      in.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("output ended: " + e);
    }
  }

  /// The next line that begins so.
  public String await(String prefix) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    while (System.nanoTime() < deadline) {
      String line = lines.poll(100, TimeUnit.MILLISECONDS);
      if (line != null) {
        seen.add(line);
        if (line.startsWith(prefix)) {
          return line;
        }
      }
    }
    throw new AssertionError("no line begins with '" + prefix + "' in " + seen);
  }

  /// The port of a listener named in the ready line.
  public static int port(String ready, String name) {
    return Integer.parseInt(ready.replaceAll(".* " + name + "=[^ ]*:(\\d+).*", "$1"));
  }

  /// Of the process.
  public long pid() {
    return process.pid();
  }

  /// SIGKILL.
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Asks it to end so long from now, whatever it is doing then.
  int terminateAfter(Duration delay) throws InterruptedException {
    process.waitFor(delay.toMillis(), TimeUnit.MILLISECONDS);
    return terminate();
  }

  int terminate() throws InterruptedException {
    // Unlike Process.destroy, this leaves the output to be read.
    process.toHandle().destroy();
    return exitStatus();
  }

  int exitStatus() throws InterruptedException {
    if (!process.waitFor(15, TimeUnit.SECONDS)) {
      throw new AssertionError("still running after 15 s");
    }
    return process.exitValue();
  }

  /// A configuration with all listeners on free ports; credentials need not be good.
  public static Path config(Path folder, String endpoint, String more) throws IOException {
    for (String name : List.of("cert.pem", "key.pem", "ca.pem")) {
      if (!Files.exists(folder.resolve(name))) {
        Files.writeString(folder.resolve(name), "");
      }
    }
    String text =
        """
        thing: gw
        cloud:
          endpoint: %s
          certificate: cert.pem
          key: key.pem
          ca: ca.pem
          minBackoffMs: 50
          maxBackoffMs: 400
        batch:
          windowMs: 50
        tcp: {listen: "127.0.0.1:0"}
        http: {listen: "127.0.0.1:0"}
        mqtt: {listen: "127.0.0.1:0"}
        metrics: {listen: "127.0.0.1:0"}
        machine: {enabled: false}
        """
            .formatted(endpoint);
    return Files.writeString(folder.resolve("agent.yaml"), text + more);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
