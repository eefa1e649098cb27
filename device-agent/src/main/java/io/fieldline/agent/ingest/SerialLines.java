// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.config.SourceConfig;
import io.fieldline.agent.gateway.Sender;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Reads the messages of a sensor on a serial port: opens it, and again when it was unplugged. One
/// that cannot be opened is said once, not at each attempt.
public final class SerialLines {
  private static final Logger LOG = System.getLogger(SerialLines.class.getName());
  private static final Duration FOR_EVER = Duration.ofDays(20);

  private final SourceConfig.SerialLines config;
  private final String source;
  private final ReadingParser parser;
  private final Intake intake;
  private final DeviceLines devices;
  private final Backoff backoff;
  private String lastFailure = "";

  /// Opens the port once run.
  ///
  /// @param source its name in metrics
  public SerialLines(
      SourceConfig.SerialLines config,
      String source,
      ReadingParser parser,
      Intake intake,
      DeviceLines devices,
      Backoff backoff) {
    this.config = config;
    this.source = source;
    this.parser = parser;
    this.intake = intake;
    this.devices = devices;
    this.backoff = backoff;
  }

  /// Opens and reads until interrupted.
  public void run() throws InterruptedException {
    while (!Thread.currentThread().isInterrupted()) {
      try (SerialPort port = SerialPort.open(config.port())) {
        LOG.log(Level.INFO, "serial port is open: path={0}", config.port().path());
        lastFailure = "";
        port.out().write(config.greeting().getBytes(StandardCharsets.UTF_8));
        read(new SensorConnection(port, terms(), parser, intake, devices));
        LOG.log(Level.INFO, "serial port ended: path={0}", config.port().path());
      } catch (IOException e) {
        failed(e);
      }
      backoff.pause();
    }
  }

  private void read(SensorConnection connection) throws IOException, InterruptedException {
    try {
      connection.run();
    } finally {
      if (connection.kept() > 0) {
        backoff.reset();
      }
    }
  }

  private void failed(IOException cause) {
    String failure = String.valueOf(cause.getMessage());
    Level level = failure.equals(lastFailure) ? Level.DEBUG : Level.WARNING;
    lastFailure = failure;
    intake.failed(source, failure);
    LOG.log(level, "serial port failed and will be tried again: cause={0}", failure);
  }

  private SensorConnection.Terms terms() {
    return new SensorConnection.Terms(
        source,
        config.device(),
        config.framing(),
        config.maxLineBytes(),
        FOR_EVER,
        config.answers(),
        Sender.ANYBODY);
  }
}
