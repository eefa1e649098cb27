// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.health.Sources.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourcesTest {
  private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

  private final AtomicLong nanos = new AtomicLong();
  private final Sources sources = new Sources(Clock.fixed(NOW, ZoneOffset.UTC), nanos::get);

  @Test
  void sourceThatMustBeHeardIsOverdueAfterThreeTimesAndFreshOnceHeard() {
    sources.expect("machine", Duration.ofSeconds(10));
    assertThat(state("machine")).isEqualTo(State.WAITING);

    pass(Duration.ofSeconds(36));

    assertThat(state("machine")).isEqualTo(State.STALLED);
    assertThat(sources.count(State.STALLED)).isEqualTo(1);
    sources.heard("machine", 4);
    assertThat(sources.all())
        .singleElement()
        .satisfies(source -> {
          assertThat(source.state()).isEqualTo(State.FRESH);
          assertThat(source.readings()).isEqualTo(4);
          assertThat(source.lastReadingAt()).contains(NOW);
        });
  }

  @Test
  void sourceThatComesWhenItLikesIsNeverOverdue() {
    sources.listen("tcp");
    pass(Duration.ofDays(100));

    assertThat(state("tcp")).isEqualTo(State.WAITING);
  }

  @Test
  void sourceThatFailedIsFailingUntilItIsHeard() {
    sources.failed("tcp-client scale:2000", "refused");
    sources.listen("tcp");

    assertThat(state("tcp-client scale:2000")).isEqualTo(State.FAILING);
    assertThat(sources.count(State.FAILING)).isEqualTo(1);

    sources.heard("tcp-client scale:2000", 1);
    assertThat(state("tcp-client scale:2000")).isEqualTo(State.FRESH);
  }

  @Test
  void whatIsRefusedIsRememberedAndDoesNotMakeTheSourceFail() {
    sources.heard("http", 1);
    sources.refused("http", "a number expected");

    assertThat(sources.all())
        .singleElement()
        .satisfies(source -> {
          assertThat(source.state()).isEqualTo(State.FRESH);
          assertThat(source.refusals()).isEqualTo(1);
          assertThat(source.lastError()).isEqualTo("a number expected");
          assertThat(source.lastErrorAt()).contains(NOW);
        });
  }

  private State state(String name) {
    return sources.all().stream()
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
