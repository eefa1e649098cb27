// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.command.CommandLedger;
import io.fieldline.agent.command.CommandRouter;
import io.fieldline.agent.command.DesiredCommand;
import io.fieldline.agent.command.Outcome;
import io.fieldline.agent.command.Outcome.Status;
import io.fieldline.agent.health.Metrics;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Outcomes into the shadow, which takes one update after the other.
class CommandShadowTest {
  @TempDir Path folder;

  private final ShadowInMemory cloud = new ShadowInMemory(Topics.shadow("gw", "commands"));
  private final Metrics metrics = new Metrics();
  private CommandLedger ledger;
  private CommandRouter router;
  private CommandShadow shadow;

  @BeforeEach
  void shadow() throws IOException {
    ledger = CommandLedger.open(folder);
    router = new CommandRouter(Map.of(), ledger, Clock.systemUTC(), metrics, _ -> {});
    shadow = new CommandShadow(cloud, Topics.shadow("gw", "commands"), ledger, metrics);
    cloud.receiver((topic, document) -> {
      try {
        return shadow.take(topic, document, router);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
    cloud.connect();
  }

  @AfterEach
  void close() throws IOException {
    ledger.close();
  }

  private Outcome kept(String id, Status status) throws IOException {
    var command = new DesiredCommand("lamp-" + id, id, true, 5);
    var outcome = new Outcome(command, status, 7, "");
    ledger.keep(outcome);
    return outcome;
  }

  @Test
  void manyOutcomesGoOneAfterTheOtherAndEachOnce() throws Exception {
    List<Outcome> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      all.add(kept("c" + i, Status.SUCCEEDED));
    }
    shadow.begin(router.unreported());
    router.unreported().forEach(shadow::report);
    cloud.deliver();

    assertThat(cloud.mostUpdatesUnderWay()).isEqualTo(1);
    assertThat(cloud.updates()).isEqualTo(20);
    assertThat(cloud.reported()).hasSize(20);
    assertThat(router.unreported()).isEmpty();
  }

  @Test
  void aLaterStepTakesThePlaceOfOneThatWaitsAndNoEarlierOneFollowsIt() throws Exception {
    shadow.report(kept("first", Status.SUCCEEDED));
    Outcome accepted = kept("second", Status.ACCEPTED);
    shadow.report(accepted);
    shadow.report(kept("second", Status.SUCCEEDED));
    shadow.report(accepted);
    cloud.deliver();

    assertThat(cloud.updates()).isEqualTo(1);
    shadow.begin(router.unreported());
    cloud.deliver();
    assertThat(cloud.reported().get("lamp-second").toString()).contains("SUCCEEDED");
    assertThat(router.unreported()).isEmpty();
  }

  @Test
  void whatWasUnderWayWhenTheSessionEndedGoesInTheNext() throws Exception {
    shadow.report(kept("one", Status.SUCCEEDED));
    shadow.report(kept("two", Status.FAILED));
    cloud.disconnect();
    cloud.connect();
    shadow.begin(router.unreported());
    cloud.deliver();

    assertThat(cloud.reported()).hasSize(2);
    assertThat(router.unreported()).isEmpty();
  }
}
