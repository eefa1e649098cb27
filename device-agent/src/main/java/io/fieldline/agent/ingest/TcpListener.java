// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.mqtt.PortOwner;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Takes lines of readings over TCP and answers each. One virtual thread a connection; connections
/// beyond the bound are told so and closed.
public final class TcpListener implements AutoCloseable {
  private static final Logger LOG = System.getLogger(TcpListener.class.getName());

  private final AgentConfig.Tcp config;
  private final ReadingParser parser;
  private final Intake intake;
  private final DeviceLines devices;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// Binds the address; call [#run] to take connections.
  public TcpListener(
      AgentConfig.Tcp config, ReadingParser parser, Intake intake, DeviceLines devices)
      throws IOException {
    this.config = config;
    this.parser = parser;
    this.intake = intake;
    this.devices = devices;
    this.server = new ServerSocket();
    server.setReuseAddress(true);
    try {
      server.bind(config.listen(), 128);
    } catch (IOException e) {
      server.close();
      throw new BindException("tcp.listen: " + PortOwner.explain(config.listen(), e));
    }
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
    String answer = "error: at most " + config.maxConnections() + " connections, try again later\n";
    try (socket) {
      socket.getOutputStream().write(answer.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "connection gone before it was refused", e);
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      new TcpConnection(socket, terms(), parser, intake, devices).run();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "connection ended: peer={0}", socket.getRemoteSocketAddress(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      open.remove(socket);
    }
  }

  private TcpConnection.Terms terms() {
    return new TcpConnection.Terms(
        "tcp", config.device(), config.maxLineBytes(), config.idleTimeout(), true);
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
