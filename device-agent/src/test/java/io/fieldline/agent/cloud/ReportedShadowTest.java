// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.state.StateFile;
import io.fieldline.messages.Topics;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two who change one shadow, and the device that is away now and then.
class ReportedShadowTest {
  @TempDir Path folder;

  private final ShadowInMemory cloud = new ShadowInMemory(Topics.shadow("gw"));
  private final Metrics metrics = new Metrics();
  private final List<Map<String, Object>> agreed = new ArrayList<>();

  private ReportedShadow shadow() {
    var shadow =
        new ReportedShadow(
            cloud, Topics.shadow("gw"), StateFile.at(folder, "gw"), true, metrics, agreed::add);
    cloud.receiver(shadow::take);
    return shadow;
  }

  private void connect(ReportedShadow shadow) {
    cloud.connect();
    shadow.begin(true);
  }

  @Test
  void aSwitchMovedWhileOfflineIsReportedAndWhatOthersChangedMeanwhileStays() {
    ReportedShadow shadow = shadow();
    shadow.report(Map.of("lamp", false, "fan", 1L));
    connect(shadow);
    cloud.deliver();
    cloud.disconnect();

    shadow.report(Map.of("lamp", true));
    cloud.change(Map.of("room", "kitchen"));
    connect(shadow);
    cloud.deliver();

    assertThat(cloud.reported()).isEqualTo(Map.of("lamp", true, "room", "kitchen"));
    assertThat(agreed.getLast()).isEqualTo(Map.of("lamp", true));
  }

  /// Also when it was started anew in between: what was agreed on is on the disk.
  @Test
  void whatTheDeviceHasNoMoreGoesAfterARestart() {
    ReportedShadow before = shadow();
    before.report(Map.of("lamp", true, "fan", 1L));
    connect(before);
    cloud.deliver();
    cloud.disconnect();

    ReportedShadow after = shadow();
    after.report(Map.of("fan", 1L));
    connect(after);
    cloud.deliver();

    assertThat(cloud.reported()).isEqualTo(Map.of("fan", 1L));
  }

  @Test
  void anUpdateThatWasOvertakenIsRefusedReadAgainAndMadeAnew() {
    ReportedShadow shadow = shadow();
    cloud.change(Map.of("room", 0L));
    connect(shadow);
    cloud.deliver();
    shadow.report(Map.of("lamp", true));
    cloud.change(Map.of("lamp", 7L, "room", 1L));
    cloud.deliver();

    assertThat(metrics.count("fieldline_shadow_conflicts_total")).isEqualTo(1);
    assertThat(cloud.reported()).isEqualTo(Map.of("lamp", true, "room", 1L));
  }

  @Test
  void oneUpdateIsUnderWayAtATime() {
    ReportedShadow shadow = shadow();
    connect(shadow);
    cloud.deliver();
    for (long i = 0; i < 10; i++) {
      shadow.report(Map.of("level", i));
    }

    assertThat(cloud.updatesUnderWay()).isEqualTo(1);
    cloud.deliver();
    assertThat(cloud.reported()).isEqualTo(Map.of("level", 9L));
    assertThat(cloud.version()).isEqualTo(2);
  }

  @Test
  void whatTheShadowWillNotTakeIsNotSentAgainUntilItIsOther() {
    cloud.refuse(413, "too large");
    ReportedShadow shadow = shadow();
    shadow.report(Map.of("lamp", true));
    connect(shadow);
    cloud.deliver();
    shadow.tick();
    cloud.deliver();
    assertThat(cloud.updates()).isEqualTo(1);

    cloud.refuse(0, "");
    shadow.report(Map.of("lamp", false));
    cloud.deliver();
    assertThat(cloud.reported()).isEqualTo(Map.of("lamp", false));
  }

  /// Edits and deletions on both sides, sessions that end in the middle of it, restarts: in the end
  /// the cloud has all that the device says and what it said before and says no more is gone.
  @RepeatedTest(30)
  void whateverBothDoTheyAgreeInTheEnd(RepetitionInfo round) {
    var random = new SplittableRandom(round.getCurrentRepetition());
    ReportedShadow shadow = shadow();
    Map<String, Object> says = Map.of();
    for (int step = 0; step < 120; step++) {
      switch (random.nextInt(7)) {
        case 0, 1 -> {
          says = ShadowMerge.pruned(ShadowMergeTest.edited(random, says, 2));
          shadow.report(says);
        }
        case 2 -> cloud.change(Map.of("other", ShadowMergeTest.document(random, 1)));
        case 3 ->
            cloud.change(
                Map.of("a", random.nextBoolean() ? JsonText.NULL : (Object) random.nextLong(9)));
        case 4 -> cloud.deliver(random.nextInt(3));
        case 5 -> {
          cloud.disconnect();
          if (random.nextBoolean()) {
            connect(shadow);
          }
        }
        default -> {
          if (random.nextInt(4) == 0) {
            cloud.disconnect();
            shadow = shadow();
            shadow.report(says);
          }
        }
      }
    }
    cloud.disconnect();
    connect(shadow);
    cloud.deliver();

    assertThat(agreed.getLast()).isEqualTo(says);
    assertThat(ShadowMerge.patch(cloud.reported(), ShadowMerge.merge(says, says, cloud.reported())))
        .isEmpty();
    assertThat(cloud.mostUpdatesUnderWay()).isLessThanOrEqualTo(1);
  }
}
