// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.cloud.CloudConnection.Delivery;
import io.fieldline.agent.cloud.CloudConnection.Published;
import io.fieldline.agent.edge.AlarmWatch;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.AlarmMirror;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.ShadowTopics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/// The named shadow `alarms`: the backend's rules about this agent's devices to the [AlarmWatch],
/// what became of them to reported. Whatever is wrong with it, readings go out as before.
final class AlarmShadow {
  private static final Logger LOG = System.getLogger(AlarmShadow.class.getName());
  private static final int LONGEST_PROBLEM = 200;
  private static final int MOST_NAMED = 5;

  /// AWS IoT ends the session of who asks for what no policy allows, and says so: an agent that is
  /// newer than its stack does not go on asking.
  private static final int MOST_REFUSED = 2;

  private static final Duration REFUSED_PAUSE = Duration.ofHours(1);

  /// What gets no answer, since its session was cut or the service has too much to do, is asked for
  /// again, after twice as long each time.
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(10);

  private final CloudConnection cloud;
  private final ShadowTopics topics;
  private final AlarmWatch watch;
  private final LongSupplier nanos;
  private boolean heard;
  private boolean isAwaited;
  private int refused;
  private long askedSession = -1;
  private long askedNanos;
  private Duration pause = Duration.ZERO;

  /// @param nanos a monotonic clock
  AlarmShadow(CloudConnection cloud, ShadowTopics topics, AlarmWatch watch, LongSupplier nanos) {
    this.cloud = cloud;
    this.topics = topics;
    this.watch = watch;
    this.nanos = nanos;
  }

  /// What it listens to.
  List<String> filters() {
    return List.of(topics.getAccepted(), topics.getRejected(), topics.updateAccepted());
  }

  /// Begins a session. Until it is answered the rules of the one before hold.
  ///
  /// @param listens whether the broker took [#filters]
  synchronized void begin(boolean listens) {
    heard = listens;
    isAwaited = true;
    if (cloud.state().isRefused(askedSession)) {
      refused(refused + 1);
    }
    askInTime();
  }

  /// Asks again where no answer came; to be called now and again.
  synchronized void tick() {
    if (cloud.state().isConnected()) {
      askInTime();
    }
  }

  private void askInTime() {
    boolean isTime = pause.isZero() || nanos.getAsLong() - askedNanos >= pause.toNanos();
    if (heard && isAwaited && isTime) {
      ask();
    }
  }

  private void ask() {
    pause = pause.isZero() ? FIRST_PAUSE : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
    askedNanos = nanos.getAsLong();
    askedSession = cloud.state().session();
    cloud.publish(topics.get(), new byte[0], Delivery.AT_LEAST_ONCE, this::asked);
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private synchronized void asked(Published published) {
    if (published == Published.REFUSED) {
      refused(MOST_REFUSED);
    }
  }

  /// It may have been something else that was sent, the first time.
  private void refused(int times) {
    refused = times;
    askedSession = -1;
    pause = Duration.ZERO;
    if (times >= MOST_REFUSED) {
      pause = REFUSED_PAUSE;
      LOG.log(
          Level.WARNING,
          "alarm rules are not asked for, since the cloud refused it: may the certificate publish"
              + " to {0}?",
          topics.get());
    }
  }

  private synchronized void answered() {
    isAwaited = false;
    refused = 0;
    pause = Duration.ZERO;
  }

  private void rejected(Map<String, Object> document) {
    if (Shadow.isNotThere(document)) {
      answered();
      watch.rules(AlarmMirror.NONE);
    } else {
      LOG.log(
          Level.WARNING,
          "alarm rules were not told, they are asked for again: code={0} message={1}",
          document.getOrDefault("code", "?"),
          document.getOrDefault("message", "?"));
    }
  }

  /// What is asked for already may be answered as it was before.
  private synchronized void changed() {
    isAwaited = true;
    pause = Duration.ZERO;
    ask();
  }

  /// Takes a message if it is this shadow's.
  boolean take(String topic, Map<String, Object> document) {
    if (topic.equals(topics.getAccepted())) {
      answered();
      Map<String, Object> says = taken(Shadow.part(document, "desired"));
      report(says, Shadow.part(document, "reported"));
    } else if (topic.equals(topics.getRejected())) {
      rejected(document);
    } else if (topic.equals(topics.updateAccepted())) {
      if (Shadow.takesAway(document, "desired") || !Shadow.part(document, "desired").isEmpty()) {
        changed();
      }
    } else {
      return false;
    }
    return true;
  }

  /// What became of what is desired. A document that is no list of rules changes nothing.
  private Map<String, Object> taken(Map<String, Object> desired) {
    Map<String, Object> says = new LinkedHashMap<>();
    try {
      AlarmMirror mirror =
          desired.containsKey("rules")
              ? MessageCodec.decodeAlarmMirror(
                  JsonText.write(desired).getBytes(StandardCharsets.UTF_8))
              : AlarmMirror.NONE;
      watch.rules(mirror);
      if (!mirror.notUnderstood().isEmpty()) {
        LOG.log(Level.WARNING, "alarm rules not understood: {0}", mirror.notUnderstood());
        says.put(
            "notUnderstood",
            new TreeSet<>(mirror.notUnderstood().keySet()).stream().limit(MOST_NAMED).toList());
      }
    } catch (MessageException e) {
      String why = String.valueOf(e.getMessage());
      LOG.log(Level.WARNING, "alarm rules stay as they were: {0}", why);
      says.put("problem", why.substring(0, Math.min(LONGEST_PROBLEM, why.length())));
    }
    says.put("rules", (long) watch.count());
    return says;
  }

  /// Once for each change: what the shadow has already is not said again.
  private void report(Map<String, Object> says, Map<String, Object> reported) {
    Map<String, Object> patch = ShadowMerge.patch(reported, says);
    if (!patch.isEmpty()) {
      cloud.publish(
          topics.update(), Shadow.report(patch, "alarms"), Delivery.AT_LEAST_ONCE, _ -> {});
    }
  }
}
