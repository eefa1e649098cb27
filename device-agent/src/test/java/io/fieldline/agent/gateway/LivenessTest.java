// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.agent.config.ChildrenConfig.Child;
import io.fieldline.agent.config.ChildrenConfig.Terms;
import io.fieldline.agent.config.ChildrenConfig.Unknown;
import io.fieldline.messages.Reading;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LivenessTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final List<String> told = new ArrayList<>();
  private boolean noRoom;

  private final Liveness liveness =
      new Liveness(
          "gw",
          new ChildrenConfig(
              Unknown.ACCEPT,
              Terms.NONE,
              List.of(
                  new Child(
                      "gw:pump",
                      Optional.empty(),
                      Optional.empty(),
                      new Terms(0, 1, Duration.ofSeconds(10))))),
          Clock.fixed(NOW, ZoneOffset.UTC),
          nanos::get);

  @Test
  void childIsToldOnlineWhenHeardOfflineWhenSilentAndOnlineAgain() throws Exception {
    check();
    assertThat(told).isEmpty();
    heard("gw:pump");
    check();
    after(9);
    check();
    assertThat(told).containsExactly("gw:pump agent.online 1.0");

    after(2);
    check();
    check();
    heard("gw:pump");
    check();

    assertThat(told)
        .containsExactly(
            "gw:pump agent.online 1.0", "gw:pump agent.online 0.0", "gw:pump agent.online 1.0");
  }

  @Test
  void childThatIsNeverHeardIsOfflineAndOthersAreNobodysBusiness() throws Exception {
    heard("gw");
    heard("gw:stranger");
    after(11);
    check();

    assertThat(told).containsExactly("gw:pump agent.online 0.0");
  }

  @Test
  void whoKnowsItSaysThatAChildIsGoneAndAReadingBringsItBack() throws Exception {
    liveness.presence("gw:plug", false);
    check();
    heard("gw:plug");
    check();

    assertThat(told).containsExactly("gw:plug agent.online 0.0", "gw:plug agent.online 1.0");
  }

  @Test
  void whatCannotBeKeptIsToldAgain() throws Exception {
    noRoom = true;
    liveness.presence("gw:plug", false);
    check();
    assertThat(told).isEmpty();

    noRoom = false;
    check();
    check();

    assertThat(told).containsExactly("gw:plug agent.online 0.0");
  }

  private void heard(String device) {
    liveness.heard(List.of(new Reading(device, "t", "", NOW.toEpochMilli(), 1)));
  }

  private void after(int seconds) {
    nanos.addAndGet(Duration.ofSeconds(seconds).toNanos());
  }

  private void check() throws InterruptedException {
    liveness.check(readings -> {
      if (noRoom) {
        throw new IOException("no room");
      }
      readings.forEach(r -> told.add(r.device() + " " + r.sensor() + " " + r.value()));
    });
  }
}
