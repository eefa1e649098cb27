// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.mqtt;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.mqtt.Client;
import io.fieldline.mqtt.ConnectionEvent;
import io.fieldline.mqtt.DisconnectReason;
import io.fieldline.mqtt.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/// What AWS IoT publishes about connections and subscriptions.
///
/// Source: AWS IoT Core Developer Guide, "Lifecycle events".
final class Presence {
  private final BiConsumer<String, byte[]> publish;
  private final Map<String, Integer> versions = new ConcurrentHashMap<>();

  Presence(BiConsumer<String, byte[]> publish) {
    this.publish = publish;
  }

  void on(ConnectionEvent event) {
    Client client = event.client();
    String id = client.clientId();
    if (id.contains("#") || id.contains("+")) {
      return;
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("clientId", id).put("timestamp", event.at().toEpochMilli());
    switch (event) {
      case ConnectionEvent.Connected _ -> {
        common(json, "connected", client);
        json.put("versionNumber", versions.merge(id, 0, (last, _) -> last + 1));
        send("presence/connected/", id, json);
      }
      case ConnectionEvent.Disconnected(_, _, DisconnectReason reason, _) -> {
        common(json, "disconnected", client);
        json.put("clientInitiatedDisconnect", reason == DisconnectReason.CLIENT_INITIATED);
        json.put("disconnectReason", name(reason, client));
        json.put("versionNumber", versions.getOrDefault(id, 0));
        send("presence/disconnected/", id, json);
      }
      case ConnectionEvent.ConnectDenied _ -> {
        common(json, "connect_failed", client);
        json.put("connectFailureReason", "AUTHORIZATION_FAILED");
        send("presence/connect_failed/", id, json);
      }
      case ConnectionEvent.Subscribed(_, _, List<TopicFilter> filters) -> {
        common(json, "subscribed", client);
        send("subscriptions/subscribed/", id, topics(json, filters));
      }
      case ConnectionEvent.Unsubscribed(_, _, List<TopicFilter> filters) -> {
        common(json, "unsubscribed", client);
        send("subscriptions/unsubscribed/", id, topics(json, filters));
      }
    }
  }

  private static ObjectNode topics(ObjectNode json, List<TopicFilter> filters) {
    var topics = json.putArray("topics");
    filters.forEach(f -> topics.add(f.text()));
    return json;
  }

  private static void common(ObjectNode json, String type, Client client) {
    json.put("eventType", type).put("sessionIdentifier", client.connectionId());
    json.put("principalIdentifier", ((MqttPrincipal) client.principal()).identifier());
    var remote = client.connect().transport().remote().getAddress();
    if (remote != null && !type.endsWith("subscribed")) {
      json.put("ipAddress", remote.getHostAddress());
    }
  }

  private static String name(DisconnectReason reason, Client client) {
    return switch (reason) {
      case CLIENT_INITIATED -> "CLIENT_INITIATED_DISCONNECT";
      case CONNECTION_LOST -> "CONNECTION_LOST";
      case CLIENT_ERROR -> "CLIENT_ERROR";
      case DUPLICATE_CLIENT_ID -> "DUPLICATE_CLIENTID";
      case FORBIDDEN_ACCESS -> "FORBIDDEN_ACCESS";
      case KEEP_ALIVE_TIMEOUT -> "MQTT_KEEP_ALIVE_TIMEOUT";
      case SERVER_ERROR -> "SERVER_ERROR";
      case SERVER_INITIATED -> "SERVER_INITIATED_DISCONNECT";
      case THROTTLED -> "THROTTLED";
      case LIFETIME_OVER ->
          client.principal() instanceof MqttPrincipal.ByAuthorizer
              ? "CUSTOMAUTH_TTL_EXPIRATION"
              : "WEBSOCKET_TTL_EXPIRATION";
      case ADMINISTRATIVE -> "API_INITIATED_DISCONNECT";
    };
  }

  private void send(String kind, String clientId, ObjectNode json) {
    publish.accept(
        "$aws/events/" + kind + clientId, json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
