// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.SourceConfig;
import io.fieldline.agent.gateway.Liveness;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.health.Sources;
import io.fieldline.agent.ingest.DeviceLines;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.MachineSource;
import io.fieldline.agent.ingest.Polling;
import io.fieldline.agent.ingest.ReadingParser;
import io.fieldline.agent.ingest.SerialLines;
import io.fieldline.agent.ingest.Simulator;
import io.fieldline.agent.ingest.StallAlarms;
import io.fieldline.agent.ingest.TcpClient;
import io.fieldline.agent.ingest.host.GpioSource;
import io.fieldline.agent.ingest.host.OneWireSource;
import io.fieldline.agent.ingest.host.PolledPage;
import io.fieldline.agent.ingest.host.ProgramSource;
import io.fieldline.agent.ingest.host.TailedFile;
import io.fieldline.agent.ingest.modbus.ModbusSource;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/// The sources that no listener is, each on a loop of its own, and the loops that tell which of all
/// sources and children are silent. A source is named by its kind and, after a space, its own name.
final class SourceLoops implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SourceLoops.class.getName());
  private static final Duration RECONNECTED_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final AgentConfig config;
  private final Parts parts;
  private final Supervisor supervisor;
  private final Metrics metrics;
  private final Clock clock;
  private final RandomGenerator random;
  private final Deque<AutoCloseable> toClose = new ArrayDeque<>();

  /// What readings go through.
  record Parts(
      ReadingParser parser,
      Intake intake,
      DeviceLines devices,
      Sources sources,
      Liveness liveness) {}

  SourceLoops(
      AgentConfig config,
      Parts parts,
      Supervisor supervisor,
      Metrics metrics,
      Clock clock,
      RandomGenerator random) {
    this.config = config;
    this.parts = parts;
    this.supervisor = supervisor;
    this.metrics = metrics;
    this.clock = clock;
    this.random = random;
  }

  /// Starts them.
  ///
  /// @throws IOException if one can never work
  SourceLoops start() throws IOException {
    Intake intake = parts.intake;
    intake.onHeard(parts.liveness::heard);
    config.tcp().ifPresent(tcp -> watched("tcp", tcp.stalledAfter()));
    config.http().ifPresent(http -> watched("http", http.stalledAfter()));
    config.mqtt().ifPresent(mqtt -> watched("mqtt", mqtt.stalledAfter()));
    config.tcpClients().forEach(this::start);
    config.machine().ifPresent(this::start);
    config.simulated().forEach(this::start);
    for (SourceConfig source : config.sources()) {
      start(source);
    }
    var alarms = new StallAlarms(config.thing(), clock, parts.sources);
    supervisor.every("stall-alarms", LOOK, () -> alarms.check(intake::report));
    supervisor.every("liveness", LOOK, () -> parts.liveness.check(intake::report));
    return this;
  }

  private Backoff backoff() {
    return new Backoff(config.cloud().minBackoff(), RECONNECTED_WITHIN, random);
  }

  private String watched(String name, Duration stalledAfter) {
    parts.sources.expectWithin(name, stalledAfter);
    if (stalledAfter.isPositive()) {
      metrics.gauge(
          "fieldline_source_stalled{source=\"" + name + "\"}",
          () -> parts.sources.overdue().getOrDefault(name, false) ? 1 : 0);
    }
    return name;
  }

  private String watched(String kind, SourceConfig source) {
    return watched(kind + " " + source.name(), source.stalledAfter());
  }

  private void start(AgentConfig.TcpClient sensor) {
    var client = new TcpClient(sensor, parts.parser, parts.intake, parts.devices, backoff());
    supervisor.run(watched(TcpClient.source(sensor), sensor.stalledAfter()), client::run);
  }

  private void start(AgentConfig.Machine machine) {
    var source = new MachineSource(machine.root(), config.folder(), machine.device(), clock);
    String name = watched("machine", machine.stalledAfter());
    poll(name, machine.every(), () -> parts.intake.accept(name, source.measure()));
  }

  private void start(AgentConfig.Simulated simulated) {
    var simulator = new Simulator(simulated, clock, random);
    String name = "simulator " + simulated.device() + "/" + simulated.sensor();
    parts.sources.expect(name, simulated.every());
    supervisor.every(
        name, simulated.every(), () -> parts.intake.accept(name, List.of(simulator.measure())));
  }

  private void poll(String name, Duration every, Polling.Question question) {
    supervisor.run(name, new Polling(name, every, question, parts.intake, random)::run);
  }

  private void start(SourceConfig source) throws IOException {
    ReadingParser parser = parts.parser;
    Intake intake = parts.intake;
    switch (source) {
      case SourceConfig.Modbus modbus -> start(modbus);
      case SourceConfig.SerialLines serial -> {
        String name = watched("serial", serial);
        var lines = new SerialLines(serial, name, parser, intake, parts.devices, backoff());
        supervisor.run(name, lines::run);
      }
      case SourceConfig.Program program -> {
        String name = watched("program", program);
        poll(name, program.every(), new ProgramSource(program, name, parser, intake));
      }
      case SourceConfig.TailedFile file -> {
        String name = watched("file", file);
        var tail = new TailedFile(file, name, parser, intake, config.folder().resolve("files"));
        toClose.push(tail);
        poll(name, file.every(), tail);
      }
      case SourceConfig.PolledPage page -> {
        String name = watched("page", page);
        var polled = new PolledPage(page, name, parser, intake);
        toClose.push(polled);
        poll(name, page.every(), polled);
      }
      case SourceConfig.OneWire oneWire -> {
        String name = watched("one-wire", oneWire);
        poll(name, oneWire.every(), new OneWireSource(oneWire, name, intake, clock));
      }
      case SourceConfig.Gpio gpio -> {
        String name = watched("gpio", gpio);
        var lines = new GpioSource(gpio, name, intake, clock);
        toClose.push(lines);
        poll(name, gpio.every(), lines);
      }
    }
  }

  /// Each device on the bus is watched by itself.
  private void start(SourceConfig.Modbus modbus) {
    modbus.registers().stream()
        .map(register -> ModbusSource.unitSource(modbus, register.unitId()))
        .distinct()
        .forEach(name -> watched(name, modbus.stalledAfter()));
    var reader = new ModbusSource(modbus, parts.intake, clock, random);
    supervisor.run("modbus " + modbus.name(), reader::run);
  }

  /// Ends what the sources hold; their loops have ended before.
  @Override
  public void close() {
    while (!toClose.isEmpty()) {
      try {
        toClose.pop().close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "source did not close", e);
      }
    }
  }
}
