// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.ShadowTopics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/// One shadow with its rules (versions, conflicts, merge), at the other end of a connection whose
/// messages go when the test says so.
final class ShadowInMemory implements CloudConnection {
  private final ShadowTopics topics;
  private final LinkState state = new LinkState(Instant.EPOCH);
  private final Deque<Runnable> underWay = new ArrayDeque<>();
  private BiPredicate<String, Map<String, Object>> receiver = (_, _) -> true;
  private Map<String, Object> reported = Map.of();
  private long version;
  private int updates;
  private int waiting;
  private int mostWaiting;
  private int gets;
  private long refusal;
  private long getRefusal;
  private String why = "";

  ShadowInMemory(ShadowTopics topics) {
    this.topics = topics;
  }

  void receiver(BiPredicate<String, Map<String, Object>> next) {
    receiver = next;
  }

  void connect() {
    underWay.clear();
    waiting = 0;
    state.connected(Instant.EPOCH);
  }

  /// What is under way is lost.
  void disconnect() {
    disconnect(false);
  }

  /// @param refused whether because of what was sent
  void disconnect(boolean refused) {
    underWay.clear();
    waiting = 0;
    state.disconnected(
        refused, LinkTrouble.of(Instant.EPOCH, "AWS_ERROR_MQTT5_USER_REQUESTED_STOP", ""));
  }

  /// Somebody else changes it.
  void change(Map<String, Object> patch) {
    accept(patch, Map.of());
  }

  /// Somebody desires something of it; what, nobody is told who asks.
  void desire(Map<String, Object> patch) {
    version++;
    answer(topics.updateAccepted(), Map.of("state", Map.of("desired", patch), "version", version));
  }

  void refuse(long code, String message) {
    refusal = code;
    why = message;
  }

  /// Who asks for it is refused so; with 0 no more.
  void refuseGets(long code) {
    getRefusal = code;
  }

  /// All messages go, and those that they cause.
  void deliver() {
    while (!underWay.isEmpty()) {
      underWay.pop().run();
    }
  }

  void deliver(int some) {
    for (int i = 0; i < some && !underWay.isEmpty(); i++) {
      underWay.pop().run();
    }
  }

  Map<String, Object> reported() {
    return reported;
  }

  long version() {
    return version;
  }

  /// How often it was asked for.
  int gets() {
    return gets;
  }

  int updates() {
    return updates;
  }

  int updatesUnderWay() {
    return waiting;
  }

  int mostUpdatesUnderWay() {
    return mostWaiting;
  }

  @Override
  public void publish(
      String topic, byte[] payload, Delivery delivery, Consumer<Published> outcome) {
    if (!state.isConnected()) {
      outcome.accept(Published.UNKNOWN);
      return;
    }
    if (topic.equals(topics.get())) {
      gets++;
    }
    if (topic.equals(topics.update())) {
      mostWaiting = Math.max(mostWaiting, ++waiting);
    }
    underWay.add(() -> arrive(topic, new String(payload, StandardCharsets.UTF_8), outcome));
  }

  private void arrive(String topic, String text, Consumer<Published> outcome) {
    outcome.accept(Published.ACKNOWLEDGED);
    if (topic.equals(topics.get())) {
      if (getRefusal > 0 || version == 0) {
        answer(topics.getRejected(), Map.of("code", getRefusal > 0 ? getRefusal : 404L));
      } else {
        answer(
            topics.getAccepted(),
            Map.of("state", Map.of("reported", reported), "version", version));
      }
      return;
    }
    Map<String, Object> update;
    try {
      update = JsonText.parseObject(text);
    } catch (JsonSyntaxException e) {
      throw new IllegalStateException(e);
    }
    updates++;
    Map<String, Object> token = Map.of("clientToken", update.get("clientToken"));
    boolean conflict = update.get("version") instanceof Long named && named != version;
    if (refusal > 0 || conflict) {
      Map<String, Object> error = new LinkedHashMap<>(token);
      error.put("code", conflict ? 409L : refusal);
      error.put("message", conflict ? "Version conflict" : why);
      waiting--;
      answer(topics.updateRejected(), error);
    } else {
      waiting--;
      accept(Shadow.part(update, "reported"), token);
    }
  }

  private void accept(Map<String, Object> patch, Map<String, Object> token) {
    reported = ShadowMerge.patched(reported, patch);
    version++;
    Map<String, Object> told = new LinkedHashMap<>(token);
    told.put("state", Map.of("reported", patch));
    told.put("version", version);
    answer(topics.updateAccepted(), told);
  }

  private void answer(String topic, Map<String, Object> document) {
    if (state.isConnected()) {
      underWay.add(() -> receiver.test(topic, document));
    }
  }

  @Override
  public LinkState state() {
    return state;
  }

  @Override
  public boolean awaitReady(Duration atMost) {
    return state.isConnected();
  }

  @Override
  public Optional<String> subscribe(List<String> filters, Duration atMost) {
    return Optional.empty();
  }

  @Override
  public Optional<String> hold(List<String> filters, Duration atMost) {
    return Optional.empty();
  }

  @Override
  public void unsubscribe(List<String> filters) {}

  @Override
  public void close() {}
}
