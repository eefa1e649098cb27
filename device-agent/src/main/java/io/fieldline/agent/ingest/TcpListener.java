// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.gateway.LocalTls;
import io.fieldline.agent.gateway.Sender;
import io.fieldline.mqtt.PortOwner;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// Takes messages with readings over TCP and answers each. One virtual thread a connection;
/// connections beyond the bound are told so and closed.
public final class TcpListener implements AutoCloseable {
  private static final Logger LOG = System.getLogger(TcpListener.class.getName());

  private static final Duration HANDSHAKE = Duration.ofSeconds(10);
  private static final Duration GOODBYE = Duration.ofSeconds(2);
  private static final int GOODBYE_BYTES = 1 << 20;

  private final AgentConfig.Tcp config;
  private final ReadingParser parser;
  private final Intake intake;
  private final DeviceLines devices;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// Binds the address; call [#run] to take connections.
  public TcpListener(
      AgentConfig.Tcp config,
      ReadingParser parser,
      Intake intake,
      DeviceLines devices,
      Optional<LocalTls> tls)
      throws IOException {
    this.config = config;
    this.parser = parser;
    this.intake = intake;
    this.devices = devices;
    this.server = tls.isPresent() ? secured(tls.get()) : new ServerSocket();
    server.setReuseAddress(true);
    try {
      server.bind(config.listen(), 128);
    } catch (IOException e) {
      server.close();
      throw new BindException("tcp.listen: " + PortOwner.explain(config.listen(), e));
    }
  }

  private static ServerSocket secured(LocalTls tls) throws IOException {
    var socket = (SSLServerSocket) tls.context().getServerSocketFactory().createServerSocket();
    if (tls.isCertificateRequired()) {
      socket.setNeedClientAuth(true);
    } else {
      socket.setWantClientAuth(true);
    }
    return socket;
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getLocalSocketAddress();
  }

  /// Takes connections until closed.
  public void run() throws IOException {
    while (!server.isClosed()) {
      Socket socket;
      try {
        socket = server.accept();
      } catch (IOException e) {
        if (server.isClosed()) {
          return;
        }
        throw e;
      }
      if (open.size() >= config.maxConnections()) {
        refuse(socket);
        continue;
      }
      open.add(socket);
      Thread.ofVirtual().name("tcp-" + socket.getPort()).start(() -> serve(socket));
    }
  }

  private void refuse(Socket socket) throws IOException {
    String answer = "error: at most " + config.maxConnections() + " connections, try again later";
    try (socket) {
      if (socket instanceof SSLSocket) {
        // Telling it would take a handshake, and this thread's time.
        return;
      }
      Frames frames = Frames.of(config.framing(), config.maxLineBytes());
      socket.getOutputStream().write(frames.framed(answer));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "connection gone before it was refused", e);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setKeepAlive(true);
      var terms = terms(sender(socket));
      new SensorConnection(Link.of(socket), terms, parser, intake, devices).run();
      Sockets.halfCloseAndDrain(socket, GOODBYE, GOODBYE_BYTES);
    } catch (IOException | ReadingException e) {
      LOG.log(Level.DEBUG, "connection ended: peer={0}", socket.getRemoteSocketAddress(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  /// Who the certificate says it is, once the handshake is done.
  private Sender sender(Socket socket) throws IOException, ReadingException {
    if (!(socket instanceof SSLSocket secured)) {
      return Sender.ANYBODY;
    }
    socket.setSoTimeout((int) HANDSHAKE.toMillis());
    secured.startHandshake();
    try {
      var certificate = (X509Certificate) secured.getSession().getPeerCertificates()[0];
      return intake.identify(certificate);
    } catch (SSLPeerUnverifiedException e) {
      return Sender.ANYBODY;
    }
  }

  private SensorConnection.Terms terms(Sender sender) {
    return new SensorConnection.Terms(
        "tcp",
        config.device(),
        config.framing(),
        config.maxLineBytes(),
        config.idleTimeout(),
        true,
        sender);
  }

  /// Takes no more connections and ends those that are open.
  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
