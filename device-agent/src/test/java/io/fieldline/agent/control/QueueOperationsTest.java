// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.agent.DeviceAgent;
import io.fieldline.agent.LocalAgent;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The queue of an agent that has no connection.
@Timeout(60)
class QueueOperationsTest {
  private static final long AT_MS = 1_767_225_600_000L;

  @TempDir Path folder;

  private DeviceAgent agent;
  private QueueOperations queue;

  @BeforeEach
  void threeBatches() throws Exception {
    agent = LocalAgent.offline(folder);
    queue = new QueueOperations(agent.spool());
    for (String device : List.of("gw:a", "gw:b", "gw:c")) {
      agent.intake().accept("test", List.of(new Reading(device, "t", "Cel", AT_MS, 21.5)));
      awaitBatches(device.equals("gw:a") ? 1 : device.equals("gw:b") ? 2 : 3);
    }
  }

  @AfterEach
  void end() {
    agent.close();
  }

  @Test
  void listTellsOfEachLaneHowMuchWaitsAndSinceWhen() throws Exception {
    Map<String, Object> lanes = queue.list(arguments(Map.of()), _ -> {});

    assertThat(lanes.keySet()).containsExactly("alarm", "telemetry", "window", "bulk");
    assertThat(JsonText.object(lanes.get("telemetry")).orElseThrow())
        .containsEntry("batches", 3L)
        .containsEntry("readings", 3L)
        .containsEntry("oldestAt", "2026-01-01T00:00:00Z")
        .containsEntry("lostReadings", 0L);
    assertThat(JsonText.object(lanes.get("alarm")).orElseThrow()).containsEntry("batches", 0L);
    assertThat(JsonText.write(agent.status().document()))
        .contains("\"oldestAt\":\"2026-01-01T00:00:00Z\"");
  }

  @Test
  void peekShowsTheOldestWithTheirReadingsAndTakesNothing() throws Exception {
    List<Map<String, Object>> items = new ArrayList<>();

    queue.peek(arguments(Map.of("count", 2L)), items::add);

    assertThat(items).extracting(item -> item.get("device")).containsExactly("gw:a", "gw:b");
    assertThat(TextView.item(Subcommand.QUEUE_PEEK, items.getFirst()))
        .startsWith("telemetry gw:a firstSeq 0, ")
        .endsWith(" bytes\n  2026-01-01T00:00:00Z  t = 21.5 Cel\n");
    awaitBatches(3);
  }

  @Test
  void exportSendsAllAndDropGivesUpTheOldestOnlyWhenItIsMeant() throws Exception {
    List<Map<String, Object>> items = new ArrayList<>();

    assertThat(queue.export(arguments(Map.of()), items::add)).containsEntry("batches", 3L);
    assertThat(items).hasSize(3);
    assertThatThrownBy(() -> queue.drop(arguments(Map.of("count", 2L)), _ -> {}))
        .isInstanceOf(ControlException.class)
        .hasMessageContaining("--yes expected: the oldest 2 batches of lane telemetry");
    awaitBatches(3);

    assertThat(queue.drop(arguments(Map.of("count", 2L, "yes", true)), _ -> {}))
        .containsEntry("droppedReadings", 2L);

    awaitBatches(1);
    assertThat(agent.spool().stats().gap().readings()).isEqualTo(2);
    assertThatThrownBy(() -> queue.peek(arguments(Map.of("lane", "fast")), _ -> {}))
        .hasMessage("one of alarm, telemetry, window, bulk expected as lane, got fast");
  }

  private void awaitBatches(long expected) throws Exception {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    long found = -1;
    while (found != expected) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("expected " + expected + " batches, got " + found);
      }
      found =
          queue.export(arguments(Map.of("lane", "telemetry")), _ -> {}).get("batches")
                  instanceof Long count
              ? count
              : -1;
    }
  }

  private static Arguments arguments(Map<String, Object> values) {
    return new Arguments(values);
  }
}
