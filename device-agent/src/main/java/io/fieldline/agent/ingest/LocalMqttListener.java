// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.AgentConfig.TopicMapping;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import io.fieldline.mqtt.Client;
import io.fieldline.mqtt.MqttBroker;
import io.fieldline.mqtt.Origin;
import io.fieldline.mqtt.PublishInterceptor;
import io.fieldline.mqtt.PublishedMessage;
import io.fieldline.mqtt.Qos;
import io.fieldline.mqtt.TopicFilter;
import io.fieldline.mqtt.TopicName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A broker for the field's own devices. Topics that a mapping names, `<device>/<sensor>` (a value)
/// and `<device>` (what a line may hold) are readings; all topics are routed between the devices.
///
/// At QoS 1 the acknowledgement follows the disk. What is no reading is counted, and its sensor can
/// read why at `errors/<topic>`. What the spool has no room for is not acknowledged.
public final class LocalMqttListener implements AutoCloseable {
  private static final String ERRORS = "errors/";

  private final AgentConfig.Mqtt config;
  private final ReadingParser parser;
  private final Intake intake;
  private final List<TopicMatcher> matchers;
  private final MqttBroker broker;
  private final InetSocketAddress address;

  /// Binds the address and serves.
  public LocalMqttListener(AgentConfig.Mqtt config, ReadingParser parser, Intake intake)
      throws IOException {
    this.config = config;
    this.parser = parser;
    this.intake = intake;
    this.matchers = config.mappings().stream().map(TopicMatcher::new).toList();
    this.broker = MqttBroker.builder().interceptor(this::intercept).start();
    try {
      this.address = broker.listen(config.listen());
    } catch (IOException e) {
      broker.close();
      throw new IOException("mqtt.listen: " + e.getMessage(), e);
    }
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return address;
  }

  private PublishInterceptor.Verdict intercept(Origin origin, PublishedMessage message) {
    if (origin instanceof Origin.Published) {
      take(message);
    }
    return PublishInterceptor.Verdict.ROUTE;
  }

  private void take(PublishedMessage message) {
    String topic = message.topic().text();
    try {
      List<Reading> readings = readings(topic, message.payload());
      if (!readings.isEmpty()) {
        intake.accept("mqtt", readings);
      }
    } catch (ReadingException e) {
      intake.refused("mqtt", e);
      if (TopicName.isValid(ERRORS + topic)) {
        publish(ERRORS + topic, String.valueOf(e.getMessage()));
      }
    } catch (SpoolException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the agent is stopping", e);
    }
  }

  private List<Reading> readings(String topic, byte[] payload) throws ReadingException {
    for (TopicMatcher matcher : matchers) {
      Optional<TopicMatcher.Match> match = matcher.match(topic);
      if (match.isPresent()) {
        return mapped(matcher.mapping(), match.get(), text(payload));
      }
    }
    String[] words = topic.split("/", -1);
    return switch (words.length) {
      case 1 -> parser.parse(text(payload), words[0]);
      case 2 -> List.of(parser.value(text(payload), words[0], words[1]));
      default -> List.of();
    };
  }

  private String text(byte[] payload) throws ReadingException {
    if (payload.length > config.maxPayloadBytes()) {
      throw new ReadingException(
          Reason.SIZE,
          "a payload of at most "
              + config.maxPayloadBytes()
              + " bytes expected, got "
              + payload.length);
    }
    return ReadingParser.text(payload);
  }

  private List<Reading> mapped(TopicMapping mapping, TopicMatcher.Match match, String text)
      throws ReadingException {
    return switch (mapping.payload()) {
      case JSON -> parser.mapped(text, match.device());
      case VALUE ->
          List.of(
              parser.value(
                  text, match.device(), match.sensor().isEmpty() ? "value" : match.sensor()));
    };
  }

  /// Whether a connected device listens to that topic.
  public boolean reaches(String topic) {
    var name = new TopicName(topic);
    for (Client client : broker.clients()) {
      for (TopicFilter filter : broker.subscriptions(client.clientId())) {
        if (filter.matches(name)) {
          return true;
        }
      }
    }
    return false;
  }

  /// Publishes to the devices that listen.
  public void publish(String topic, String text) {
    broker.publish(
        new PublishedMessage(
            new TopicName(topic), text.getBytes(StandardCharsets.UTF_8), Qos.AT_LEAST_ONCE));
  }

  /// Hears a topic until closed.
  public Hearing hear(String topic, Consumer<String> listener) {
    var subscription =
        broker.subscribe(
            new TopicFilter(topic),
            message -> listener.accept(new String(message.payload(), StandardCharsets.UTF_8)));
    return subscription::close;
  }

  /// Ends with [#close].
  public interface Hearing extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public void close() {
    broker.close();
  }
}
