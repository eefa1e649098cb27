// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.ways.Step;
import io.fieldline.mqtt.TopicName;
import java.util.LinkedHashMap;
import java.util.Map;

/// Whom the latest messages went to: of each, at once, when it is taken out of a session's queue,
/// or as the retained message of a new subscription. Thread-safe.
final class Deliveries {
  private static final int MOST = 1_000;

  private final Map<Published, Step> latest = new Latest();

  /// One publish: its own topic name, which is handed around with it, and no other of that text.
  private record Published(TopicName topic) {
    @Override
    @SuppressWarnings("ReferenceEquality") // that is the point of it
    public boolean equals(Object other) {
      return other instanceof Published(TopicName same) && same == topic;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(topic);
    }
  }

  /// From now on the message of this topic name is delivered.
  void routed(TopicName topic, Step publish) {
    if (publish.isOnWay()) {
      synchronized (latest) {
        latest.put(new Published(topic), publish);
      }
    }
  }

  /// Begins the step of handing it to a client: led to by its publish, or by what is being answered
  /// without one.
  Step to(String clientId, TopicName topic, String resource, String principal) {
    Step publish;
    synchronized (latest) {
      publish = latest.getOrDefault(new Published(topic), Step.current());
    }
    return publish.begin(Step.Kind.DELIVERY, Step.Lane.DEVICE, clientId, resource, principal);
  }

  private static final class Latest extends LinkedHashMap<Published, Step> {
    private static final long serialVersionUID = 1;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Published, Step> eldest) {
      return size() > MOST;
    }
  }
}
