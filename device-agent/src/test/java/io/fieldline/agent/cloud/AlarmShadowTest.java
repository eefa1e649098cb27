// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.edge.AlarmWatch;
import io.fieldline.messages.ShadowTopics;
import io.fieldline.messages.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How often the shadow of alarm rules is asked for, where no answer comes.
class AlarmShadowTest {
  private static final ShadowTopics TOPICS = Topics.shadow("gw", Topics.ALARMS_SHADOW);

  private final ShadowInMemory cloud = new ShadowInMemory(TOPICS);
  private long nowNanos;
  private final AlarmShadow shadow =
      new AlarmShadow(cloud, TOPICS, new AlarmWatch(() -> nowNanos), () -> nowNanos);

  AlarmShadowTest() {
    cloud.receiver(shadow::take);
    cloud.change(Map.of("of", "before"));
  }

  private void session() {
    cloud.connect();
    shadow.begin(true);
  }

  private void later(long seconds) {
    nowNanos += Duration.ofSeconds(seconds).toNanos();
    shadow.tick();
  }

  @Test
  void sessionsThatAreCutAreNoRefusal() {
    for (int cut = 0; cut < 5; cut++) {
      session();
      cloud.disconnect();
      later(20);
    }
    int before = cloud.gets();
    assertThat(before).as("not in each session").isBetween(2, 4);

    session();
    cloud.deliver();

    assertThat(cloud.gets()).isEqualTo(before + 1);
    assertThat(cloud.reported()).containsEntry("rules", 0L);
    cloud.disconnect();
    session();
    assertThat(cloud.gets()).as("each session asks").isEqualTo(before + 2);
  }

  @Test
  void whatIsRejectedForTheMomentIsAskedForAgainLaterEachTime() {
    cloud.refuseGets(429);
    session();
    cloud.deliver();
    shadow.tick();
    assertThat(cloud.gets()).isEqualTo(1);
    later(31);
    cloud.deliver();
    assertThat(cloud.gets()).isEqualTo(2);
    later(31);
    assertThat(cloud.gets()).isEqualTo(2);

    cloud.refuseGets(0);
    later(31);
    cloud.deliver();
    later(3600);
    assertThat(cloud.gets()).isEqualTo(3);
    assertThat(cloud.reported()).containsEntry("rules", 0L);

    // So is what somebody has changed.
    cloud.refuseGets(500);
    cloud.desire(Map.of("rules", List.of()));
    cloud.deliver();
    cloud.refuseGets(0);
    later(31);
    cloud.deliver();
    later(3600);
    assertThat(cloud.gets()).isEqualTo(5);
  }

  @Test
  void aCloudThatRefusesItTwiceIsAskedAfterAnHour() {
    for (int refused = 0; refused < 2; refused++) {
      session();
      cloud.disconnect(true);
    }
    session();
    later(3500);
    assertThat(cloud.gets()).isEqualTo(2);

    later(101);
    cloud.deliver();
    assertThat(cloud.gets()).isEqualTo(3);
    cloud.disconnect();
    session();
    assertThat(cloud.gets()).as("as if it had never been").isEqualTo(4);
  }
}
