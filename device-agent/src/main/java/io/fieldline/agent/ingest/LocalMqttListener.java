// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.AgentConfig.TopicMapping;
import io.fieldline.agent.gateway.Liveness;
import io.fieldline.agent.gateway.LocalTls;
import io.fieldline.agent.gateway.Sender;
import io.fieldline.agent.ingest.PresetTopics.Meaning;
import io.fieldline.agent.ingest.ReadingException.Reason;
import io.fieldline.agent.spool.SpoolException;
import io.fieldline.messages.Reading;
import io.fieldline.mqtt.Authenticator;
import io.fieldline.mqtt.Authenticator.Refusal;
import io.fieldline.mqtt.Client;
import io.fieldline.mqtt.ConnectDetails;
import io.fieldline.mqtt.MqttBroker;
import io.fieldline.mqtt.Origin;
import io.fieldline.mqtt.PublishInterceptor.Verdict;
import io.fieldline.mqtt.PublishedMessage;
import io.fieldline.mqtt.Qos;
import io.fieldline.mqtt.TopicFilter;
import io.fieldline.mqtt.TopicName;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A broker for the field's own devices. Topics that a preset or a mapping knows,
/// `<device>/<sensor>` (a value) and `<device>` (what a line may hold) are readings; all topics are
/// routed between the devices. Who connects with a password shows a token; a child that has one, or
/// a certificate, is spoken for by no other connection.
///
/// At QoS 1 the acknowledgement follows the disk. What is no reading is counted, and its sensor can
/// read why at `errors/<topic>`. What the spool or a quota has no room for is not acknowledged.
public final class LocalMqttListener implements AutoCloseable {
  private static final String ERRORS = "errors/";

  private final AgentConfig.Mqtt config;
  private final ReadingParser parser;
  private final Intake intake;
  private final Liveness liveness;
  private final List<PresetTopics> presets;
  private final List<TopicMatcher> matchers;
  private final MqttBroker broker;
  private final InetSocketAddress address;

  /// Binds the address and serves, over TLS if there is any.
  public LocalMqttListener(
      AgentConfig.Mqtt config,
      ReadingParser parser,
      Intake intake,
      Liveness liveness,
      Optional<LocalTls> tls)
      throws IOException {
    this.config = config;
    this.parser = parser;
    this.intake = intake;
    this.liveness = liveness;
    this.presets = config.presets().stream().map(PresetTopics::new).toList();
    this.matchers = config.mappings().stream().map(TopicMatcher::new).toList();
    this.broker =
        MqttBroker.builder().authenticator(this::authenticate).interceptor(this::intercept).start();
    try {
      this.address =
          tls.isPresent()
              ? broker.listenTls(config.listen(), context(tls.get()))
              : broker.listen(config.listen());
    } catch (IOException e) {
      broker.close();
      throw new IOException("mqtt.listen: " + e.getMessage(), e);
    }
  }

  private static SslContext context(LocalTls tls) {
    ClientAuth auth = tls.isCertificateRequired() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL;
    return new JdkSslContext(
        tls.context(),
        false,
        null,
        SupportedCipherSuiteFilter.INSTANCE,
        ApplicationProtocolConfig.DISABLED,
        auth,
        null,
        false);
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return address;
  }

  private Authenticator.Result authenticate(ConnectDetails connect) {
    byte @Nullable [] password = connect.password();
    try {
      if (password != null) {
        return new Authenticator.Accepted(
            intake.identify(new String(password, StandardCharsets.UTF_8)));
      }
      List<X509Certificate> certificates = connect.transport().certificates();
      return new Authenticator.Accepted(
          certificates.isEmpty() ? Sender.ANYBODY : intake.identify(certificates.getFirst()));
    } catch (ReadingException e) {
      intake.refused("mqtt", e);
      return new Authenticator.Refused(
          Refusal.BAD_USER_NAME_OR_PASSWORD, String.valueOf(e.getMessage()));
    }
  }

  private Verdict intercept(Origin origin, PublishedMessage message) {
    // A last will tells that its device is gone.
    return origin
        .client()
        .map(client -> take((Sender) client.principal(), message))
        .orElse(Verdict.ROUTE);
  }

  private Verdict take(Sender sender, PublishedMessage message) {
    String topic = message.topic().text();
    try {
      List<Reading> readings = readings(sender, topic, message.payload());
      if (!readings.isEmpty()) {
        intake.admit(sender, readings);
        intake.accept("mqtt", readings);
      }
    } catch (ReadingException e) {
      intake.refused("mqtt", e);
      if (TopicName.isValid(ERRORS + topic)) {
        publish(ERRORS + topic, String.valueOf(e.getMessage()));
      }
      return e.retryAfter().isZero() ? Verdict.ROUTE : Verdict.REFUSED;
    } catch (SpoolException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the agent is stopping", e);
    }
    return Verdict.ROUTE;
  }

  private List<Reading> readings(Sender sender, String topic, byte[] payload)
      throws ReadingException {
    for (PresetTopics preset : presets) {
      Optional<Meaning> meaning = preset.meaning(topic);
      if (meaning.isPresent()) {
        return preset(sender, meaning.get(), payload);
      }
    }
    for (TopicMatcher matcher : matchers) {
      Optional<TopicMatcher.Match> match = matcher.match(topic);
      if (match.isPresent()) {
        return mapped(matcher.mapping(), match.get(), text(payload));
      }
    }
    String[] words = topic.split("/", -1);
    return switch (words.length) {
      case 1 -> parser.parse(bounded(payload), words[0]);
      case 2 -> List.of(parser.value(text(payload), words[0], words[1]));
      default -> List.of();
    };
  }

  private List<Reading> preset(Sender sender, Meaning meaning, byte[] payload)
      throws ReadingException {
    return switch (meaning) {
      case Meaning.Nothing() -> List.of();
      case Meaning.Document(var device, var prefix, var units) ->
          // An empty one takes a retained message away.
          payload.length == 0 ? List.of() : parser.mapped(text(payload), device, prefix, units);
      case Meaning.Value(var device, var sensor) -> {
        String text = text(payload).strip();
        // What ESPHome says of a sensor that has no value.
        boolean none = text.isEmpty() || text.equalsIgnoreCase("nan");
        yield none ? List.of() : List.of(parser.value(text, device, sensor));
      }
      case Meaning.Presence(var device) -> {
        String full = parser.deviceName(device);
        Optional<Boolean> online = parser.presence(text(payload));
        if (online.isPresent()) {
          intake.admit(sender, full);
          liveness.presence(full, online.get());
        }
        yield List.of();
      }
    };
  }

  private byte[] bounded(byte[] payload) throws ReadingException {
    if (payload.length > config.maxPayloadBytes()) {
      throw new ReadingException(
          Reason.SIZE,
          "a payload of at most "
              + config.maxPayloadBytes()
              + " bytes expected, got "
              + payload.length);
    }
    return payload;
  }

  private String text(byte[] payload) throws ReadingException {
    return ReadingParser.text(bounded(payload));
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
