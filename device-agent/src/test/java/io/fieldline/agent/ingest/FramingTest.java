// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.agent.config.ChildrenConfig.Child;
import io.fieldline.agent.config.ChildrenConfig.Terms;
import io.fieldline.agent.config.ChildrenConfig.Unknown;
import io.fieldline.agent.config.Framing;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Messages that are no lines, over real sockets.
@Timeout(60)
class FramingTest {
  private static final String TOKEN = "0123456789abcdef-pump";

  @TempDir Path folder;

  private final DeviceLines devices = new DeviceLines();
  private TestIntake intake;

  @BeforeEach
  void open() throws IOException {
    var pump = new Child("gw:pump", Optional.of(TOKEN), Optional.empty(), new Terms(0.01, 2, ZERO));
    intake = new TestIntake(folder, new ChildrenConfig(Unknown.ACCEPT, Terms.NONE, List.of(pump)));
  }

  private static final Duration ZERO = Duration.ZERO;

  @AfterEach
  void close() throws IOException {
    intake.close();
  }

  @Test
  void lengthOfTwoBytesFramesMessagesAndAnswers() throws Exception {
    try (TcpListener listener = listener(new Framing.LengthFirst(2));
        var socket = connect(listener)) {
      var out = new DataOutputStream(socket.getOutputStream());
      var in = new DataInputStream(socket.getInputStream());
      byte[] text = "t=1\nh=2".getBytes(StandardCharsets.UTF_8);
      byte[] cbor = HexFormat.of().parseHex("81a200617402" + "18 2a".replace(" ", ""));
      out.writeShort(text.length);
      out.write(text, 0, 2);
      out.flush();
      out.write(text, 2, text.length - 2);
      out.writeShort(cbor.length);
      out.write(cbor);
      out.writeShort(0);

      // UTF with its length before it is what an answer is.
      assertThat(in.readUTF()).isEqualTo("ok 2");
      assertThat(in.readUTF()).isEqualTo("ok 1");
      assertThat(in.readUTF()).startsWith("error: expected name=value");
      assertThat(intake.rest()).containsExactly("gw/t=1.0", "gw/h=2.0", "gw/t=42.0");
    }
  }

  @Test
  void lengthThatCannotBeEndsTheConnectionAndSaysWhy() throws Exception {
    try (TcpListener listener = listener(new Framing.LengthFirst(4));
        var socket = connect(listener)) {
      socket.getOutputStream().write("t=21.5\n".getBytes(StandardCharsets.UTF_8));

      var in = new DataInputStream(socket.getInputStream());
      String answer = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
      assertThat(answer)
          .isEqualTo(
              "error: a length of 4 bytes and a message of at most 1000 bytes expected,"
                  + " got the length 1950167601");
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void delimiterOfChoiceEndsMessagesAndAnswers() throws Exception {
    try (TcpListener listener = listener(new Framing.EndedBy((byte) ';'));
        var socket = connect(listener)) {
      socket.getOutputStream().write("t=1;h=\n2;h=2;".getBytes(StandardCharsets.UTF_8));

      String answers = new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8);
      assertThat(answers).isEqualTo("ok 1;");
      assertThat(intake.next(1)).containsExactly("gw/t=1.0");
    }
  }

  @Test
  void tokenSaysWhoseConnectionItIs() throws Exception {
    try (TcpListener listener = listener(Framing.LINES);
        var socket = connect(listener)) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      say(socket, "pump/t=1", "device pump", "token wrong-wrong-wrong", "token " + TOKEN, "t=1");
      say(socket, "gw/t=1", "t=1", "t=1");

      assertThat(in.readLine())
          .isEqualTo("error: the token or certificate of 'gw:pump' expected before its readings");
      assertThat(in.readLine()).startsWith("error: the token or certificate of 'gw:pump'");
      assertThat(in.readLine()).startsWith("error: the token of a child");
      assertThat(in.readLine()).isEqualTo("ok 0");
      assertThat(in.readLine()).isEqualTo("ok 1");
      assertThat(in.readLine()).contains("readings of 'gw:pump' expected").contains("'gw'");
      assertThat(in.readLine()).isEqualTo("ok 1");
      assertThat(in.readLine()).contains("at most 0.01 readings a second").contains("try again in");
      assertThat(intake.rest()).containsExactly("gw:pump/t=1.0", "gw:pump/t=1.0");
    }
  }

  private static void say(Socket socket, String... lines) throws IOException {
    String text = String.join("\n", lines) + "\n";
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Socket connect(TcpListener listener) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), listener.address().getPort());
  }

  private TcpListener listener(Framing framing) throws IOException {
    var config =
        new AgentConfig.Tcp(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            false,
            "gw",
            framing,
            1000,
            4,
            Duration.ofSeconds(30),
            ZERO);
    var listener =
        new TcpListener(config, intake.parser(), intake.intake(), devices, Optional.empty());
    Thread.ofVirtual()
        .start(() -> {
          try {
            listener.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return listener;
  }
}
