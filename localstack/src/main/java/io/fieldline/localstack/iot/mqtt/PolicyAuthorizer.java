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

/// IoT policies, on every connect, publish, subscribe and delivery. What a connection may do is
/// worked out once and again whenever the registry changes.
///
/// Source: AWS IoT Core Developer Guide, "AWS IoT Core policy actions".
final class PolicyAuthorizer implements Authorizer {
  private static final System.Logger LOG = System.getLogger(PolicyAuthorizer.class.getName());

  private final DeviceGrants grants;
  private final Authorization iam;
  private final StackInfo info;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  PolicyAuthorizer(DeviceGrants grants, Authorization iam, StackInfo info) {
    this.grants = grants;
    this.iam = iam;
    this.info = info;
  }

  /// What is worked out of a connection, and at which version of the registry.
  private record Known(
      long version, List<PolicyDocument> policies, Map<String, List<String>> context) {}

  void forget(Client client) {
    known.remove(client.connectionId());
  }

  @Override
  public boolean mayConnect(Client client) {
    return isAllowed(client, "iot:Connect", info.arn("iot", "client/" + client.clientId()));
  }

  @Override
  public boolean mayPublish(Client client, PublishedMessage message) {
    String topic = message.topic().text();
    if (!ReservedTopics.mayPublish(topic)) {
      log(client, "iot:Publish", topic, "a reserved topic that clients may not publish to");
      return false;
    }
    String arn = info.arn("iot", "topic/" + topic);
    if (!isAllowed(client, "iot:Publish", arn)) {
      return false;
    }
    return !message.retain()
        || (ReservedTopics.mayRetain(topic) && isAllowed(client, "iot:RetainPublish", arn));
  }

  @Override
  public boolean maySubscribe(Client client, TopicFilter filter) {
    String pattern = filter.pattern();
    if (!ReservedTopics.maySubscribe(pattern)) {
      log(client, "iot:Subscribe", pattern, "Basic Ingest topics cannot be subscribed to");
      return false;
    }
    return isAllowed(client, "iot:Subscribe", info.arn("iot", "topicfilter/" + pattern));
  }

  @Override
  public boolean mayReceive(Client client, TopicName topic) {
    return isAllowed(client, "iot:Receive", info.arn("iot", "topic/" + topic.text()));
  }

  private boolean isAllowed(Client client, String action, String resource) {
    return switch ((MqttPrincipal) client.principal()) {
      case MqttPrincipal.BySignature(var caller) -> {
        try {
          iam.check(caller, new Access(action, resource), Optional.empty());
          yield true;
        } catch (AwsFailure denied) {
          log(client, action, resource, denied.message());
          yield false;
        }
      }
      case MqttPrincipal.ByCertificate _, MqttPrincipal.ByAuthorizer _ ->
          decide(client, action, resource);
    };
  }

  private boolean decide(Client client, String action, String resource) {
    Known at = known(client);
    var request = new PolicyRequest(new Principal.Anonymous(), action, resource, at.context());
    Decision decision = PolicyDocument.decide(at.policies(), request);
    if (decision.isAllow()) {
      return true;
    }
    String why =
        decision instanceof Decision.ExplicitDeny(var by)
            ? "an IoT policy denies it"
                + (by.sid().isEmpty() ? "" : " (statement " + by.sid() + ")")
            : "no IoT policy allows it";
    log(client, action, resource, why);
    return false;
  }

  private Known known(Client client) {
    long version = grants.version();
    Known last = known.get(client.connectionId());
    if (last != null && last.version() == version) {
      return last;
    }
    var context = new HashMap<String, List<String>>();
    grants.addContext(client, context);
    var fresh = new Known(version, grants.policies(client), context);
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
