// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.clock.AgentClock;
import io.fieldline.agent.cloud.CloudConnection.Delivery;
import io.fieldline.agent.ingest.Intake;
import io.fieldline.messages.Reading;
import io.fieldline.messages.ShadowTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// The live path: while somebody looks, the latest values go out once a second, unacknowledged.
/// Whether somebody looks stands in the named shadow `live`, desired `untilMs`.
public final class LivePath {
  private static final Duration LONGEST = Duration.ofHours(1);

  private final CloudConnection cloud;
  private final ShadowTopics topics;
  private final String liveTopic;
  private final Intake intake;
  private final Function<List<Reading>, List<byte[]>> encoder;
  private final AgentClock clock;
  private volatile long untilMs;

  LivePath(
      CloudConnection cloud,
      ShadowTopics topics,
      String liveTopic,
      Intake intake,
      Function<List<Reading>, List<byte[]>> encoder,
      AgentClock clock) {
    this.cloud = cloud;
    this.topics = topics;
    this.liveTopic = liveTopic;
    this.intake = intake;
    this.encoder = encoder;
    this.clock = clock;
  }

  void begin() {
    cloud.publish(topics.get(), new byte[0], Delivery.AT_LEAST_ONCE, _ -> {});
  }

  /// Takes a message if it is this shadow's.
  boolean take(String topic, Map<String, Object> document) {
    if (topic.equals(topics.getAccepted())) {
      follow(Shadow.part(document, "desired"));
    } else if (topic.equals(topics.updateDelta())) {
      follow(Shadow.delta(document));
    } else {
      return false;
    }
    return true;
  }

  private void follow(Map<String, Object> desired) {
    if (desired.get("untilMs") instanceof Long wanted) {
      untilMs = Math.min(wanted, clock.millis() + LONGEST.toMillis());
    }
  }

  /// Publishes what is new since the last call, if somebody looks.
  public void publish() {
    if (clock.millis() >= untilMs || !cloud.state().isConnected()) {
      return;
    }
    List<Reading> latest =
        intake.takeLatest().stream().flatMap(reading -> inRealTime(reading).stream()).toList();
    if (!latest.isEmpty()) {
      for (byte[] payload : encoder.apply(latest)) {
        cloud.publish(liveTopic, payload, Delivery.AT_MOST_ONCE, _ -> {});
      }
    }
  }

  private Optional<Reading> inRealTime(Reading reading) {
    OptionalLong shift = clock.shiftMs(reading.atMs());
    return shift.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Reading(
                reading.device(),
                reading.sensor(),
                reading.unit(),
                reading.atMs() + shift.getAsLong(),
                reading.value()));
  }
}
