// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.TelemetryBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Just enough of AWS IoT Core for one thing: MQTT 5 over mutual TLS, shadows that merge and tell
/// deltas, and a list of what came in. It can refuse messages as AWS does, by ending the session,
/// and ends one that says nothing for one and a half times its keep-alive.
public final class TestCloud implements AutoCloseable, LocalAgent.Cloud {
  private final SSLServerSocket server;
  private final List<TelemetryBatch> batches = new CopyOnWriteArrayList<>();
  private final List<Integer> deflatedBytes = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> protocols = new LinkedBlockingQueue<>();
  private final BlockingQueue<Message> live = new LinkedBlockingQueue<>();
  private final BlockingQueue<Map<String, Object>> reports = new LinkedBlockingQueue<>();
  private final Map<String, Map<String, Object>> desired = new LinkedHashMap<>();
  private final Map<String, Map<String, Object>> reported = new LinkedHashMap<>();
  private volatile Predicate<byte[]> refuses = _ -> false;
  private volatile Predicate<String> refusesTopics = _ -> false;
  private volatile int refusal;
  private volatile boolean withholdsAcknowledgement;
  private volatile Consumer<Acknowledgement> acknowledges = Acknowledgement::now;
  private volatile int connack;
  private volatile Socket current;
  private long version = 1;

  record Message(String topic, byte[] payload) {}

  /// A cloud on that port, on a free one for 0.
  public TestCloud(Credentials credentials, int port) throws IOException {
    server =
        (SSLServerSocket)
            credentials
                .serverContext()
                .getServerSocketFactory()
                .createServerSocket(port, 10, InetAddress.getLoopbackAddress());
    server.setNeedClientAuth(true);
    SSLParameters parameters = server.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"x-amzn-mqtt-ca", "mqtt"});
    server.setSSLParameters(parameters);
    Thread.ofVirtual().start(this::accept);
  }

  @Override
  public int port() {
    return server.getLocalPort();
  }

  /// Every batch of telemetry that it has taken.
  public List<TelemetryBatch> batches() {
    return List.copyOf(batches);
  }

  /// What each session named by ALPN; empty text for none.
  BlockingQueue<String> protocols() {
    return protocols;
  }

  BlockingQueue<Message> live() {
    return live;
  }

  /// Reported parts of updates of the shadow `commands`, in order.
  BlockingQueue<Map<String, Object>> reports() {
    return reports;
  }

  @Override
  public synchronized Map<String, Object> reported(String shadow) {
    return Map.copyOf(reported.getOrDefault(shadow, Map.of()));
  }

  /// Ends the session that publishes such a message, as AWS does where no policy allows it.
  public void refuse(Predicate<byte[]> which) {
    refuse(0x87, which);
  }

  /// Ends the session that publishes on such a topic, as AWS does where no policy allows it.
  void refuseTopics(Predicate<String> which) {
    refusal = 0x87;
    refusesTopics = which;
  }

  /// The same, for another reason.
  public void refuse(int reason, Predicate<byte[]> which) {
    refusal = reason;
    refuses = which;
  }

  void withholdAcknowledgements(boolean on) {
    withholdsAcknowledgement = on;
  }

  /// Whether there is a session.
  public boolean isConnected() {
    return current != null;
  }

  /// Ends the connection without a word.
  public void dropConnection() throws IOException {
    Socket socket = current;
    if (socket != null) {
      socket.close();
    }
  }

  /// One that is due.
  public interface Acknowledgement {
    /// Writes it to the connection that the message came by.
    void write() throws IOException;

    /// The same; a connection that is gone needs none.
    default void now() {
      try {
        write();
      } catch (IOException e) {
        // The connection has ended.
      }
    }
  }

  /// What is done with acknowledgements from now on.
  public void acknowledge(Consumer<Acknowledgement> how) {
    acknowledges = how;
  }

  /// The reason that connections are refused with from now on; 0 lets them in.
  public void refuseConnections(int reason) {
    connack = reason;
  }

  /// Ends the connection with a reason, as a broker does that goes or has enough.
  public void disconnect(int reason) throws IOException {
    Socket socket = current;
    if (socket != null) {
      write(socket, 0xe0, new byte[] {(byte) reason, 0});
      socket.close();
    }
  }

  /// Desires something in a named shadow, and tells the thing what differs.
  synchronized void desire(String shadow, Map<String, Object> state) throws IOException {
    version++;
    merge(desired.computeIfAbsent(shadow, _ -> new LinkedHashMap<>()), state);
    if (current != null) {
      send(
          prefix(shadow) + "/update/accepted",
          Map.of("version", version, "state", Map.of("desired", state)));
    }
    Map<String, Object> delta = delta(desired.get(shadow), reported.getOrDefault(shadow, Map.of()));
    if (!delta.isEmpty() && current != null) {
      send(prefix(shadow) + "/update/delta", Map.of("version", version, "state", delta));
    }
  }

  private static String prefix(String shadow) {
    return "$aws/things/gw/shadow" + (shadow.isEmpty() ? "" : "/name/" + shadow);
  }

  private static void merge(Map<String, Object> into, Map<String, Object> from) {
    from.forEach((name, value) -> {
      if (value == JsonText.NULL) {
        into.remove(name);
      } else if (JsonText.object(value).isPresent()) {
        Map<String, Object> merged =
            new LinkedHashMap<>(JsonText.object(into.get(name)).orElse(Map.of()));
        merge(merged, JsonText.object(value).get());
        into.put(name, merged);
      } else {
        into.put(name, value);
      }
    });
  }

  private static Map<String, Object> delta(Map<String, Object> wanted, Map<String, Object> is) {
    Map<String, Object> delta = new LinkedHashMap<>();
    wanted.forEach((name, value) -> {
      var inner = JsonText.object(value);
      if (inner.isPresent()) {
        var difference = delta(inner.get(), JsonText.object(is.get(name)).orElse(Map.of()));
        if (!difference.isEmpty()) {
          delta.put(name, difference);
        }
      } else if (!value.equals(is.get(name))) {
        delta.put(name, value);
      }
    });
    return delta;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      packets(socket);
    } catch (IOException | JsonSyntaxException e) {
      // The session has ended.
    }
  }

  private void packets(Socket socket) throws IOException, JsonSyntaxException {
    var in = new DataInputStream(socket.getInputStream());
    try {
      while (true) {
        int head = in.readUnsignedByte();
        byte[] body = in.readNBytes(length(in));
        packet(socket, head, new DataInputStream(new ByteArrayInputStream(body)));
      }
    } finally {
      // Before the socket is closed, which takes its time where nobody reads.
      if (current == socket) {
        current = null;
      }
    }
  }

  private static int length(DataInputStream in) throws IOException {
    int value = 0;
    int shift = 0;
    int part;
    do {
      part = in.readUnsignedByte();
      value |= (part & 0x7f) << shift;
      shift += 7;
    } while ((part & 0x80) != 0);
    return value;
  }

  private void packet(Socket socket, int head, DataInputStream body)
      throws IOException, JsonSyntaxException {
    switch (head >> 4) {
      case 1 -> {
        body.readUTF();
        body.skipNBytes(2);
        int keepAliveSeconds = body.readUnsignedShort();
        socket.setSoTimeout(keepAliveSeconds * 1500);
        current = socket;
        protocols.add(((SSLSocket) socket).getApplicationProtocol());
        write(socket, 0x20, new byte[] {0, (byte) connack, 0});
        if (connack != 0) {
          throw new IOException("the connection is refused");
        }
      }
      case 3 -> publish(socket, head, body);
      case 8 -> subscribe(socket, body);
      case 12 -> write(socket, 0xd0, new byte[0]);
      case 14 -> throw new IOException("disconnected by the client");
      default -> {}
    }
  }

  private void subscribe(Socket socket, DataInputStream body) throws IOException {
    int id = body.readUnsignedShort();
    body.skipNBytes(length(body));
    var ack = new ByteArrayOutputStream();
    ack.write(id >> 8);
    ack.write(id & 0xff);
    ack.write(0);
    while (body.available() > 0) {
      body.readUTF();
      body.readByte();
      ack.write(1);
    }
    write(socket, 0x90, ack.toByteArray());
  }

  private void publish(Socket socket, int head, DataInputStream body)
      throws IOException, JsonSyntaxException {
    String topic = body.readUTF();
    boolean acknowledged = (head & 0x06) != 0;
    int id = acknowledged ? body.readUnsignedShort() : 0;
    body.skipNBytes(length(body));
    byte[] payload = body.readAllBytes();
    if (refuses.test(payload) || refusesTopics.test(topic)) {
      write(socket, 0xe0, new byte[] {(byte) refusal, 0});
      // To close with something unread would be a reset, which may overtake the reason.
      socket.shutdownOutput();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      throw new IOException("the session was ended");
    }
    if (!withholdsAcknowledgement) {
      telemetry(topic, payload);
    }
    if (acknowledged && !withholdsAcknowledgement) {
      acknowledges.accept(() -> write(socket, 0x40, new byte[] {(byte) (id >> 8), (byte) id}));
    }
    if (topic.endsWith("/live")) {
      live.add(new Message(topic, payload));
    } else if (topic.contains("/shadow")) {
      shadow(topic, new String(payload, StandardCharsets.UTF_8));
    }
  }

  private void telemetry(String topic, byte[] payload) throws IOException {
    if (topic.endsWith("/telemetry")) {
      batches.add(MessageCodec.decodeBatch(payload));
    } else if (topic.endsWith("/telemetry/deflate")) {
      try (var inflated = new InflaterInputStream(new ByteArrayInputStream(payload))) {
        batches.add(MessageCodec.decodeBatch(inflated.readAllBytes()));
      }
      deflatedBytes.add(payload.length);
    }
  }

  /// The size of each batch that came deflated.
  List<Integer> deflatedBytes() {
    return List.copyOf(deflatedBytes);
  }

  private synchronized void shadow(String topic, String text)
      throws IOException, JsonSyntaxException {
    String name = topic.contains("/name/") ? topic.split("/")[5] : "";
    if (topic.endsWith("/get")) {
      Map<String, Object> state =
          Map.of(
              "desired", desired.getOrDefault(name, Map.of()),
              "reported", reported.getOrDefault(name, Map.of()));
      Map<String, Object> answer = new LinkedHashMap<>(Map.of("version", version, "state", state));
      boolean isThere = desired.containsKey(name) || reported.containsKey(name);
      if (!isThere) {
        answer = new LinkedHashMap<>(Map.of("code", 404, "message", "No shadow exists with name"));
      }
      if (!text.isEmpty()) {
        answer.put("clientToken", JsonText.parseObject(text).get("clientToken"));
      }
      send(topic + (isThere ? "/accepted" : "/rejected"), answer);
      return;
    }
    Map<String, Object> document = JsonText.parseObject(text);
    Map<String, Object> state = JsonText.object(document.get("state")).orElseThrow();
    Map<String, Object> update = JsonText.object(state.get("reported")).orElseThrow();
    merge(reported.computeIfAbsent(name, _ -> new LinkedHashMap<>()), update);
    version++;
    if (name.equals("commands")) {
      reports.add(update);
    }
    send(
        topic + "/accepted",
        Map.of("version", version, "state", state, "clientToken", document.get("clientToken")));
  }

  private void send(String topic, Map<String, Object> document) throws IOException {
    var packet = new ByteArrayOutputStream();
    var out = new DataOutputStream(packet);
    out.writeUTF(topic);
    out.writeByte(0);
    Map<String, Object> dated = new LinkedHashMap<>(document);
    dated.put("timestamp", System.currentTimeMillis() / 1000);
    out.write(JsonText.write(dated).getBytes(StandardCharsets.UTF_8));
    Socket socket = current;
    if (socket != null) {
      write(socket, 0x30, packet.toByteArray());
    }
  }

  private synchronized void write(Socket socket, int head, byte[] body) throws IOException {
    var packet = new ByteArrayOutputStream();
    packet.write(head);
    int left = body.length;
    do {
      packet.write(left > 127 ? left % 128 | 0x80 : left);
      left /= 128;
    } while (left > 0);
    packet.writeBytes(body);
    OutputStream out = socket.getOutputStream();
    out.write(packet.toByteArray());
    out.flush();
  }

  @Override
  public List<Long> values() {
    List<Long> values = new ArrayList<>();
    for (TelemetryBatch batch : batches) {
      batch.readings().forEach(reading -> values.add((long) reading.value()));
    }
    return values;
  }

  @Override
  public void close() {
    try {
      server.close();
      dropConnection();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
