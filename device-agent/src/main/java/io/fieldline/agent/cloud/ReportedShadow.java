// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.cloud.CloudConnection.Delivery;
import io.fieldline.agent.cloud.CloudConnection.Published;
import io.fieldline.agent.health.Metrics;
import io.fieldline.agent.json.JsonText;
import io.fieldline.agent.state.StateFile;
import io.fieldline.messages.ShadowTopics;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The reported part of one shadow, kept at what the device says, while others may change it too
/// and the device may be away meanwhile.
///
/// What both last agreed on is on the disk ([ShadowMerge] says what it is for). One update is under
/// way at a time, and each names the version that it was made for: one that somebody else has
/// overtaken is refused by the shadow (409), read again and made anew. May be called from any
/// thread; waits for nothing.
final class ReportedShadow {
  private static final Logger LOG = System.getLogger(ReportedShadow.class.getName());
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final long CONFLICT = 409;
  private static final long THROTTLED = 429;
  private static final long SERVER_FAILED = 500;

  private final CloudConnection cloud;
  private final ShadowTopics topics;
  private final StateFile file;
  private final boolean unheard;
  private final Metrics metrics;
  private final Consumer<Map<String, Object>> agreed;
  private Map<String, Object> base = Map.of();
  private Optional<Map<String, Object>> local = Optional.empty();
  private Optional<Remote> remote = Optional.empty();
  private @Nullable UnderWay underWay;
  private Optional<Map<String, Object>> refused = Optional.empty();
  private boolean heard;
  private long tokens;

  /// What the cloud has; version 0 if there is no document.
  private record Remote(Map<String, Object> reported, long version) {}

  private record UnderWay(String token, Map<String, Object> local, long sinceNanos) {}

  /// @param file where it is kept what both agreed on
  /// @param unheard whether reports are sent where their answers may not be heard
  /// @param agreed hears each report that the cloud has
  ReportedShadow(
      CloudConnection cloud,
      ShadowTopics topics,
      StateFile file,
      boolean unheard,
      Metrics metrics,
      Consumer<Map<String, Object>> agreed) {
    this.cloud = cloud;
    this.topics = topics;
    this.file = file;
    this.unheard = unheard;
    this.metrics = metrics;
    this.agreed = agreed;
    try {
      this.base = file.read().orElse(Map.of());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "what was reported before cannot be read: topic={0}", topics, e);
    }
  }

  /// What it listens to.
  List<String> filters() {
    return List.of(topics.get() + "/+", topics.updateAccepted(), topics.updateRejected());
  }

  /// A session begins.
  ///
  /// @param listens whether the broker took [#filters]; if not, what the device says is sent as it
  ///   is, and no answer awaited
  synchronized void begin(boolean listens) {
    heard = listens;
    remote = Optional.empty();
    underWay = null;
    refused = Optional.empty();
    if (listens) {
      refresh();
    } else {
      local.ifPresent(this::sendUnheard);
    }
  }

  /// Asks for the document as it is.
  synchronized void refresh() {
    cloud.publish(topics.get(), new byte[0], Delivery.AT_LEAST_ONCE, _ -> {});
  }

  /// What the device says now.
  synchronized void report(Map<String, Object> says) {
    if (local.equals(Optional.of(says))) {
      return;
    }
    local = Optional.of(Map.copyOf(says));
    refused = Optional.empty();
    if (heard) {
      send();
    } else if (cloud.state().isConnected()) {
      sendUnheard(says);
    }
  }

  /// Looks after an answer that did not come; to be called now and again.
  synchronized void tick() {
    UnderWay late = underWay;
    boolean isLate = late != null && System.nanoTime() - late.sinceNanos > ANSWER.toNanos();
    if (heard && cloud.state().isConnected() && (isLate || remote.isEmpty())) {
      underWay = null;
      refresh();
    } else {
      send();
    }
  }

  private void sendUnheard(Map<String, Object> says) {
    if (unheard && !says.isEmpty()) {
      cloud.publish(topics.update(), Shadow.report(says, "state"), Delivery.AT_LEAST_ONCE, _ -> {});
    }
  }

  private void send() {
    if (underWay != null || remote.isEmpty() || local.isEmpty() || local.equals(refused)) {
      return;
    }
    Map<String, Object> says = local.get();
    Remote there = remote.get();
    Map<String, Object> patch =
        ShadowMerge.patch(
            there.reported, ShadowMerge.merge(base, ShadowMerge.pruned(says), there.reported));
    if (patch.isEmpty()) {
      agree(says);
      return;
    }
    String token = "r" + ++tokens;
    underWay = new UnderWay(token, says, System.nanoTime());
    Map<String, Object> update = new LinkedHashMap<>();
    update.put("state", Map.of("reported", patch));
    if (there.version > 0) {
      update.put("version", there.version);
    }
    update.put("clientToken", token);
    cloud.publish(
        topics.update(),
        JsonText.write(update).getBytes(StandardCharsets.UTF_8),
        Delivery.AT_LEAST_ONCE,
        published -> published(token, published));
  }

  private synchronized void published(String token, Published published) {
    UnderWay sent = underWay;
    if (published != Published.ACKNOWLEDGED && sent != null && sent.token.equals(token)) {
      // Nobody knows whether it came: the next look reads what is there.
      underWay = null;
      remote = Optional.empty();
      if (published == Published.REFUSED) {
        refused = Optional.of(sent.local);
      }
    }
  }

  private void agree(Map<String, Object> says) {
    if (!says.equals(base)) {
      try {
        file.write(says);
        base = says;
      } catch (IOException e) {
        LOG.log(Level.WARNING, "what was reported cannot be kept: topic={0}", topics, e);
      }
    }
    agreed.accept(says);
  }

  /// Takes a message if it is this shadow's.
  synchronized boolean take(String topic, Map<String, Object> document) {
    if (topic.equals(topics.getAccepted())) {
      is(Shadow.part(document, "reported"), Shadow.version(document));
    } else if (topic.equals(topics.getRejected())) {
      if (Shadow.isNotThere(document)) {
        is(Map.of(), 0);
      }
    } else if (topic.equals(topics.updateAccepted())) {
      accepted(document);
    } else if (topic.equals(topics.updateRejected())) {
      rejected(document);
    } else {
      return false;
    }
    return true;
  }

  private void is(Map<String, Object> reported, long version) {
    if (underWay == null) {
      remote = Optional.of(new Remote(reported, version));
      send();
    }
  }

  private void accepted(Map<String, Object> document) {
    UnderWay sent = underWay;
    long version = Shadow.version(document);
    if (remote.isPresent() && version > remote.get().version) {
      boolean next = version == remote.get().version + 1 || remote.get().version == 0;
      next &= !Shadow.takesAway(document, "reported");
      Map<String, Object> patch = Shadow.part(document, "reported");
      remote =
          next
              ? Optional.of(new Remote(ShadowMerge.patched(remote.get().reported, patch), version))
              : Optional.empty();
    }
    if (sent != null && Shadow.clientToken(document).equals(Optional.of(sent.token))) {
      underWay = null;
      agree(sent.local);
    }
    if (remote.isEmpty()) {
      refresh();
    } else {
      send();
    }
  }

  private void rejected(Map<String, Object> document) {
    UnderWay sent = underWay;
    if (sent == null || !Shadow.clientToken(document).equals(Optional.of(sent.token))) {
      return;
    }
    underWay = null;
    if (isCode(document, CONFLICT)) {
      metrics.add("fieldline_shadow_conflicts_total", 1);
      remote = Optional.empty();
      refresh();
      return;
    }
    metrics.add("fieldline_reports_rejected_total", 1);
    LOG.log(
        Level.WARNING,
        "report rejected by the shadow: topic={0} code={1} message={2}",
        topics.update(),
        document.getOrDefault("code", "?"),
        document.getOrDefault("message", "?"));
    boolean isOfTheMoment =
        document.get("code") instanceof Long code && (code == THROTTLED || code >= SERVER_FAILED);
    if (!isOfTheMoment) {
      refused = Optional.of(sent.local);
    }
  }

  private static boolean isCode(Map<String, Object> document, long code) {
    return document.get("code") instanceof Long told && told == code;
  }
}
