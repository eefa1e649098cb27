// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.health.Sources;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StallAlarmsTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Sources sources = new Sources(Clock.systemUTC(), nanos::get);
  private final StallAlarms alarms = new StallAlarms("gw", Clock.systemUTC(), sources);
  private final List<String> told = new ArrayList<>();
  private boolean noRoom;

  @Test
  void silenceIsToldOnceAndItsEndToo() throws Exception {
    sources.expectWithin("modbus plc.unit1", Duration.ofSeconds(5));
    sources.expectWithin("tcp", Duration.ZERO);
    check();
    after(6);
    noRoom = true;
    check();
    assertThat(told).isEmpty();
    noRoom = false;
    check();
    check();
    assertThat(told).containsExactly("gw agent.source.modbus.plc.unit1.stalled 1.0");

    sources.failed("modbus plc.unit1", "no answer");
    check();
    sources.heard("modbus plc.unit1", 1);
    check();
    after(4);
    check();

    assertThat(told)
        .containsExactly(
            "gw agent.source.modbus.plc.unit1.stalled 1.0",
            "gw agent.source.modbus.plc.unit1.stalled 0.0");
  }

  @Test
  void anyNameMakesASensorThatTheCloudTakes() {
    assertThat(StallAlarms.sensor("tcp-client scale.local:2000"))
        .isEqualTo("agent.source.tcp-client.scale.local.2000.stalled");
    assertThat(StallAlarms.sensor("tcp-client " + "x".repeat(200)))
        .hasSize(64)
        .endsWith(".stalled");
  }

  private void after(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private void check() throws InterruptedException {
    alarms.check(readings -> {
      if (noRoom) {
        throw new IOException("no room");
      }
      readings.forEach(r -> told.add(r.device() + " " + r.sensor() + " " + r.value()));
    });
  }
}
