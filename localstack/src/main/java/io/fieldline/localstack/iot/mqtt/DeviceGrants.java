// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iot.DeviceRegistry;
import io.fieldline.localstack.iot.Thing;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.mqtt.Client;
import io.fieldline.mqtt.ConnectDetails;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The policies of a connection, and the variables and condition keys that they may use.
///
/// Source: AWS IoT Core Developer Guide, "Basic AWS IoT Core policy variables", "Thing policy
/// variables", "Connect policy examples".
final class DeviceGrants {
  private final DeviceRegistry registry;
  private final StackInfo info;

  DeviceGrants(DeviceRegistry registry, StackInfo info) {
    this.registry = registry;
    this.info = info;
  }

  long version() {
    return registry.version();
  }

  List<PolicyDocument> policies(Client client) {
    return switch ((MqttPrincipal) client.principal()) {
      case MqttPrincipal.ByCertificate(_, String arn, _) ->
          registry.policies(arn, registry.thingOf(arn, client.clientId()));
      case MqttPrincipal.ByAuthorizer(_, var policies) -> policies;
      case MqttPrincipal.BySignature _ -> List.of();
    };
  }

  void addContext(Client client, Map<String, List<String>> context) {
    ConnectDetails connect = client.connect();
    context.put("iot:ClientId", List.of(client.clientId()));
    var remote = connect.transport().remote().getAddress();
    if (remote != null) {
      context.put("aws:SourceIp", List.of(remote.getHostAddress()));
    }
    var attributes = new ArrayList<String>();
    if (connect.persistent()) {
      attributes.add("PersistentConnect");
    }
    if (connect.lastWill() != null) {
      attributes.add("LastWill");
      String topic = connect.lastWill().message().topic().text();
      context.put("iot:LastWillTopic", List.of(info.arn("iot", "topic/" + topic)));
    }
    context.put("iot:ConnectAttributes", attributes);
    if (client.principal()
        instanceof MqttPrincipal.ByCertificate(String id, String arn, var certificate)) {
      context.put("iot:CertificateId", List.of(id));
      CertificateVariables.add(certificate, context);
      addThing(registry.thingOf(arn, client.clientId()), context);
    }
  }

  static void addThing(Optional<Thing> thing, Map<String, List<String>> context) {
    for (String prefix : List.of("iot:Connection.Thing.", "iot:Thing.")) {
      context.put(prefix + "IsAttached", List.of(Boolean.toString(thing.isPresent())));
      thing.ifPresent(t -> {
        context.put(prefix + "ThingName", List.of(t.name()));
        if (t.type() != null) {
          context.put(prefix + "ThingTypeName", List.of(t.type()));
        }
        t.attributes().forEach((k, v) -> context.put(prefix + "Attributes[" + k + "]", List.of(v)));
      });
    }
  }
}
