// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.systemd;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The service manager's side of a program's life: `READY=1`, `STATUS=…`, `WATCHDOG=1`,
/// `STOPPING=1`. Does nothing where no service manager has asked for it. May be called from any
/// thread.
///
/// Source: sd_notify(3), sd_watchdog_enabled(3), systemd.service(5) Type=notify and WatchdogSec=.
public final class ServiceNotifier {
  private static final Logger LOG = System.getLogger(ServiceNotifier.class.getName());

  private final Optional<UnixDatagram> socket;
  private final Optional<Duration> watchdog;
  private String lastStatus = "";
  private boolean failureLogged;
  private boolean stuckLogged;

  /// A notifier as the environment says: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`. What it
  /// says wrongly is logged and left.
  public ServiceNotifier(Map<String, String> environment, long pid) {
    this.socket = socket(environment.getOrDefault("NOTIFY_SOCKET", ""));
    this.watchdog = socket.isPresent() ? watchdog(environment, pid) : Optional.empty();
  }

  private static Optional<UnixDatagram> socket(String name) {
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new UnixDatagram(name));
    } catch (IOException e) {
      LOG.log(
          Level.WARNING, "the service manager is told nothing: NOTIFY_SOCKET: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    String whose = environment.getOrDefault("WATCHDOG_PID", String.valueOf(pid));
    if (micros.isEmpty() || !whose.equals(String.valueOf(pid))) {
      return Optional.empty();
    }
    if (!micros.matches("[1-9]\\d{0,15}")) {
      LOG.log(
          Level.WARNING,
          "no watchdog: WATCHDOG_USEC: a positive number of microseconds expected, got {0}",
          micros);
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(Long.parseLong(micros) * 1000));
  }

  /// Whether there is a service manager that wants to know.
  public boolean isHeard() {
    return socket.isPresent();
  }

  /// How often [#alive] has to be called: half the time after which the service manager would kill.
  /// Empty if it does not watch.
  public Optional<Duration> watchdogPeriod() {
    return watchdog.map(period -> period.dividedBy(2));
  }

  /// Started: what it keeps is recovered, and who calls is answered.
  public synchronized void ready(String status) {
    lastStatus = status;
    send("READY=1\nSTATUS=" + line(status));
  }

  /// One line for a person.
  public synchronized void status(String status) {
    if (!status.equals(lastStatus)) {
      lastStatus = status;
      send("STATUS=" + line(status));
    }
  }

  private static String line(String status) {
    return status.replace('\n', ' ');
  }

  /// Tells that the program lives, unless one of these loops is stuck: then the service manager
  /// hears nothing more and starts the program again.
  public synchronized void alive(List<Pulse> pulses) {
    Optional<Pulse> stuck = pulses.stream().filter(Pulse::isStuck).findFirst();
    if (stuck.isEmpty()) {
      stuckLogged = false;
      send("WATCHDOG=1");
    } else if (!stuckLogged) {
      stuckLogged = true;
      LOG.log(
          Level.ERROR,
          "a loop is stuck, the service manager is no more told that the agent lives: loop={0}"
              + " silentSeconds={1} expectedSeconds={2}",
          stuck.get().loop(),
          stuck.get().since().get().toSeconds(),
          stuck.get().longest().toSeconds());
    }
  }

  /// It ends, as it was told to.
  public synchronized void stopping() {
    send("STOPPING=1\nSTATUS=stopping");
  }

  private void send(String text) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      socket.get().send(text);
      failureLogged = false;
    } catch (IOException e) {
      if (!failureLogged) {
        failureLogged = true;
        LOG.log(Level.WARNING, "the service manager could not be told: {0}", e.getMessage());
      }
    }
  }
}
