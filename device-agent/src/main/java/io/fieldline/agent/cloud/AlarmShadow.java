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

/// The named shadow `alarms`: the backend's rules about this agent's devices to the [AlarmWatch],
/// what became of them to reported. Whatever is wrong with it, readings go out as before.
final class AlarmShadow {
  private static final Logger LOG = System.getLogger(AlarmShadow.class.getName());
  private static final int LONGEST_PROBLEM = 200;
  private static final int MOST_NAMED = 5;

  /// AWS IoT ends the session of who asks for what no policy allows: an agent that is newer than
  /// its stack does not go on asking.
  private static final int UNANSWERED = 2;

  private static final Duration ASKED_AGAIN = Duration.ofHours(1);

  private final CloudConnection cloud;
  private final ShadowTopics topics;
  private final AlarmWatch watch;
  private boolean heard;
  private int unanswered;
  private long askedNanos;

  AlarmShadow(CloudConnection cloud, ShadowTopics topics, AlarmWatch watch) {
    this.cloud = cloud;
    this.topics = topics;
    this.watch = watch;
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
    if (listens && unanswered < UNANSWERED) {
      ask();
    } else if (unanswered == UNANSWERED) {
      unanswered++;
      LOG.log(
          Level.WARNING,
          "alarm rules are not asked for, since the session ended each time: may the certificate"
              + " publish to {0}?",
          topics.get());
    }
  }

  /// Asks once more, after long; to be called now and again.
  synchronized void tick() {
    boolean isTime = System.nanoTime() - askedNanos >= ASKED_AGAIN.toNanos();
    if (heard && unanswered > 0 && isTime && cloud.state().isConnected()) {
      unanswered = UNANSWERED - 1;
      ask();
    }
  }

  private void ask() {
    unanswered++;
    askedNanos = System.nanoTime();
    request();
  }

  private void request() {
    cloud.publish(topics.get(), new byte[0], Delivery.AT_LEAST_ONCE, this::asked);
  }

  private synchronized void asked(Published published) {
    if (published == Published.ACKNOWLEDGED) {
      unanswered = 0;
    }
  }

  /// Takes a message if it is this shadow's.
  boolean take(String topic, Map<String, Object> document) {
    if (topic.equals(topics.getAccepted())) {
      Map<String, Object> says = taken(Shadow.part(document, "desired"));
      report(says, Shadow.part(document, "reported"));
    } else if (topic.equals(topics.getRejected())) {
      if (Shadow.isNotThere(document)) {
        watch.rules(AlarmMirror.NONE);
      }
    } else if (topic.equals(topics.updateAccepted())) {
      if (Shadow.takesAway(document, "desired") || !Shadow.part(document, "desired").isEmpty()) {
        request();
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
