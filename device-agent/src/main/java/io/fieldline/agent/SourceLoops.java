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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// The sources that no listener is, each on a loop of its own, and the loops that tell which of all
/// sources and children are silent. A source is named by its kind and, after a space, its own name.
/// Sources are begun and ended one by one when the configuration changes.
final class SourceLoops implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SourceLoops.class.getName());
  private static final Duration RECONNECTED_WITHIN = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(250);

  private final Parts parts;
  private final Supervisor supervisor;
  private final Metrics metrics;
  private final Clock clock;
  private final RandomGenerator random;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private AgentConfig config;

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

  /// A source that is wanted, and how it is begun.
  private record Wanted(Object config, Begin begin) {}

  @FunctionalInterface
  private interface Begin {
    Running begin(String loop) throws IOException;
  }

  /// A source that runs on a loop of its own.
  ///
  /// @param config what it was begun with
  /// @param watched its names in metrics and alarms
  /// @param held what it holds open
  private record Running(Object config, List<String> watched, Optional<AutoCloseable> held) {}

  /// Starts them.
  ///
  /// @throws IOException if one can never work
  SourceLoops start() throws IOException {
    Intake intake = parts.intake;
    intake.onHeard(parts.liveness::heard);
    watchListeners();
    begin(wanted(config));
    var alarms = new StallAlarms(config.thing(), clock, parts.sources);
    supervisor.every("stall-alarms", LOOK, () -> alarms.check(intake::report));
    supervisor.every("liveness", LOOK, () -> parts.liveness.check(intake::report));
    return this;
  }

  private void watchListeners() {
    config.tcp().ifPresent(tcp -> watched("tcp", tcp.stalledAfter()));
    config.http().ifPresent(http -> watched("http", http.stalledAfter()));
    config.mqtt().ifPresent(mqtt -> watched("mqtt", mqtt.stalledAfter()));
  }

  /// Ends the sources that another configuration has no more or has otherwise, and begins those
  /// that it has new or otherwise; all others go on as they are.
  ///
  /// @return what was begun, by the names in metrics and alarms
  /// @throws IOException if one can never work
  synchronized Set<String> change(AgentConfig next) throws IOException, InterruptedException {
    config = next;
    Map<String, Wanted> wanted = wanted(next);
    for (var each : List.copyOf(running.entrySet())) {
      Wanted like = wanted.get(each.getKey());
      if (like == null || !like.config.equals(each.getValue().config)) {
        end(each.getKey(), each.getValue());
      }
    }
    wanted.keySet().removeAll(running.keySet());
    watchListeners();
    return begin(wanted);
  }

  private synchronized Set<String> begin(Map<String, Wanted> wanted) throws IOException {
    Set<String> begun = new LinkedHashSet<>();
    for (var each : wanted.entrySet()) {
      Running source = each.getValue().begin.begin(each.getKey());
      running.put(each.getKey(), source);
      begun.addAll(source.watched);
    }
    return begun;
  }

  private void end(String loop, Running source) throws InterruptedException {
    supervisor.stop(loop);
    running.remove(loop);
    source.held.ifPresent(SourceLoops::close);
    source.watched.forEach(parts.sources::forget);
  }

  private Map<String, Wanted> wanted(AgentConfig of) {
    Map<String, Wanted> wanted = new LinkedHashMap<>();
    for (AgentConfig.TcpClient sensor : of.tcpClients()) {
      add(TcpClient.source(sensor), sensor, loop -> start(loop, sensor), wanted);
    }
    of.machine()
        .ifPresent(machine -> add("machine", machine, loop -> start(loop, machine), wanted));
    for (AgentConfig.Simulated simulated : of.simulated()) {
      String name = "simulator " + simulated.device() + "/" + simulated.sensor();
      add(name, simulated, loop -> start(loop, name, simulated), wanted);
    }
    for (SourceConfig source : of.sources()) {
      add(kind(source) + " " + source.name(), source, loop -> start(loop, source), wanted);
    }
    return wanted;
  }

  /// Two of one name are possible where the name is made of an address.
  private static void add(String name, Object config, Begin begin, Map<String, Wanted> wanted) {
    String loop = name;
    for (int i = 2; wanted.containsKey(loop); i++) {
      loop = name + " (" + i + ")";
    }
    wanted.put(loop, new Wanted(config, begin));
  }

  private static String kind(SourceConfig source) {
    return switch (source) {
      case SourceConfig.Modbus _ -> "modbus";
      case SourceConfig.SerialLines _ -> "serial";
      case SourceConfig.Program _ -> "program";
      case SourceConfig.TailedFile _ -> "file";
      case SourceConfig.PolledPage _ -> "page";
      case SourceConfig.OneWire _ -> "one-wire";
      case SourceConfig.Gpio _ -> "gpio";
    };
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

  private Running start(String loop, AgentConfig.TcpClient sensor) {
    var client = new TcpClient(sensor, parts.parser, parts.intake, parts.devices, backoff());
    String name = watched(TcpClient.source(sensor), sensor.stalledAfter());
    supervisor.run(loop, client::run);
    return new Running(sensor, List.of(name), Optional.empty());
  }

  private Running start(String loop, AgentConfig.Machine machine) {
    var source = new MachineSource(machine.root(), config.folder(), machine.device(), clock);
    String name = watched("machine", machine.stalledAfter());
    poll(loop, name, machine.every(), () -> parts.intake.accept(name, source.measure()));
    return new Running(machine, List.of(name), Optional.empty());
  }

  private Running start(String loop, String name, AgentConfig.Simulated simulated) {
    var simulator = new Simulator(simulated, clock, random);
    parts.sources.expect(name, simulated.every());
    supervisor.every(
        loop, simulated.every(), () -> parts.intake.accept(name, List.of(simulator.measure())));
    return new Running(simulated, List.of(name), Optional.empty());
  }

  private void poll(String loop, String name, Duration every, Polling.Question question) {
    supervisor.run(loop, new Polling(name, every, question, parts.intake, random)::run);
  }

  private Running start(String loop, SourceConfig source) throws IOException {
    if (source instanceof SourceConfig.Modbus modbus) {
      return start(loop, modbus);
    }
    String name = watched(kind(source) + " " + source.name(), source.stalledAfter());
    return new Running(source, List.of(name), held(loop, name, source));
  }

  /// Starts it; what it holds open.
  private Optional<AutoCloseable> held(String loop, String name, SourceConfig source)
      throws IOException {
    ReadingParser parser = parts.parser;
    Intake intake = parts.intake;
    switch (source) {
      case SourceConfig.Modbus _ ->
          throw new IllegalStateException("each device on the bus is a source: " + name);
      case SourceConfig.SerialLines serial -> {
        var lines = new SerialLines(serial, name, parser, intake, parts.devices, backoff());
        supervisor.run(loop, lines::run);
      }
      case SourceConfig.Program program ->
          poll(loop, name, program.every(), new ProgramSource(program, name, parser, intake));
      case SourceConfig.TailedFile file -> {
        var tail = new TailedFile(file, name, parser, intake, config.folder().resolve("files"));
        poll(loop, name, file.every(), tail);
        return Optional.of(tail);
      }
      case SourceConfig.PolledPage page -> {
        var polled = new PolledPage(page, name, parser, intake);
        poll(loop, name, page.every(), polled);
        return Optional.of(polled);
      }
      case SourceConfig.OneWire oneWire ->
          poll(loop, name, oneWire.every(), new OneWireSource(oneWire, name, intake, clock));
      case SourceConfig.Gpio gpio -> {
        var lines = new GpioSource(gpio, name, intake, clock);
        poll(loop, name, gpio.every(), lines);
        return Optional.of(lines);
      }
    }
    return Optional.empty();
  }

  /// Each device on the bus is watched by itself.
  private Running start(String loop, SourceConfig.Modbus modbus) {
    List<String> names =
        modbus.registers().stream()
            .map(register -> ModbusSource.unitSource(modbus, register.unitId()))
            .distinct()
            .map(name -> watched(name, modbus.stalledAfter()))
            .toList();
    var reader = new ModbusSource(modbus, parts.intake, clock, random);
    supervisor.run(loop, reader::run);
    return new Running(modbus, names, Optional.empty());
  }

  /// Ends what the sources hold; their loops have ended before.
  @Override
  public synchronized void close() {
    running.values().forEach(source -> source.held.ifPresent(SourceLoops::close));
    running.clear();
  }

  private static void close(AutoCloseable held) {
    try {
      held.close();
    } catch (Exception e) {
      LOG.log(Level.WARNING, "source did not close", e);
    }
  }
}
