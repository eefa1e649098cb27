// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Node-RED with the flow that one would draw: lines and posts in, MQTT with mutual TLS out.
///
/// @param program what npm installed
record NodeRedPeer(Certificates certificates, Path program) implements Peer {
  private static final String VERSION = "4.1.15";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /// Of the pinned version, fetched once into the user's cache folder.
  static NodeRedPeer installed(Certificates certificates) throws IOException {
    Path caches =
        Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".cache"));
    Path folder = caches.resolve("fieldline").resolve("node-red-" + VERSION);
    Path program = folder.resolve("node_modules/node-red/red.js");
    if (!Files.exists(program)) {
      Files.createDirectories(folder);
      System.out.println("fetching Node-RED " + VERSION + " into " + folder + " …");
      var npm =
          List.of(
              "npm",
              "install",
              "--prefix",
              folder.toString(),
              "--no-audit",
              "--no-fund",
              "--no-update-notifier",
              "--loglevel=error",
              "node-red@" + VERSION);
      try (var install = Program.start(folder, Map.of(), npm)) {
        install.ended(Duration.ofMinutes(10));
      }
    }
    return new NodeRedPeer(certificates, program);
  }

  @Override
  public String name() {
    return "Node-RED";
  }

  @Override
  public Running start(Path folder, int cloud) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int tcp = Peer.freePort();
    int http = Peer.freePort();
    Files.writeString(folder.resolve("flows.json"), flow(cloud, tcp));
    Files.writeString(
        folder.resolve("settings.js"),
        "module.exports = { flowFile: 'flows.json', uiHost: '127.0.0.1', credentialSecret: false,"
            + " telemetry: { enabled: false } };\n");
    Program node =
        Program.start(
            folder,
            Map.of(),
            List.of(
                "node",
                program.toString(),
                "--userDir",
                folder.toString(),
                "--settings",
                folder.resolve("settings.js").toString(),
                "--port",
                String.valueOf(http)));
    node.lineWith("Started flows", LIMIT);
    return new Running(
        node,
        List.of(
            new Input("TCP", Kept.IN_MEMORY, 64, 20, _ -> Link.lines(tcp, String::valueOf)),
            new Input("HTTP", Kept.IN_MEMORY, 16, 1, _ -> Link.http(http, String::valueOf))));
  }

  private String flow(int cloud, int tcp) throws IOException {
    try (var in = NodeRedPeer.class.getResourceAsStream("/node-red-flow.json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .replace("@certificate@", certificates.file("device.pem.crt").toString())
          .replace("@key@", certificates.file("private.pem.key").toString())
          .replace("@ca@", certificates.file("ca.pem").toString())
          .replace("@cloud@", String.valueOf(cloud))
          .replace("@tcp@", String.valueOf(tcp));
    }
  }
}
