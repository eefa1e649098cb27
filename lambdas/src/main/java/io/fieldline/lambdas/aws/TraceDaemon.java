// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import io.fieldline.lambdas.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// Lambda's X-Ray daemon beside the function: a datagram a segment. What does not arrive is no
/// reason to fail, and is said once.
///
/// A socket each time: one that was open in a snapshot is none after it is restored, and few calls
/// are traced.
///
/// Source: AWS X-Ray Developer Guide, "Sending segment documents to the X-Ray daemon".
final class TraceDaemon {
  private static final System.Logger LOG = System.getLogger(TraceDaemon.class.getName());
  private static final byte[] FORMAT =
      "{\"format\": \"json\", \"version\": 1}\n".getBytes(StandardCharsets.UTF_8);

  private final Optional<String> address;
  private boolean said;

  /// @param address host and port, from {@code AWS_XRAY_DAEMON_ADDRESS}; without one nothing is
  ///   sent
  TraceDaemon(Optional<String> address) {
    this.address = address;
  }

  void send(Map<String, Object> segment) {
    if (address.isEmpty()) {
      return;
    }
    var text = address.get();
    int colon = text.lastIndexOf(':');
    try (var socket = new DatagramSocket()) {
      var bytes = new ByteArrayOutputStream();
      bytes.write(FORMAT);
      bytes.write(JsonObject.write(segment));
      var to =
          new InetSocketAddress(
              text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
      socket.send(new DatagramPacket(bytes.toByteArray(), bytes.size(), to));
    } catch (IOException | RuntimeException e) {
      if (!said) {
        said = true;
        LOG.log(System.Logger.Level.WARNING, "X-Ray's daemon at " + text + " took no segment", e);
      }
    }
  }
}
