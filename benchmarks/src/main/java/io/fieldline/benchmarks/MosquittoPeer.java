// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Debian's mosquitto with a bridge to the cloud, as AWS's own instructions set it up.
///
/// @param tuned as a careful person would: every change on disk, no limit of the queue, quick to
///   connect again. Otherwise with the settings of Debian's own `mosquitto.conf`.
record MosquittoPeer(Certificates certificates, boolean tuned) implements Peer {
  private static final String PROGRAM = "/usr/sbin/mosquitto";
  private static final long LIMIT_NANOS = 60_000_000_000L;

  /// Both kinds.
  static List<MosquittoPeer> installed(Certificates certificates) throws IOException {
    if (!Files.isExecutable(Path.of(PROGRAM))) {
      throw new IOException(PROGRAM + " is not there; Debian: apt install mosquitto");
    }
    return List.of(new MosquittoPeer(certificates, false), new MosquittoPeer(certificates, true));
  }

  @Override
  public String name() {
    return tuned ? "mosquitto bridge, tuned" : "mosquitto bridge";
  }

  @Override
  public Running start(Path folder, int cloud) throws IOException {
    Files.createDirectories(folder);
    int port = Peer.freePort();
    Path config = folder.resolve("mosquitto.conf");
    Files.writeString(config, settings(folder, port, cloud));
    var program = Program.start(folder, Map.of(), List.of(PROGRAM, "-c", config.toString()));
    listening(port);
    return new Running(
        program,
        List.of(
            new Input(
                "MQTT",
                tuned ? Kept.SAVED_AFTER : Kept.IN_MEMORY,
                20,
                20,
                i -> Link.mqtt(port, "sensor-" + i, "bench/s"))));
  }

  private String settings(Path folder, int port, int cloud) {
    String settings =
        """
        user root
        listener %d 127.0.0.1
        allow_anonymous true
        persistence true
        persistence_location %s/
        connection cloud
        address localhost:%d
        topic # out 1
        remote_clientid bench
        bridge_protocol_version mqttv311
        cleansession false
        notifications false
        bridge_attempt_unsubscribe false
        bridge_cafile %s
        bridge_certfile %s
        bridge_keyfile %s
        """
            .formatted(
                port,
                folder,
                cloud,
                certificates.file("ca.pem"),
                certificates.file("device.pem.crt"),
                certificates.file("private.pem.key"));
    return tuned
        ? settings
            + """
            restart_timeout 1 10
            autosave_on_changes true
            autosave_interval 1
            max_queued_messages 0
            """
        : settings;
  }

  private static void listening(int port) throws IOException {
    long deadline = System.nanoTime() + LIMIT_NANOS;
    while (true) {
      try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
        LockSupport.parkNanos(5_000_000);
      }
    }
  }
}
