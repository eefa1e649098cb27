// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.cloud.CloudConnection.Delivery;
import io.fieldline.agent.cloud.CloudConnection.Published;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.ShadowTopics;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asks for any shadow of the thing, or changes it, over the agent's own connection, and waits for
/// the answer. One request at a time.
///
/// Source: AWS IoT Core Developer Guide, "Device Shadow MQTT topics"; the client token comes back
/// in the answer.
public final class ShadowRequests {
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final String TOKEN = "agentctl-";

  private final CloudConnection cloud;
  private final String thing;
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private final AtomicLong tokens = new AtomicLong();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private volatile String expected = "";

  ShadowRequests(CloudConnection cloud, String thing) {
    this.cloud = cloud;
    this.thing = thing;
  }

  private record Answer(boolean accepted, Map<String, Object> document) {}

  /// A shadow's document.
  ///
  /// @param name empty for the classic shadow
  /// @throws IOException if it was not to be had, saying why
  public Map<String, Object> get(String name) throws IOException, InterruptedException {
    ShadowTopics topics = topics(name);
    return request(
        topics.get(), List.of(topics.getAccepted(), topics.getRejected()), new LinkedHashMap<>());
  }

  /// Changes a shadow; what was accepted.
  ///
  /// @param state with `desired` or `reported` or both
  public Map<String, Object> update(String name, Map<String, Object> state)
      throws IOException, InterruptedException {
    ShadowTopics topics = topics(name);
    return request(
        topics.update(),
        List.of(topics.updateAccepted(), topics.updateRejected()),
        new LinkedHashMap<>(Map.of("state", state)));
  }

  private ShadowTopics topics(String name) {
    return name.isEmpty() ? Topics.shadow(thing) : Topics.shadow(thing, name);
  }

  private Map<String, Object> request(
      String topic, List<String> heard, Map<String, Object> document)
      throws IOException, InterruptedException {
    oneAtATime.lockInterruptibly();
    try {
      if (!cloud.state().isConnected()) {
        throw new IOException("the agent is not connected to the cloud now: agentctl status");
      }
      Optional<String> refused = cloud.subscribe(heard, ANSWER);
      if (refused.isPresent()) {
        throw new IOException(refused.get());
      }
      try {
        return answer(topic, document);
      } finally {
        cloud.unsubscribe(heard);
      }
    } finally {
      oneAtATime.unlock();
    }
  }

  private Map<String, Object> answer(String topic, Map<String, Object> document)
      throws IOException, InterruptedException {
    String token = TOKEN + tokens.incrementAndGet();
    document.put("clientToken", token);
    answers.clear();
    expected = token;
    try {
      var published = new LinkedBlockingQueue<Published>();
      byte[] payload = JsonText.write(document).getBytes(StandardCharsets.UTF_8);
      cloud.publish(topic, payload, Delivery.AT_LEAST_ONCE, published::add);
      @Nullable Answer answer = answers.poll(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw new IOException(noAnswer(topic, published.poll()));
      }
      if (!answer.accepted) {
        throw new IOException(
            "the shadow answered "
                + answer.document.getOrDefault("code", "?")
                + ": "
                + answer.document.getOrDefault("message", "no reason given"));
      }
      answer.document.remove("clientToken");
      return answer.document;
    } finally {
      expected = "";
    }
  }

  private static String noAnswer(String topic, @Nullable Published published) {
    if (published == Published.REFUSED) {
      return "not allowed to publish to " + topic + ": a policy of the certificate must allow it";
    }
    return "no answer within "
        + ANSWER.toSeconds()
        + " s after publishing to "
        + topic
        + (published == Published.ACKNOWLEDGED
            ? " (which was acknowledged): may the certificate receive the answer's topic?"
            : " (which was not acknowledged): may the certificate publish there?");
  }

  /// Hears a message, which may be the answer that is waited for.
  void take(String topic, Map<String, Object> document) {
    String token = expected;
    if (!token.isEmpty() && token.equals(Shadow.clientToken(document).orElse(""))) {
      answers.add(new Answer(topic.endsWith("/accepted"), new LinkedHashMap<>(document)));
    }
  }
}
