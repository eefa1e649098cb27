// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.cloud.CloudConnection.Published;
import io.fieldline.agent.config.AgentConfig;
import java.time.Duration;
import java.util.Optional;

/// The way around a network that lets no MQTT through: once there has been no session for so long,
/// batches go over HTTPS until there is one again.
final class Bypass implements AutoCloseable {
  private final LinkState link;
  private final Duration after;
  private final Optional<HttpsPublisher> https;

  Bypass(AgentConfig.Cloud cloud, LinkState link) {
    this.link = link;
    this.after = cloud.https().map(AgentConfig.Https::after).orElse(Duration.ZERO);
    this.https = cloud.https().map(way -> new HttpsPublisher(cloud, way.port()));
  }

  boolean isDue() {
    return https.isPresent() && link.downFor().compareTo(after) >= 0;
  }

  Published publish(String topic, byte[] payload) throws InterruptedException {
    return https.isPresent() ? https.get().publish(topic, payload) : Published.UNKNOWN;
  }

  @Override
  public void close() {
    https.ifPresent(HttpsPublisher::close);
  }
}
