// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.modbus;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.config.ModbusRegister;
import io.fieldline.agent.config.SourceConfig.Modbus;
import io.fieldline.agent.config.SourceConfig.Modbus.Transport;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.agent.ingest.Link;
import io.fieldline.agent.ingest.ReadingException;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.ingest.SerialPort;
import io.fieldline.agent.ingest.Sockets;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// Reads the registers of the devices on one connection or bus, each as often as it is wanted.
/// Devices that do not answer are asked less and less often, so that they do not hold up the others
/// for more than one time-out now and then.
public final class ModbusSource {
  private static final Logger LOG = System.getLogger(ModbusSource.class.getName());
  private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final int MOST_SILENT = 3;

  private final Modbus config;
  private final Intake intake;
  private final Clock clock;
  private final ModbusLink link;
  private final List<Task> tasks = new ArrayList<>();
  private int silentInARow;

  /// A source that asks once it runs.
  public ModbusSource(Modbus config, Intake intake, Clock clock, RandomGenerator random) {
    this.config = config;
    this.intake = intake;
    this.clock = clock;
    this.link = link(config.transport());
    Map<Integer, Unit> units = new TreeMap<>();
    for (Batch batch : Batch.of(config.registers(), config.maxGap(), config.maxQuantity())) {
      Unit unit =
          units.computeIfAbsent(batch.unitId(), id -> new Unit(unitSource(config, id), random));
      tasks.add(new Task(batch, unit));
    }
  }

  /// The name of one device in metrics and alarms: each is watched by itself.
  public static String unitSource(Modbus config, int unitId) {
    return "modbus " + config.name() + ".unit" + unitId;
  }

  private static ModbusLink link(Transport transport) {
    return switch (transport) {
      case Transport.Tcp(var address) -> new TcpModbusLink(address);
      case Transport.RtuOverTcp(var address) ->
          new RtuModbusLink(atMost -> {
            Socket socket = Sockets.connect(address, atMost);
            return new RtuModbusLink.Line(Link.of(socket), socket);
          });
      case Transport.Rtu(var port) ->
          new RtuModbusLink(_ -> {
            SerialPort open = SerialPort.open(port);
            return new RtuModbusLink.Line(open, open);
          });
    };
  }

  /// One request and when it is due.
  private static final class Task {
    private final Batch batch;
    private final Unit unit;
    private String lastFailure = "";
    private long dueNanos = System.nanoTime();

    Task(Batch batch, Unit unit) {
      this.batch = batch;
      this.unit = unit;
    }

    long dueNanos() {
      return Math.max(dueNanos, unit.notBeforeNanos);
    }
  }

  /// A device and whether it answers.
  private static final class Unit {
    private final String source;
    private final Backoff backoff;
    private long notBeforeNanos = System.nanoTime();

    Unit(String source, RandomGenerator random) {
      this.source = source;
      this.backoff = new Backoff(SHORTEST_PAUSE, LONGEST_PAUSE, random);
    }
  }

  /// Asks until interrupted.
  public void run() throws InterruptedException {
    try {
      while (true) {
        Task next = tasks.stream().min(Comparator.comparing(Task::dueNanos)).orElseThrow();
        long now = System.nanoTime();
        Thread.sleep(Duration.ofNanos(Math.max(0, next.dueNanos() - now)));
        next.dueNanos = Math.max(next.dueNanos() + next.batch.every().toNanos(), now);
        read(next);
      }
    } finally {
      link.close();
    }
  }

  private void read(Task task) throws InterruptedException {
    Unit unit = task.unit;
    try {
      var pdu = link.exchange(unitId(task), RegisterValues.request(task.batch), config.timeout());
      keep(unit, readings(task.batch, RegisterValues.bytes(task.batch, pdu)));
      if (!task.lastFailure.isEmpty()) {
        LOG.log(Level.INFO, "modbus device answers again: source={0}", unit.source);
      }
      task.lastFailure = "";
      silentInARow = 0;
      unit.backoff.reset();
    } catch (SocketTimeoutException e) {
      failed(task, "no answer within " + config.timeout().toMillis() + " ms");
      unit.notBeforeNanos = System.nanoTime() + unit.backoff.next().toNanos();
      if (++silentInARow >= MOST_SILENT) {
        // The other end may be gone without a word: only a new connection tells.
        silentInARow = 0;
        link.close();
      }
    } catch (ModbusException e) {
      // It answers: its other registers may be good.
      silentInARow = 0;
      log(task, String.valueOf(e.getMessage()));
      intake.refused(
          unit.source, new ReadingException(Reason.ANSWER, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      failed(task, String.valueOf(e.getMessage()));
      long pauseNanos = unit.backoff.next().toNanos();
      tasks.forEach(each -> each.unit.notBeforeNanos = System.nanoTime() + pauseNanos);
    }
  }

  private static int unitId(Task task) {
    return task.batch.unitId();
  }

  private List<Reading> readings(Batch batch, byte[] bytes) {
    long nowMs = clock.millis();
    List<Reading> readings = new ArrayList<>();
    for (ModbusRegister register : batch.registers()) {
      double value = RegisterValues.value(batch, register, bytes);
      // NaN is how many devices say that a value is not there.
      if (Double.isFinite(value)) {
        readings.add(
            new Reading(register.device(), register.sensor(), register.unit(), nowMs, value));
      }
    }
    return readings;
  }

  private void keep(Unit unit, List<Reading> readings) throws InterruptedException {
    try {
      intake.accept(unit.source, readings);
    } catch (SpoolException e) {
      // Counted there; the next reading may find room.
      LOG.log(Level.DEBUG, "no room for readings: source={0}", unit.source);
    }
  }

  private void failed(Task task, String why) {
    intake.failed(task.unit.source, why);
    log(task, why);
  }

  private static void log(Task task, String why) {
    Level level = why.equals(task.lastFailure) ? Level.DEBUG : Level.WARNING;
    task.lastFailure = why;
    LOG.log(
        level,
        "modbus device failed and will be asked again: source={0} cause={1}",
        task.unit.source,
        why);
  }
}
