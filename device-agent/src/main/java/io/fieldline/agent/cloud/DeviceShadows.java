// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.Backoff;
import io.fieldline.agent.command.CommandRouter;
import io.fieldline.agent.command.Outcome;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;

/// Keeps the thing's shadows and the agent in step: commands, live path, alarm rules, and the
/// classic shadow, where the device's state is reported.
public final class DeviceShadows {
  private static final Logger LOG = System.getLogger(DeviceShadows.class.getName());
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final Duration TICK = Duration.ofSeconds(30);

  /// Shadow documents tell whole seconds.
  private static final long HALF_A_SECOND_MS = 500;

  private static final long LONGEST_ANSWER_MS = 10_000;

  private final CloudConnection cloud;
  private final BlockingQueue<CloudMessage> inbox;
  private final ServiceRequests services;
  private final ReportedShadow state;
  private final Optional<ConfigShadow> configuration;
  private final AlarmShadow alarms;
  private final CommandShadow commands;
  private final LivePath live;
  private final ShadowRequests requests;
  private final CommandRouter router;
  private final DeviceState device;
  private final CloudTime time;
  private final Metrics metrics;
  private final Backoff backoff;
  private volatile long askedNanos = System.nanoTime();

  /// @param time hears what time the cloud says it is
  DeviceShadows(
      CloudConnection cloud,
      BlockingQueue<CloudMessage> inbox,
      ServiceRequests services,
      ReportedShadow state,
      Optional<ConfigShadow> configuration,
      AlarmShadow alarms,
      CommandShadow commands,
      LivePath live,
      ShadowRequests requests,
      CommandRouter router,
      DeviceState device,
      CloudTime time,
      Backoff backoff,
      Metrics metrics) {
    this.cloud = cloud;
    this.inbox = inbox;
    this.services = services;
    this.state = state;
    this.configuration = configuration;
    this.alarms = alarms;
    this.commands = commands;
    this.live = live;
    this.requests = requests;
    this.router = router;
    this.device = device;
    this.time = time;
    this.metrics = metrics;
    this.backoff = backoff;
  }

  /// Begins every session and reports what is left over, until interrupted.
  public void follow() throws IOException, InterruptedException {
    long session = 0;
    while (true) {
      long current = cloud.state().awaitSessionAfter(session, TICK);
      if (current != session) {
        if (!cloud.awaitReady(ANSWER)) {
          backoff.pause();
          continue;
        }
        backoff.reset();
        session = current;
        askedNanos = System.nanoTime();
        commands.begin(router.unreported());
        live.begin();
        state.begin(isHeard(state.filters()));
        if (configuration.isPresent()) {
          configuration.get().begin(isHeard(configuration.get().filters()));
        }
        alarms.begin(isHeard(alarms.filters()));
      } else {
        router.unreported().forEach(commands::report);
        state.tick();
        configuration.ifPresent(ConfigShadow::tick);
        alarms.tick();
      }
      reportState();
    }
  }

  /// A policy from before these shadows were heard does not keep the agent from its commands.
  private boolean isHeard(List<String> filters) throws InterruptedException {
    Optional<String> refused = cloud.hold(filters, ANSWER);
    refused.ifPresent(
        why -> LOG.log(Level.WARNING, "shadow is not heard in this session: {0}", why));
    return refused.isEmpty();
  }

  /// Takes messages of the cloud until interrupted.
  public void receive() throws IOException, InterruptedException {
    while (true) {
      CloudMessage message = inbox.take();
      if (services.take(message)) {
        continue;
      }
      try {
        String text = new String(message.payload(), StandardCharsets.UTF_8);
        Map<String, Object> document = JsonText.parseObject(text);
        hearTime(message.topic(), document);
        // What a person asked for is news to the agent, too.
        requests.take(message.topic(), document);
        if (!commands.take(message.topic(), document, router)
            && !state.take(message.topic(), document)
            && !isOfConfiguration(message.topic(), document)
            && !alarms.take(message.topic(), document)) {
          live.take(message.topic(), document);
        }
      } catch (JsonSyntaxException e) {
        metrics.add("fieldline_cloud_messages_malformed_total", 1);
        LOG.log(Level.WARNING, "message is no JSON object: topic={0}", message.topic());
      }
    }
  }

  private boolean isOfConfiguration(String topic, Map<String, Object> document) {
    return configuration.isPresent() && configuration.get().take(topic, document);
  }

  /// Only an answer tells the time, because it is known when it was asked for; a message that comes
  /// by itself may have been long under way.
  private void hearTime(String topic, Map<String, Object> document) {
    long underWayMs = Duration.ofNanos(System.nanoTime() - askedNanos).toMillis();
    if (commands.isAnswer(topic)
        && underWayMs <= LONGEST_ANSWER_MS
        && document.get("timestamp") instanceof Long seconds) {
      time.isNow(seconds * 1000 + HALF_A_SECOND_MS + underWayMs / 2, underWayMs / 2);
    }
  }

  /// Hears what time the cloud says it is.
  @FunctionalInterface
  interface CloudTime {
    /// @param uncertaintyMs how wrong that may be either way
    void isNow(long epochMs, long uncertaintyMs);
  }

  /// Reports a step of a command, and the actuator's state once it is done. Does not block.
  public void report(Outcome outcome) {
    commands.report(outcome);
    if (outcome.status() == Outcome.Status.SUCCEEDED) {
      reportState();
    }
  }

  /// Reports the device's state. Does not block.
  public void reportState() {
    state.report(device.document());
  }
}
