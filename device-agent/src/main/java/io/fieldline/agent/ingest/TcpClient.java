// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.gateway.Sender;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Reads the lines of a sensor that is a server itself: connects to it, and again when the
/// connection ends or is silent for too long. One that cannot be reached is said once, not at each
/// attempt.
public final class TcpClient {
  private static final Logger LOG = System.getLogger(TcpClient.class.getName());
  private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(10);

  private final AgentConfig.TcpClient config;
  private final ReadingParser parser;
  private final Intake intake;
  private final DeviceLines devices;
  private final Backoff backoff;
  private final String source;
  private boolean failureLogged;

  /// Connects once run.
  public TcpClient(
      AgentConfig.TcpClient config,
      ReadingParser parser,
      Intake intake,
      DeviceLines devices,
      Backoff backoff) {
    this.config = config;
    this.parser = parser;
    this.intake = intake;
    this.devices = devices;
    this.backoff = backoff;
    this.source = source(config);
  }

  /// Its name in metrics.
  public static String source(AgentConfig.TcpClient config) {
    return "tcp-client " + where(config);
  }

  /// Connects and reads until interrupted.
  public void run() throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      try (var socket = new Socket()) {
        socket.connect(address(), (int) CONNECTED_WITHIN.toMillis());
        LOG.log(Level.INFO, "connected to the sensor: address={0}", where());
        failureLogged = false;
        socket.getOutputStream().write(config.greeting().getBytes(StandardCharsets.UTF_8));
        socket.setTcpNoDelay(true);
        socket.setKeepAlive(true);
        read(new SensorConnection(Link.of(socket), terms(), parser, intake, devices));
        LOG.log(Level.INFO, "the sensor's connection ended: address={0}", where());
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        failed(e);
      }
      backoff.pause();
    }
  }

  /// One that brings nothing is asked less and less often.
  private void read(SensorConnection connection) throws IOException, InterruptedException {
    try {
      connection.run();
    } finally {
      if (connection.kept() > 0) {
        backoff.reset();
      }
    }
  }

  private InetSocketAddress address() throws IOException {
    var at = new InetSocketAddress(config.connect().getHostString(), config.connect().getPort());
    if (at.isUnresolved()) {
      throw new UnknownHostException(config.connect().getHostString());
    }
    return at;
  }

  private void failed(IOException cause) {
    intake.failed(source, cause.toString());
    Level level = failureLogged ? Level.DEBUG : Level.WARNING;
    failureLogged = true;
    LOG.log(
        level,
        "the sensor cannot be reached and will be tried again: address={0} cause={1}",
        where(),
        cause.toString());
  }

  private String where() {
    return where(config);
  }

  private static String where(AgentConfig.TcpClient config) {
    return config.connect().getHostString() + ":" + config.connect().getPort();
  }

  private SensorConnection.Terms terms() {
    return new SensorConnection.Terms(
        source,
        config.device(),
        config.framing(),
        config.maxLineBytes(),
        config.idleTimeout(),
        config.answers(),
        Sender.ANYBODY);
  }
}
