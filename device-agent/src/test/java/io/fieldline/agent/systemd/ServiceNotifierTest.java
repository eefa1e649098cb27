// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class ServiceNotifierTest {
  private static final long PID = 4711;
  private static final Pulse ALIVE =
      new Pulse("spool", Duration.ofSeconds(60), () -> Duration.ofSeconds(59));
  private static final Pulse STUCK =
      new Pulse("uplink", Duration.ofSeconds(60), () -> Duration.ofSeconds(61));

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"path", "abstract"})
  void everyStepOfALifeArrivesAtTheSocket(String kind) throws Throwable {
    String name = kind.equals("path") ? folder + "/notify" : "@fieldline-" + folder.hashCode();
    try (var manager = new DatagramReceiver(name)) {
      var service = new ServiceNotifier(Map.of("NOTIFY_SOCKET", name), PID);

      service.ready("listening\nhere");
      service.status("connected");
      service.status("connected");
      service.alive(List.of(ALIVE));
      service.stopping();

      assertThat(manager.await("READY=1")).isEqualTo("READY=1\nSTATUS=listening here");
      manager.await("STATUS=connected");
      assertThat(manager.await("WATCHDOG=1")).isEqualTo("WATCHDOG=1");
      manager.await("STOPPING=1");
    }
  }

  @Test
  void aStuckLoopSilencesTheWatchdogUntilItGoesOn() throws Throwable {
    String name = folder + "/notify";
    try (var manager = new DatagramReceiver(name)) {
      var service = new ServiceNotifier(Map.of("NOTIFY_SOCKET", name), PID);

      service.alive(List.of(ALIVE, STUCK));
      service.status("between");
      service.alive(List.of(ALIVE));

      manager.await("STATUS=between");
      manager.await("WATCHDOG=1");
      assertThat(manager.others()).isEmpty();
    }
  }

  @Test
  void watchdogIsKeptAtHalfItsTimeByTheProcessThatIsMeant() {
    Map<String, String> mine =
        Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "4711");
    Map<String, String> anothers =
        Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "30000000", "WATCHDOG_PID", "1");
    Map<String, String> wrong = Map.of("NOTIFY_SOCKET", "/run/x", "WATCHDOG_USEC", "soon");

    assertThat(new ServiceNotifier(mine, PID).watchdogPeriod()).contains(Duration.ofSeconds(15));
    assertThat(new ServiceNotifier(anothers, PID).watchdogPeriod()).isEmpty();
    assertThat(new ServiceNotifier(wrong, PID).watchdogPeriod()).isEmpty();
    assertThat(new ServiceNotifier(Map.of(), PID).watchdogPeriod()).isEmpty();
  }

  /// No socket, one where nobody listens, one of a kind that is not known: the program goes on.
  @ParameterizedTest
  @ValueSource(strings = {"", "/nowhere/notify", "vsock:2:1", "relative"})
  void whatCannotBeToldDoesNotStopTheProgram(String name) {
    var service = new ServiceNotifier(Map.of("NOTIFY_SOCKET", name), PID);

    service.ready("listening");
    service.alive(List.of(ALIVE));
    service.stopping();

    assertThat(service.watchdogPeriod()).isEmpty();
  }
}
