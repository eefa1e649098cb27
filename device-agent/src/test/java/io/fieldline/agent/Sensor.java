// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A sensor on an agent's TCP listener.
final class Sensor implements AutoCloseable {
  private final Socket socket;
  private final BufferedReader in;

  Sensor(DeviceAgent agent) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), agent.addresses().get("tcp").getPort());
    in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  void says(String line, String answer) throws IOException {
    socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    assertThat(in.readLine()).isEqualTo(answer);
  }

  /// Says all of them at once, and takes as many answers.
  void saysAll(List<String> lines) throws IOException {
    socket
        .getOutputStream()
        .write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    for (String said : lines) {
      assertThat(in.readLine()).as(said).isEqualTo("ok 1");
    }
  }

  String line() throws IOException {
    return in.readLine();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
