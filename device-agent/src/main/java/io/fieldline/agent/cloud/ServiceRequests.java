// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.cloud.CloudConnection.Delivery;
import io.fieldline.agent.cloud.CloudConnection.Published;
import io.fieldline.agent.json.JsonSyntaxException;
import io.fieldline.agent.json.JsonText;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Asks one of AWS IoT's services over MQTT: what is published to a topic is answered on
/// `<topic>/accepted` or on `<topic>/rejected`. One request at a time.
///
/// Source: AWS IoT Core Developer Guide, Device provisioning MQTT API; Jobs device MQTT API.
public final class ServiceRequests {
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final CloudConnection cloud;
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private final BlockingQueue<CloudMessage> answers = new LinkedBlockingQueue<>();
  private final Map<String, Runnable> bells = new ConcurrentHashMap<>();
  private volatile String asked = "";

  ServiceRequests(CloudConnection cloud) {
    this.cloud = cloud;
  }

  /// The answer to a request.
  ///
  /// @throws ServiceRejection if the service answered that it will not
  /// @throws IOException if there was no answer, saying why
  public Map<String, Object> ask(String topic, Map<String, Object> request)
      throws ServiceRejection, IOException, InterruptedException {
    List<String> heard = List.of(Topics.accepted(topic), Topics.rejected(topic));
    oneAtATime.lockInterruptibly();
    try {
      if (!cloud.state().isConnected()) {
        throw new IOException("not connected to the cloud");
      }
      Optional<String> refused = cloud.subscribe(heard, ANSWER);
      if (refused.isPresent()) {
        throw new IOException(refused.get());
      }
      try {
        return answer(topic, request);
      } finally {
        cloud.unsubscribe(heard);
      }
    } finally {
      oneAtATime.unlock();
    }
  }

  private Map<String, Object> answer(String topic, Map<String, Object> request)
      throws ServiceRejection, IOException, InterruptedException {
    answers.clear();
    asked = topic;
    try {
      var published = new LinkedBlockingQueue<Published>();
      byte[] payload = JsonText.write(request).getBytes(StandardCharsets.UTF_8);
      cloud.publish(topic, payload, Delivery.AT_LEAST_ONCE, published::add);
      @Nullable CloudMessage answer = answers.poll(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw new IOException(noAnswer(topic, published.poll()));
      }
      String text = new String(answer.payload(), StandardCharsets.UTF_8);
      Map<String, Object> document = JsonText.parseObject(text);
      if (!answer.topic().equals(Topics.accepted(topic))) {
        throw new ServiceRejection(document);
      }
      return document;
    } catch (JsonSyntaxException e) {
      throw new IOException("the answer on " + topic + " is no JSON object: " + e.getMessage(), e);
    } finally {
      asked = "";
    }
  }

  private static String noAnswer(String topic, @Nullable Published published) {
    if (published == Published.REFUSED) {
      return "not allowed to publish to " + topic + ": a policy of the certificate must allow it";
    }
    return "no answer within "
        + ANSWER.toSeconds()
        + " s on "
        + Topics.accepted(topic)
        + ": may the certificate publish to "
        + topic
        + " and receive that?";
  }

  /// Hears a topic in this session, and rings at each message.
  ///
  /// @throws IOException if it may not be heard
  public void listen(String topic, Runnable bell) throws IOException, InterruptedException {
    bells.put(topic, bell);
    Optional<String> refused = cloud.subscribe(List.of(topic), ANSWER);
    if (refused.isPresent()) {
      throw new IOException(refused.get());
    }
  }

  /// The state of the connection that they go over.
  public LinkState state() {
    return cloud.state();
  }

  /// Takes a message if it answers what was asked, or is on a topic that is listened to.
  boolean take(CloudMessage message) {
    Runnable bell = bells.get(message.topic());
    if (bell != null) {
      bell.run();
      return true;
    }
    String topic = asked;
    if (topic.isEmpty()
        || !(message.topic().equals(Topics.accepted(topic))
            || message.topic().equals(Topics.rejected(topic)))) {
      return false;
    }
    answers.add(message);
    return true;
  }
}
