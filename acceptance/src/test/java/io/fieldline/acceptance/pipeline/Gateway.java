// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A thing with its certificate, and the agent that runs as it.
///
/// @param folder holds `device.pem.crt`, `private.pem.key`, `ca.pem`
public record Gateway(Pipeline pipeline, String thing, Path folder) {

  static Gateway registered(Pipeline pipeline, String thing, Path folder) {
    var iot = pipeline.aws().iot();
    iot.createThing(create -> create.thingName(thing).thingTypeName("fieldline-dev-gateway"));
    var made = iot.createKeysAndCertificate(create -> create.setAsActive(true));
    for (String part : List.of("data", "shadow", "jobs")) {
      String policy = "fieldline-dev-device-" + part;
      iot.attachPolicy(attach -> attach.policyName(policy).target(made.certificateArn()));
    }
    iot.attachThingPrincipal(attach -> attach.thingName(thing).principal(made.certificateArn()));
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("device.pem.crt"), made.certificatePem());
      Files.writeString(folder.resolve("private.pem.key"), made.keyPair().privateKey());
      Files.writeString(folder.resolve("ca.pem"), authority(pipeline.endpoint()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Gateway(pipeline, thing, folder);
  }

  private static String authority(URI endpoint) throws IOException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(endpoint.resolve("/_local/ca.pem")).build(),
              BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public Path certificate() {
    return folder.resolve("device.pem.crt");
  }

  public Path key() {
    return folder.resolve("private.pem.key");
  }

  public Path authority() {
    return folder.resolve("ca.pem");
  }

  /// Runs a program of mosquitto's clients with the thing's certificate.
  public Program.Outcome mosquitto(String program, String clientId, String... arguments) {
    var command = new ArrayList<>(List.of(program, "-h", "localhost"));
    command.addAll(List.of("-p", String.valueOf(pipeline.mqttPort()), "--cafile", "ca.pem"));
    command.addAll(List.of("--cert", "device.pem.crt", "--key", "private.pem.key"));
    command.addAll(List.of("-i", clientId, "-q", "1"));
    command.addAll(List.of(arguments));
    return Program.run(folder, Map.of(), Duration.ofSeconds(20), command);
  }

  /// Starts `./fieldline agent` on free ports, with these lines of configuration besides, and waits
  /// until it listens.
  public Agent agent(String more) {
    return agent(more, Duration.ofMillis(100));
  }

  /// The same.
  ///
  /// @param window for how long readings wait for others before they go out
  public Agent agent(String more, Duration window) {
    Path config = folder.resolve("agent.yaml");
    try {
      Files.writeString(
          config,
          """
          thing: %s
          stage: dev
          folder: spool
          cloud:
            endpoint: localhost:%d
            certificate: device.pem.crt
            key: private.pem.key
            ca: ca.pem
            maxBackoffMs: 2000
          batch:
            windowMs: %d
          tcp:
            listen: 127.0.0.1:0
          http:
            listen: 127.0.0.1:0
          mqtt:
            listen: 127.0.0.1:0
          metrics:
            listen: 127.0.0.1:0
          machine:
            enabled: false
          """
                  .formatted(thing, pipeline.mqttPort(), window.toMillis())
              + more);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var program =
        Program.start(
            folder,
            Map.of("FIELDLINE_BUILT", "1"),
            List.of(
                pipeline.root().resolve("fieldline").toString(),
                "agent",
                "--config",
                config.toString()));
    return pipeline.started(
        new Agent(program, program.line(line -> line.startsWith("ready "), LIMIT)));
  }

  private static final Duration LIMIT = Duration.ofSeconds(30);
}
