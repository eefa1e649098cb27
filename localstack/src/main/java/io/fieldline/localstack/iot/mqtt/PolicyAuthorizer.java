// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Authorization;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.Decision;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.policy.PolicyRequest;
import io.fieldline.localstack.ways.Decided;
import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.localstack.ways.Ways.Beginning;
import io.fieldline.mqtt.Authorizer;
import io.fieldline.mqtt.Client;
import io.fieldline.mqtt.PublishedMessage;
import io.fieldline.mqtt.TopicFilter;
import io.fieldline.mqtt.TopicName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// IoT policies, on every connect, publish, subscribe and delivery. What a connection may do is
/// worked out once and again whenever the registry changes.
///
/// Source: AWS IoT Core Developer Guide, "AWS IoT Core policy actions".
final class PolicyAuthorizer implements Authorizer {
  private static final System.Logger LOG = System.getLogger(PolicyAuthorizer.class.getName());
  private static final String NOT_AUTHORIZED = "not authorized to perform: ";

  private final DeviceGrants grants;
  private final Authorization iam;
  private final StackInfo info;
  private final Ways ways;
  private final Deliveries deliveries;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  PolicyAuthorizer(
      DeviceGrants grants, Authorization iam, StackInfo info, Ways ways, Deliveries deliveries) {
    this.grants = grants;
    this.iam = iam;
    this.info = info;
    this.ways = ways;
    this.deliveries = deliveries;
  }

  /// What is worked out of a connection, and at which version of the registry.
  private record Known(
      long version,
      List<PolicyDocument> policies,
      Map<String, List<String>> context,
      AtomicReference<@Nullable Decided> lastPublish) {}

  /// What policies said of a request; empty where they are those of a signature's user or role.
  private record Answer(boolean isAllowed, Optional<Decided> by) {}

  void forget(Client client) {
    known.remove(client.connectionId());
  }

  @Override
  public boolean mayConnect(Client client) {
    return begins(client, "iot:Connect", "connect", info.arn("iot", "client/" + client.clientId()));
  }

  @Override
  public boolean mayPublish(Client client, PublishedMessage message) {
    String topic = message.topic().text();
    if (!ReservedTopics.mayPublish(topic)) {
      String why = "a reserved topic that clients may not publish to";
      log(client, "iot:Publish", topic, why);
      return refused(client, topic, topic, why, Optional.empty());
    }
    String arn = info.arn("iot", "topic/" + topic);
    if (!publishes(client, "iot:Publish", topic, arn)) {
      return false;
    }
    if (message.retain() && !ReservedTopics.mayRetain(topic)) {
      String why = "a topic whose messages are not retained";
      return refused(client, topic, arn, why, Optional.empty());
    }
    return !message.retain() || publishes(client, "iot:RetainPublish", topic, arn);
  }

  private boolean publishes(Client client, String action, String topic, String arn) {
    Answer answer = ask(client, action, arn);
    if (!answer.isAllowed()) {
      return refused(client, topic, arn, NOT_AUTHORIZED + action, answer.by());
    }
    answer.by().ifPresent(by -> known(client).lastPublish().set(by));
    return true;
  }

  /// What let the client publish last.
  Optional<Decided> lastPublish(Client client) {
    Known at = known.get(client.connectionId());
    return at == null ? Optional.empty() : Optional.ofNullable(at.lastPublish().get());
  }

  @Override
  public boolean maySubscribe(Client client, TopicFilter filter) {
    String pattern = filter.pattern();
    if (!ReservedTopics.maySubscribe(pattern)) {
      log(client, "iot:Subscribe", pattern, "Basic Ingest topics cannot be subscribed to");
      return false;
    }
    return begins(client, "iot:Subscribe", "subscribe", info.arn("iot", "topicfilter/" + pattern));
  }

  @Override
  public boolean mayReceive(Client client, TopicName topic) {
    String arn = info.arn("iot", "topic/" + topic.text());
    Answer answer = ask(client, "iot:Receive", arn);
    Step step = deliveries.to(client.clientId(), topic, arn, identifier(client));
    if (answer.isAllowed()) {
      answer.by().ifPresent(step::decided);
      step.done();
    } else {
      refuse(step, NOT_AUTHORIZED + "iot:Receive", answer.by());
    }
    return answer.isAllowed();
  }

  private static String identifier(Client client) {
    return ((MqttPrincipal) client.principal()).identifier();
  }

  /// A connection or subscription: of which only a refusal is a way, of one step.
  private boolean begins(Client client, String action, String name, String resource) {
    Answer answer = ask(client, action, resource);
    if (!answer.isAllowed()) {
      var origin =
          new Ways.Origin(Beginning.LIFECYCLE, name, client.clientId(), identifier(client));
      refuse(
          ways.beginStep(origin, Step.Kind.CALL, Step.Lane.DEVICE, resource),
          NOT_AUTHORIZED + action,
          answer.by());
    }
    return answer.isAllowed();
  }

  /// A publish that is refused is a way of one step. Always false.
  private boolean refused(
      Client client, String topic, String resource, String why, Optional<Decided> by) {
    var origin = new Ways.Origin(Beginning.PUBLISH, topic, client.clientId(), identifier(client));
    refuse(ways.beginStep(origin, Step.Kind.PUBLISH, Step.Lane.DEVICE, resource), why, by);
    return false;
  }

  private static void refuse(Step step, String why, Optional<Decided> by) {
    by.ifPresent(step::decided);
    step.refused(why);
  }

  private Answer ask(Client client, String action, String resource) {
    return switch ((MqttPrincipal) client.principal()) {
      case MqttPrincipal.BySignature(var caller) -> {
        try {
          iam.check(caller, new Access(action, resource), Optional.empty());
          yield new Answer(true, Optional.empty());
        } catch (AwsFailure denied) {
          log(client, action, resource, denied.message());
          yield new Answer(false, Optional.empty());
        }
      }
      case MqttPrincipal.ByCertificate _, MqttPrincipal.ByAuthorizer _ ->
          decide(client, action, resource);
    };
  }

  private Answer decide(Client client, String action, String resource) {
    Known at = known(client);
    var request = new PolicyRequest(new Principal.Anonymous(), action, resource, at.context());
    Decision decision = PolicyDocument.decide(at.policies(), request);
    if (!decision.isAllow()) {
      String why =
          decision instanceof Decision.ExplicitDeny(var by)
              ? "an IoT policy denies it"
                  + (by.sid().isEmpty() ? "" : " (statement " + by.sid() + ")")
              : "no IoT policy allows it";
      log(client, action, resource, why);
    }
    return new Answer(decision.isAllow(), Optional.of(decision));
  }

  private Known known(Client client) {
    long version = grants.version();
    Known last = known.get(client.connectionId());
    if (last != null && last.version() == version) {
      return last;
    }
    var context = new HashMap<String, List<String>>();
    grants.addContext(client, context);
    var fresh = new Known(version, grants.policies(client), context, new AtomicReference<>());
    known.put(client.connectionId(), fresh);
    return fresh;
  }

  private static void log(Client client, String action, String resource, String why) {
    LOG.log(
        System.Logger.Level.INFO,
        "denied client={0} action={1} resource={2} reason={3}",
        client.clientId(),
        action,
        resource,
        why);
  }
}
