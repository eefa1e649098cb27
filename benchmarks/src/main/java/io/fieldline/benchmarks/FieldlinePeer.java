// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Our agent, as it is installed, with all its listeners.
///
/// @param more lines of configuration besides
record FieldlinePeer(AgentPackage made, Certificates certificates, String more) implements Peer {
  /// For what is to be the work of the readings that are sent alone.
  static final String NO_SENSORS = "machine: {enabled: false}\n";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "Fieldline's agent";
  }

  @Override
  public Running start(Path folder, int cloud) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path config = folder.resolve("agent.yaml");
    Files.writeString(
        config,
        """
        thing: bench
        folder: data
        cloud:
          endpoint: localhost:%d
          certificate: %s
          key: %s
          ca: %s
        tcp: {listen: "127.0.0.1:0"}
        http: {listen: "127.0.0.1:0"}
        mqtt: {listen: "127.0.0.1:0"}
        metrics: {listen: "127.0.0.1:0"}
        """
                .formatted(
                    cloud,
                    certificates.file("device.pem.crt"),
                    certificates.file("private.pem.key"),
                    certificates.file("ca.pem"))
            + more);
    Program program = made.started(config);
    String ready = program.line("ready ", LIMIT);
    int tcp = port(ready, "tcp");
    int http = port(ready, "http");
    int mqtt = port(ready, "mqtt");
    return new Running(
        program,
        List.of(
            new Input(
                "TCP",
                Kept.ON_DISK,
                64,
                20,
                _ -> Link.lines(tcp, number -> "temperature=" + number + " Cel")),
            new Input(
                "HTTP",
                Kept.ON_DISK,
                16,
                1,
                _ -> Link.http(http, number -> "{\"temperature\": " + number + "}")),
            new Input(
                "MQTT",
                Kept.ON_DISK,
                20,
                20,
                i -> Link.mqtt(mqtt, "sensor-" + i, "bench/temperature"))));
  }

  static int port(String ready, String listener) {
    Matcher found = Pattern.compile(" " + listener + "=[^ :]+:(\\d+)").matcher(ready);
    if (!found.find()) {
      throw new IllegalStateException("expected an address of " + listener + " in: " + ready);
    }
    return Integer.parseInt(found.group(1));
  }
}
